package policy

import (
	"math"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// backoff says how long a retry waits before it asks again. Without jitter the
// n-th wait (n = 0, 1, …) is
//
//	constant      v = base
//	exponential   v = min(cap, base·2ⁿ)
//
// and jitter spreads it, so that those who failed together do not come back
// together. U(a, b) is drawn evenly between a and b.
//
//	none           v
//	full           U(0, v)                         mean v/2
//	equal          v/2 + U(0, v/2)                 mean 3v/4
//	decorrelated   min(cap, U(base, previous·3))   previous = base at first; ignores n
//
// Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
type backoff struct {
	exponential bool
	base, cap   time.Duration
	jitter      string
}

// wait is the n-th wait. previous is the one before, 0 at first; u is drawn
// evenly from 0 to below 1.
func (b backoff) wait(n int, previous time.Duration, u float64) time.Duration {
	v := b.plain(n)
	switch b.jitter {
	case "full":
		v *= u
	case "equal":
		v = v/2 + v/2*u
	case "decorrelated":
		low := float64(b.base)
		high := 3 * max(low, float64(previous))
		v = min(float64(b.cap), low+(high-low)*u)
	}
	return time.Duration(v)
}

// plain is the n-th wait without jitter.
func (b backoff) plain(n int) float64 {
	if !b.exponential {
		return float64(b.base)
	}
	return min(float64(b.cap), float64(b.base)*math.Exp2(float64(n)))
}

// String reads "exponential from 100 ms up to 2.00 s, full jitter".
func (b backoff) String() string {
	s := "always " + sim.Human(b.base)
	if b.exponential {
		s = "exponential from " + sim.Human(b.base) + " up to " + sim.Human(b.cap)
	}
	if b.jitter == "none" {
		return s + ", no jitter"
	}
	return s + ", " + b.jitter + " jitter"
}
