package load

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of a load.
const (
	MaxTime        = time.Hour
	MaxInFlight    = 20_000
	UsualInFlight  = 1024
	smallestToShow = 0.001 // requests a second; below, nothing would ever happen
)

// Options of a load. The zero value offers nothing.
type Options struct {
	Rate     sim.Rate                     // 0 = nothing, until Set
	Arrivals sim.Arrivals                 // how they are spaced; evenly unless said otherwise
	For      time.Duration                // how long; 0 = MaxTime
	Seed     uint64                       // of Poisson arrivals
	InFlight int                          // how many may be under way at once; more are refused and counted. 0 = UsualInFlight
	Paced    func(offered, sent sim.Rate) // called when fewer are sent than offered, and when all are again; nil = nobody is told
	Ended    func(Report)                 // called once, when the load has ended and all of it is home; nil = nobody is told
}

// Validate reports the first option that is out of bounds.
func (o Options) Validate() error {
	switch {
	case !(o.Rate >= 0 && o.Rate <= sim.MaxRate) || o.Rate > 0 && o.Rate < smallestToShow:
		return sim.Invalidf("a rate of %s is out of bounds", o.Rate).WithFix("between %v/s and %s, or off", smallestToShow, sim.MaxRate)
	case o.Arrivals > sim.Poisson:
		return sim.Invalidf("arrivals are constant or poisson")
	case o.For < 0 || o.For > MaxTime:
		return sim.Invalidf("a load for %s is out of bounds", o.For).WithFix("between 0 and %s", MaxTime)
	case o.InFlight < 0 || o.InFlight > MaxInFlight:
		return sim.Invalidf("%d requests in flight are out of bounds", o.InFlight).WithFix("between 1 and %d", MaxInFlight)
	}
	return nil
}

// Request makes one request. Intended is when it was meant to start, which may be
// in the past: the customer has been waiting since. It must end with its context
// or with a deadline of its own. Many run at once.
type Request func(ctx context.Context, intended time.Time) error
