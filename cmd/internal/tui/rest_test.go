package tui

import (
	"testing"
	"time"
)

// busy offers 40 requests a second for so long.
func (r *rig) busy(d time.Duration) {
	for ; d > 0; d -= 25 * time.Millisecond {
		r.press("enter")
		r.pass(20 * time.Millisecond)
	}
}

// A link over which nothing goes any more is drawn at rest, though no event says so,
// and then nothing is drawn any more.
func TestTrafficThatHasEndedIsNotShown(t *testing.T) {
	sit(t, 120, 40, Start{World: "catalog"}, func(r *rig) {
		r.busy(2 * time.Second)
		r.sees("/s ")
		r.pass(5 * time.Second)
		r.misses("/s ")
		if r.m.ticking {
			t.Error("frames are drawn although nothing moves")
		}
	})
}

// In pause the rate is that of the moment that is shown, and its dots stand still.
func TestTrafficStandsStillInPause(t *testing.T) {
	sit(t, 120, 40, Start{World: "catalog"}, func(r *rig) {
		r.busy(2 * time.Second)
		r.press("space")
		before := r.text()
		r.busy(time.Second)
		r.pass(5 * time.Second)
		if after := r.text(); after != before {
			t.Errorf("paused, it went from\n%s\nto\n%s", before, after)
		}
		r.sees("/s ")
	})
}
