// Package measure says, for benchmarks, what one way of making a call costs
// beside another. Machines are busy with other things, so a number alone means
// little: the ways take turns within one run, and what is told is their ratio.
package measure

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim/internal/process"
)

// Arm is one way to make a call. Many callers use it at once.
type Arm struct {
	Name string
	Call func() error
}

// Rounds of turns: in each, every arm makes so many calls.
const (
	rounds = 25
	turn   = 512
)

// Compare runs the arms with 1 caller and with 32 and reports what they cost
// beside the first, which is run a second time, as "again", to show the noise.
// Of the first it tells µs and allocations of a call; of the others, medians of
// the ratios within a round (×), and allocations. CPU is that of the process:
// of caller, receiver, and all that either leaves to others.
//
//	go test ./sim/lab -run '^$' -bench Watched -benchtime 1x
func Compare(b *testing.B, arms ...Arm) {
	arms = append(arms, Arm{"again", arms[0].Call})
	for _, callers := range []int{1, 32} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			for b.Loop() {
				tell(b, arms, compare(b, callers, arms))
			}
			b.ReportMetric(0, "ns/op") // all arms together: of no meaning
		})
	}
}

// cost is what calls of one turn took.
type cost struct{ cpu, p50, allocs float64 } // ns, ns, number; of one call

func compare(b *testing.B, callers int, arms []Arm) (costs [][]cost) {
	costs = make([][]cost, len(arms))
	for round := range rounds + 1 {
		for i, a := range arms {
			if c := take(b, callers, a.Call); round > 0 { // the first round warms up
				costs[i] = append(costs[i], c)
			}
		}
	}
	return costs
}

func tell(b *testing.B, arms []Arm, costs [][]cost) {
	first := costs[0]
	b.ReportMetric(median(first, func(r int) float64 { return first[r].cpu / 1e3 }), arms[0].Name+"-cpu-µs")
	b.ReportMetric(median(first, func(r int) float64 { return first[r].p50 / 1e3 }), arms[0].Name+"-p50-µs")
	for i, a := range arms {
		own := costs[i]
		b.ReportMetric(median(own, func(r int) float64 { return own[r].allocs }), a.Name+"-allocs")
		if i > 0 {
			b.ReportMetric(median(own, func(r int) float64 { return own[r].cpu / first[r].cpu }), a.Name+"-cpu-×")
			b.ReportMetric(median(own, func(r int) float64 { return own[r].p50 / first[r].p50 }), a.Name+"-p50-×")
		}
	}
}

func median(costs []cost, of func(round int) float64) float64 {
	all := make([]float64, len(costs))
	for r := range costs {
		all[r] = of(r)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// take lets callers make the calls of one turn. The heap is collected before, so
// that no arm pays for another's garbage.
func take(b *testing.B, callers int, call func() error) cost {
	runtime.GC()
	took := make([][]float64, callers)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	used := process.CPU()
	var all sync.WaitGroup
	for c := range callers {
		took[c] = make([]float64, 0, turn/callers)
		all.Go(func() { // ends after its share
			for range turn / callers {
				start := time.Now()
				if err := call(); err != nil {
					b.Error(err)
					return
				}
				took[c] = append(took[c], float64(time.Since(start)))
			}
		})
	}
	all.Wait()
	used = process.CPU() - used
	runtime.ReadMemStats(&after)
	if b.Failed() {
		b.FailNow()
	}
	each := slices.Concat(took...)
	slices.Sort(each)
	return cost{float64(used) / turn, each[turn/2], float64(after.Mallocs-before.Mallocs) / turn}
}
