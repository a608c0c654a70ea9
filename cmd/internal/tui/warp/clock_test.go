package warp_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

const (
	us = time.Microsecond
	ms = time.Millisecond
)

// hop is an attempt that was received, answered and home again after these times.
func hop(sent time.Duration, out, work, back time.Duration) *view.Hop {
	return &view.Hop{SentAt: sent, ReceivedAt: sent + out, RepliedAt: sent + out + work, EndedAt: sent + out + work + back, Outcome: sim.WasAnswered}
}

// silent is an attempt that nobody answered.
func silent(sent, after time.Duration) *view.Hop {
	return &view.Hop{SentAt: sent, EndedAt: sent + after, Outcome: sim.WasTimedOut}
}

func between(c *warp.Clock, from, to time.Duration) time.Duration { return c.Shown(to) - c.Shown(from) }

func TestShownLengths(t *testing.T) {
	h := hop(ms, 33*us, 120*us, 33*us)
	late := silent(10*ms, 250*ms)
	slow := hop(300*ms, 40*us, 2*time.Second, 40*us)
	c := warp.New(&view.Trace{BeganAt: ms, EndedAt: 3 * time.Second, Hops: []*view.Hop{h, late, slow}})
	for _, x := range []struct {
		what     string
		from, to time.Duration
		min, max time.Duration
	}{
		{"a hop of 33 µs", h.SentAt, h.ReceivedAt, 290 * ms, 360 * ms},
		{"its way back", h.RepliedAt, h.EndedAt, 290 * ms, 360 * ms},
		{"a timeout of 250 ms", late.SentAt, late.EndedAt, 1780 * ms, 1900 * ms},
		{"a quiet wait of 10 ms", h.EndedAt, late.SentAt, 300 * ms, 400 * ms},
		{"two seconds of work", slow.ReceivedAt, slow.RepliedAt, 350 * ms, 400 * ms},
	} {
		if got := between(c, x.from, x.to); got < x.min || got > x.max {
			t.Errorf("%s is shown for %v, want %v to %v", x.what, got, x.min, x.max)
		}
	}
	end := c.Shown(3 * time.Second)
	if between(c, 3*time.Second, 4*time.Second) != time.Second || c.Real(end+time.Second) != 4*time.Second {
		t.Errorf("after its end, shown at %v, a request does not run like real time", end)
	}
}

func TestNearCutsShareAStretch(t *testing.T) {
	apart := warp.New(&view.Trace{Hops: []*view.Hop{hop(ms, 100*us, 100*us, 100*us)}})
	together := warp.New(&view.Trace{Hops: []*view.Hop{hop(ms, 100*us, 5*us, 195*us)}})
	if a, b := between(apart, ms, ms+300*us), between(together, ms, ms+300*us); b >= a {
		t.Errorf("%v with two near cuts, %v without", b, a)
	}
}

func TestNoTraceRunsLikeRealTime(t *testing.T) {
	for _, c := range []*warp.Clock{warp.New(nil), warp.New(&view.Trace{BeganAt: ms, EndedAt: ms})} {
		for _, at := range []time.Duration{-ms, 0, ms, time.Hour} {
			if back := c.Real(c.Shown(at)); back != at {
				t.Errorf("%v comes back as %v", at, back)
			}
		}
	}
}

// randomTrace makes hops that nest, overlap, repeat and fail, at lengths from
// microseconds to seconds.
func randomTrace(r *rand.Rand) *view.Trace {
	length := func() time.Duration {
		return time.Duration(float64(us) * float64(1+r.IntN(9)) * []float64{0.2, 1, 10, 1e3, 1e5}[r.IntN(5)])
	}
	t := &view.Trace{BeganAt: length()}
	for range 1 + r.IntN(12) {
		sent := t.BeganAt + length()
		if r.IntN(4) == 0 {
			t.Hops = append(t.Hops, silent(sent, length()))
		} else {
			t.Hops = append(t.Hops, hop(sent, length(), length(), length()))
		}
	}
	for _, h := range t.Hops {
		t.EndedAt = max(t.EndedAt, h.EndedAt)
	}
	return t
}

// until is t as it was known at a moment: nothing later has happened yet.
func until(t *view.Trace, now time.Duration) *view.Trace {
	u := &view.Trace{BeganAt: t.BeganAt}
	past := func(at time.Duration) time.Duration {
		if at > now {
			return 0
		}
		return at
	}
	u.EndedAt = past(t.EndedAt)
	for _, h := range t.Hops {
		if h.SentAt <= now {
			u.Hops = append(u.Hops, &view.Hop{SentAt: h.SentAt, ReceivedAt: past(h.ReceivedAt), RepliedAt: past(h.RepliedAt), EndedAt: past(h.EndedAt)})
		}
	}
	return u
}

func moments(t *view.Trace) []time.Duration {
	at := []time.Duration{t.BeganAt, t.EndedAt}
	for _, h := range t.Hops {
		at = append(at, h.SentAt, h.EndedAt)
		if h.ReceivedAt != 0 {
			at = append(at, h.ReceivedAt, h.RepliedAt)
		}
	}
	slices.Sort(at)
	return at
}

func TestCauseIsNeverShownAfterEffect(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		tr := randomTrace(r)
		c, before := warp.New(tr), time.Duration(-1)
		for _, at := range moments(tr) {
			s := c.Shown(at)
			if s < before {
				t.Fatalf("%v is shown at %v, after something later at %v", at, s, before)
			}
			before = s
			if back := c.Real(s); c.Shown(back) > s+50*us || c.Shown(back) < s-50*us { // 1 ns may be shown for 40 µs
				t.Fatalf("%v is shown at %v, which reads back as %v (shown at %v)", at, s, back, c.Shown(back))
			}
		}
	}
}

func TestWhatWasShownStays(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		tr := randomTrace(r)
		whole, cuts := warp.New(tr), moments(tr)
		now := cuts[r.IntN(len(cuts))] + 25*us // a little later than its last cut, as a live screen is
		live := warp.New(until(tr, now))
		for _, at := range cuts {
			if at > now-25*us {
				break
			}
			if a, b := live.Shown(at), whole.Shown(at); a != b {
				t.Fatalf("at %v the moment %v was shown at %v; later at %v", now, at, a, b)
			}
		}
	}
}

func TestOpenStretchGrowsWithoutAJump(t *testing.T) {
	sent := &view.Hop{SentAt: ms}
	open := warp.New(&view.Trace{BeganAt: ms, Hops: []*view.Hop{sent}})
	closed := warp.New(&view.Trace{BeganAt: ms, Hops: []*view.Hop{hop(ms, 700*ms, ms, ms)}})
	for _, after := range []time.Duration{us, 30 * us, ms, 100 * ms, 700 * ms} {
		if a, b := open.Shown(ms+after), closed.Shown(ms+after); a != b {
			t.Errorf("%v after sending: shown at %v while it was open, at %v once it ended", after, a, b)
		}
	}
	if open.Shown(10*time.Second) <= open.Shown(9*time.Second) {
		t.Error("an open stretch stops growing")
	}
}

func BenchmarkNew(b *testing.B) {
	t := &view.Trace{}
	for i := range view.KeptHops {
		t.Hops = append(t.Hops, hop(time.Duration(i)*ms, 33*us, 100*us, 33*us))
	}
	for b.Loop() {
		warp.New(t)
	}
}

func BenchmarkReal(b *testing.B) {
	t := &view.Trace{Hops: []*view.Hop{hop(ms, 33*us, 100*us, 33*us)}}
	c := warp.New(t)
	for b.Loop() {
		c.Real(200 * ms)
	}
}

// A letter is written long after its sender has heard that it was taken.
func TestARequestGoesOnAfterItsCustomerHasLeft(t *testing.T) {
	h := hop(ms, 500*ms, 10*ms, 40*us)
	c := warp.New(&view.Trace{BeganAt: ms, EndedAt: 2 * ms, Hops: []*view.Hop{h}})
	last := time.Duration(0)
	for _, at := range []time.Duration{ms, 2 * ms, 3 * ms, h.ReceivedAt, h.RepliedAt, h.EndedAt, h.EndedAt + time.Second} {
		shown := c.Shown(at)
		if shown < last || shown > time.Minute {
			t.Errorf("%v is shown at %v, after %v", at, shown, last)
		}
		if back := c.Real(shown); back < at-near(at) || back > at+near(at) {
			t.Errorf("%v comes back as %v", at, back)
		}
		last = shown
	}
}

// near is how exactly a moment comes back.
func near(at time.Duration) time.Duration { return at/1000 + time.Microsecond }
