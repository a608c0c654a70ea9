package measure

import (
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim/internal/process"
)

func TestMedian(t *testing.T) {
	costs := []cost{{cpu: 30}, {cpu: 10}, {cpu: 1000}, {cpu: 20}, {cpu: 25}}
	if got := median(costs, func(r int) float64 { return costs[r].cpu / 5 }); got != 5 {
		t.Errorf("the median is %v, want 5", got)
	}
}

// What is computed is counted: a process that works for some time has used some.
func TestCPU(t *testing.T) {
	before := process.CPU()
	for end := time.Now().Add(time.Minute); process.CPU() == before; {
		if time.Now().After(end) {
			t.Fatal("a minute of work is no time")
		}
	}
}
