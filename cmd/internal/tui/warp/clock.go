// Package warp stretches the time of one request so that an eye can follow it.
//
// A call over loopback takes 30 µs and a timeout a second: no single factor
// shows both. So real time is cut wherever a message of the request is sent,
// received, answered or given up, and every stretch between two cuts is shown
// for about
//
//	80 ms + 400 ms · log10(1 + d/10 µs)
//
// where d is its real length; a stretch in which nothing of the request is in
// flight is shown for at most 400 ms. A hop of 33 µs takes a third of a second,
// a timeout of 250 ms takes 1.8 s.
//
//	real    ├33µs┤├── 250 ms ─────── … ───────┤├33µs┤
//	shown   ├─────────┤├──────────────────────────┤├─────────┤
//
// It is one clock for the whole screen, and it never runs backwards: an effect
// is never shown before its cause. The same curve runs inside a stretch, so
// its end need not be known: a request can be shown while it is still going on,
// and what was shown stays as it was.
package warp

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/msc-sim/msc-sim/sim/view"
)

// The curve, in seconds.
const (
	base  = 0.080 // every stretch has this, eased in
	scale = 0.400 // more for every tenfold length
	unit  = 10e-6 // lengths below this hardly count
	quiet = 0.400 // a stretch with nothing in flight takes at most this
	near  = 20 * time.Microsecond
)

// Clock maps real time, as in the log, to shown time and back. Shown time is 0
// where the request begins. Before its beginning and after its end both run
// equally fast. A Clock never changes; make a new one when the request has
// grown, its past will be the same.
type Clock struct {
	stretches []stretch
	end       time.Duration // real end of the last stretch; 0 while the request goes on
	shownEnd  float64
}

// stretch is the time from one cut to the next.
type stretch struct {
	real  time.Duration // when it begins
	shown float64       // the same on the shown clock, in seconds
	busy  bool          // something is in flight
}

// New makes the clock of t as far as t is known. A nil trace gives a clock that
// runs like real time from 0.
func New(t *view.Trace) *Clock {
	c := &Clock{}
	if t == nil {
		return c
	}
	c.end = t.EndedAt
	cuts := cutsOf(t)
	flying := 0
	for i := 0; i < len(cuts); {
		from := cuts[i].at
		busy := false
		for ; i < len(cuts) && cuts[i].at-from < near; i++ {
			flying += cuts[i].flying
			busy = busy || flying > 0
		}
		c.add(from, busy)
	}
	if c.end != 0 {
		c.end = max(c.end, cuts[len(cuts)-1].at) // what was told may be dealt with after the customer has left
		c.shownEnd = c.in(len(c.stretches)-1, c.end)
	}
	return c
}

func (c *Clock) add(real time.Duration, busy bool) {
	s := stretch{real: real, busy: busy}
	if n := len(c.stretches); n > 0 {
		s.shown = c.in(n-1, real)
	}
	c.stretches = append(c.stretches, s)
}

// cut is a moment at which something changed, and by how much the number of
// messages in flight changed.
type cut struct {
	at     time.Duration
	flying int
}

// cutsOf lists the cuts of t by time; the first is its beginning.
func cutsOf(t *view.Trace) []cut {
	cuts := make([]cut, 1, 4*len(t.Hops)+2)
	cuts[0].at = t.BeganAt
	mark := func(at time.Duration, flying int) {
		if at != 0 {
			cuts = append(cuts, cut{at, flying})
		}
	}
	for _, h := range t.Hops {
		mark(h.SentAt, 1)
		arrived := h.ReceivedAt != 0 && (h.EndedAt == 0 || h.ReceivedAt <= h.EndedAt)
		replied := arrived && h.RepliedAt != 0 && (h.EndedAt == 0 || h.RepliedAt <= h.EndedAt)
		if arrived {
			mark(h.ReceivedAt, -1)
		}
		if replied {
			mark(h.RepliedAt, 1)
		}
		if arrived != replied {
			mark(h.EndedAt, 0) // given up while the other side worked
		} else {
			mark(h.EndedAt, -1)
		}
	}
	mark(t.EndedAt, 0)
	slices.SortStableFunc(cuts, func(a, b cut) int { return cmp.Compare(a.at, b.at) })
	return cuts
}

// in is the shown time of a real moment in stretch i.
func (c *Clock) in(i int, real time.Duration) float64 {
	s := c.stretches[i]
	return s.shown + curve((real-s.real).Seconds(), s.busy)
}

// curve is how long d seconds of a stretch are shown.
func curve(d float64, busy bool) float64 {
	f := base*d/(d+unit) + scale*math.Log10(1+d/unit)
	if busy {
		return f
	}
	return quiet * (1 - math.Exp(-f/quiet))
}

// Shown is when a real moment is shown.
func (c *Clock) Shown(real time.Duration) time.Duration {
	if len(c.stretches) == 0 {
		return real
	}
	if d := real - c.stretches[0].real; d <= 0 {
		return d
	}
	if c.end != 0 && real >= c.end {
		return seconds(c.shownEnd) + real - c.end
	}
	i := sort.Search(len(c.stretches), func(i int) bool { return c.stretches[i].real > real }) - 1
	return seconds(c.in(i, real))
}

// Real is the real moment that is shown at shown.
func (c *Clock) Real(shown time.Duration) time.Duration {
	if len(c.stretches) == 0 {
		return shown
	}
	if shown <= 0 {
		return c.stretches[0].real + shown
	}
	if end := seconds(c.shownEnd); c.end != 0 && shown >= end {
		return c.end + shown - end
	}
	i := sort.Search(len(c.stretches), func(i int) bool { return c.stretches[i].shown > shown.Seconds() }) - 1
	return c.solve(max(i, 0), shown.Seconds())
}

// longest bounds how far into an open stretch the clock can look.
const longest = 24 * time.Hour

// solve finds the real moment in stretch i by halving; the curve has no inverse
// in closed form.
func (c *Clock) solve(i int, shown float64) time.Duration {
	lo, hi := time.Duration(0), longest
	if i+1 < len(c.stretches) {
		hi = c.stretches[i+1].real - c.stretches[i].real
	} else if c.end != 0 {
		hi = c.end - c.stretches[i].real
	}
	want := shown - c.stretches[i].shown
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		if curve(mid.Seconds(), c.stretches[i].busy) <= want {
			lo = mid
		} else {
			hi = mid
		}
	}
	return c.stretches[i].real + lo
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
