package lab_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim/lab"
)

// TestSoak puts a world under 500 orders a second and draws its memory over time:
// what is alive after a collection. After a minute the memory has reached its
// plateau: 40 s later it has grown by less than 20 MiB.
//
//	make soak            ten minutes
//	make soak SOAK=40s   shorter; below 100 s nothing is judged
func TestSoak(t *testing.T) {
	soak, err := time.ParseDuration(os.Getenv("SOAK"))
	if err != nil {
		t.Skip("SOAK says for how long: make soak")
	}
	const (
		rate  = 500
		start = time.Minute
		later = 40 * time.Second
		grows = 20.0 // MiB
	)
	l := open(t, "checkout", lab.Options{})
	say(t, l, fmt.Sprintf("load %d/s order.place", rate))
	began := time.Now()
	step := max(time.Second, soak/60)
	tick := time.NewTicker(step)
	defer tick.Stop()
	var plateau float64
	for at := time.Duration(0); at < soak; {
		<-tick.C
		at = time.Since(began).Round(time.Second)
		mib := alive()
		fmt.Printf("%6s %7d orders %6.1f MiB %s\n", at, l.LinkStats("client:order").Answered, mib, strings.Repeat("█", int(mib/2)))
		switch {
		case at >= start && plateau == 0:
			plateau = mib
		case at >= start+later && mib-plateau >= grows:
			t.Errorf("%.1f MiB after %s, %.1f MiB after %s: memory grows", plateau, start, mib, at)
			return
		}
	}
	say(t, l, "load off")
}

// alive is what the heap holds after a collection, in MiB.
func alive() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
