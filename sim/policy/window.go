package policy

import (
	"strconv"
	"time"

	"github.com/msc-sim/msc-sim/sim/form"
)

// outcome is what a breaker keeps of one call. A call can be both.
type outcome struct{ failed, slow bool }

// tally counts outcomes.
type tally struct{ calls, failed, slow int }

func (t *tally) add(o outcome, n int) {
	t.calls += n
	if o.failed {
		t.failed += n
	}
	if o.slow {
		t.slow += n
	}
}

// window remembers the latest outcomes. It is not safe for many goroutines. now
// is a time since any fixed moment and never goes back.
type window interface {
	add(now time.Duration, o outcome)
	sum(now time.Duration) tally
}

// countWindow is the last len(ring) outcomes.
type countWindow struct {
	ring []outcome
	next int
	all  tally
}

func newCountWindow(calls int) *countWindow { return &countWindow{ring: make([]outcome, calls)} }

func (w *countWindow) add(_ time.Duration, o outcome) {
	if w.all.calls == len(w.ring) {
		w.all.add(w.ring[w.next], -1)
	}
	w.ring[w.next] = o
	w.all.add(o, 1)
	w.next = (w.next + 1) % len(w.ring)
}

func (w *countWindow) sum(time.Duration) tally { return w.all }

// timeWindow is what happened of late, in ten buckets: the oldest one is dropped
// as a new one begins. So it looks back between nine and ten tenths of its
// length, as Hystrix does ("ten 1-s buckets").
type timeWindow struct {
	bucket time.Duration
	ring   [buckets]tally
	now    int64 // which bucket is being filled, counted from the first moment
}

const buckets = 10

func newTimeWindow(length time.Duration) *timeWindow {
	return &timeWindow{bucket: max(length/buckets, 1)}
}

func (w *timeWindow) add(now time.Duration, o outcome) {
	w.turn(now)
	w.ring[w.now%buckets].add(o, 1)
}

func (w *timeWindow) sum(now time.Duration) (all tally) {
	w.turn(now)
	for _, b := range w.ring {
		all.calls += b.calls
		all.failed += b.failed
		all.slow += b.slow
	}
	return all
}

// turn empties the buckets that began since.
func (w *timeWindow) turn(now time.Duration) {
	at := int64(now / w.bucket)
	for i := max(w.now+1, at-buckets+1); i <= at; i++ {
		w.ring[i%buckets] = tally{}
	}
	w.now = max(w.now, at)
}

// A window of time is between these.
const (
	minWindow = 100 * time.Millisecond
	maxWindow = 10 * time.Minute
)

// windowKind is so many calls (100) or so much time (10s).
var windowKind = &form.Kind{
	What: "a number of calls or a time",
	Bounds: func(p form.Param) string {
		return "a number of calls " + form.Count.Bounds(p) + ", or a time between " + minWindow.String() + " and " + maxWindow.String()
	},
	Read: func(p form.Param, s string) (float64, error) {
		if !timed(s) {
			return form.Count.Read(p, s)
		}
		d, err := time.ParseDuration(s)
		switch {
		case err != nil:
			return 0, p.Unreadable(s)
		case d < minWindow || d > maxWindow:
			return 0, p.Outside(s)
		}
		return float64(d), nil
	},
}

// timed reports whether a window is one of time.
func timed(s string) bool { _, err := strconv.Atoi(s); return err != nil }
