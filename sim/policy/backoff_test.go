package policy_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

const (
	base, ceiling = 100 * time.Millisecond, 2 * time.Second
	draws         = 10_000
)

// bounds is where the n-th wait must lie, and its mean, as "Exponential Backoff
// And Jitter" (AWS) has it.
func bounds(jitter string, exponential bool, n int, previous float64) (low, high, mean float64) {
	v, most := float64(base), float64(ceiling)
	if exponential {
		v = min(most, v*math.Pow(2, float64(n)))
	}
	switch jitter {
	case "full":
		return 0, v, v / 2
	case "equal":
		return v / 2, v, v * 3 / 4
	case "decorrelated":
		low, high := float64(base), 3*max(float64(base), previous)
		if high <= most {
			return low, high, (low + high) / 2
		}
		// drawn beyond the cap counts as the cap
		below := (most - low) / (high - low)
		return low, most, below*(low+most)/2 + (1-below)*most
	default:
		return v, v, v
	}
}

// Over 10,000 draws every wait lies in its interval, and the mean is the
// published one within five standard errors.
func TestWaitsAreAsPublished(t *testing.T) {
	for _, line := range []string{
		"retry jitter=none", "retry jitter=full", "retry jitter=equal", "retry jitter=decorrelated",
		"retry jitter=none backoff=constant", "retry jitter=full backoff=constant", "retry jitter=equal backoff=constant",
	} {
		t.Run(line, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { waitsAreAsPublished(t, line) })
		})
	}
}

func waitsAreAsPublished(t *testing.T, line string) {
	_, params, _ := policy.Parse(line)
	exponential := !strings.Contains(line, "constant")
	n, previous, off, variance, seen := 0, 0.0, 0.0, 0.0, 0
	lowest, highest := math.Inf(1), 0.0
	d := policy.Deps{Draw: rand.New(rand.NewPCG(7, 7)).Float64, Report: func(_ context.Context, f sim.Fact) {
		wait := float64(f.(sim.Waited).For)
		low, high, mean := bounds(params["jitter"], exponential, n, previous)
		if wait < low-1 || wait > high { // nanoseconds are whole
			t.Fatalf("wait %d after %s: %s, want between %s and %s", n, time.Duration(previous), time.Duration(wait), time.Duration(low), time.Duration(high))
		}
		off += wait - mean
		variance += (high - low) * (high - low) / 12
		lowest, highest = min(lowest, wait), max(highest, wait)
		n, previous, seen = n+1, wait, seen+1
	}}
	h := made(t, line+" tries=10 base=100ms cap=2s", d).Around()(func(context.Context, sim.Message) (sim.Message, error) {
		return sim.Message{}, unavailable()
	})
	for seen < draws {
		n, previous = 0, 0
		if _, err := h(t.Context(), get()); err == nil {
			t.Fatal("an answer")
		}
	}
	if limit := 5*math.Sqrt(variance) + float64(seen); math.Abs(off) > limit {
		t.Errorf("the mean of %d waits is off by %s, at most %s is chance", seen, time.Duration(off/float64(seen)), time.Duration(limit/float64(seen)))
	}
	if params["jitter"] != "none" && highest-lowest < float64(base)/4 {
		t.Errorf("all waits lie between %s and %s: there is no jitter", time.Duration(lowest), time.Duration(highest))
	}
}

// Without jitter the waits are the formula itself.
func TestWaitsWithoutJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		h := made(t, "retry tries=7 jitter=none base=100ms cap=1s", r.deps()).Around()(func(context.Context, sim.Message) (sim.Message, error) {
			return sim.Message{}, unavailable()
		})
		start := time.Now()
		_, _ = h(t.Context(), get())
		want := []time.Duration{100, 200, 400, 800, 1000, 1000}
		var sum time.Duration
		for i, f := range r.taken() {
			w := f.(sim.Waited)
			if w.For != want[i]*time.Millisecond || w.Try != i+2 {
				t.Errorf("wait %d: %+v, want %d ms before attempt %d", i, w, want[i], i+2)
			}
			sum += w.For
		}
		if took := time.Since(start); took != sum || sum != 3500*time.Millisecond {
			t.Errorf("took %s, the waits make %s, want 3.5s", took, sum)
		}
	})
}
