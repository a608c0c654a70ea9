package measure

import (
	"runtime"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim/internal/process"
)

// Bounds of the turns of [AtRate]: so many rounds, and so long a turn.
const (
	rateRounds = 7
	rateTurn   = 2 * time.Second
)

// Stream is one way to make calls at a steady rate: Run makes them for some time,
// waits for their ends and returns how many ended well.
type Stream struct {
	Name string
	Run  func(rate int, lasts time.Duration) int
}

// AtRate runs the streams in turns at a rate and reports the CPU of the whole process
// for a call: µs of the first stream, and of the others the median of the ratios to
// it within a round. The first is run a second time, as "again", to show the noise.
func AtRate(b *testing.B, rate int, streams ...Stream) {
	streams = append(streams, Stream{"again", streams[0].Run})
	costs, calls := make([][]cost, len(streams)), make([]int, len(streams))
	for b.Loop() {
		for round := range rateRounds + 1 {
			for i, s := range streams {
				runtime.GC()
				used := process.CPU()
				n := max(1, s.Run(rate, rateTurn))
				used = process.CPU() - used
				if round > 0 { // the first round warms up
					costs[i] = append(costs[i], cost{cpu: float64(used) / float64(n)})
					calls[i] += n
				}
			}
		}
	}
	b.ReportMetric(0, "ns/op") // all streams together: of no meaning
	for i, s := range streams {
		own := costs[i]
		b.ReportMetric(median(own, func(r int) float64 { return own[r].cpu / 1e3 }), s.Name+"-cpu-µs")
		b.ReportMetric(float64(calls[i])/(float64(len(own))*rateTurn.Seconds()), s.Name+"-calls/s")
		if i > 0 {
			b.ReportMetric(median(own, func(r int) float64 { return own[r].cpu / costs[0][r].cpu }), s.Name+"-cpu-×")
		}
	}
}

// Paced makes a call at each moment that the rate gives, each in a goroutine of its own.
func Paced(b *testing.B, call func() error) func(rate int, lasts time.Duration) int {
	return func(rate int, lasts time.Duration) (well int) {
		ended := make(chan error, rate) // so that none waits for the count
		n := int(lasts.Seconds() * float64(rate))
		go func() { // ends when all have begun
			begin := time.Now()
			for i := range n {
				time.Sleep(time.Until(begin.Add(time.Duration(i) * time.Second / time.Duration(rate))))
				go func() { ended <- call() }() // ends with its call
			}
		}()
		for range n {
			if err := <-ended; err != nil {
				b.Error(err)
				continue
			}
			well++
		}
		return well
	}
}
