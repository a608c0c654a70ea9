package load

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// schedule says when requests are meant to start, from a moment on. It knows
// nothing of clocks and answers.
type schedule struct {
	rate     sim.Rate
	arrivals sim.Arrivals
	rand     *rand.Rand
	from     time.Time
	n        int64   // constant: how many were given out
	passed   float64 // Poisson: seconds from the beginning to the last one
}

// next is the next intended start. Constant arrivals begin with the first one at
// once and do not drift, however many there are. Poisson arrivals have
// exponential gaps with mean 1/rate.
func (s *schedule) next() time.Time {
	var after float64
	if s.arrivals == sim.Poisson {
		s.passed += s.rand.ExpFloat64() / float64(s.rate)
		after = s.passed
	} else {
		after = float64(s.n) / float64(s.rate)
		s.n++
	}
	return s.from.Add(time.Duration(math.Round(after * float64(time.Second))))
}
