package fault

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Scope says which of the units that a fault sees it touches, and for how long
// it is armed. The zero value touches none; what is not said touches all.
type Scope struct {
	Share sim.Share     // each one with this probability
	Every int           // only every n-th; 0 and 1 = each
	First int           // only so many, the first that the others allow; 0 = no end
	For   time.Duration // cleared by itself after so long; 0 = by hand
	Seed  uint64        // of the draws
}

// MaxFor bounds how long a fault with an end may last.
const MaxFor = time.Hour

// Draw decides unit after unit. Many goroutines may use it.
type Draw struct {
	scope Scope
	rand  *rand.Rand

	mu           sync.Mutex
	seen, chosen int
}

// Draw begins the draws of a scope; the same seed gives the same ones.
func (s Scope) Draw() *Draw { return &Draw{scope: s, rand: chance(s.Seed, ofScope)} }

// Spent reports whether all are chosen that the scope allows: no further one will be.
func (d *Draw) Spent() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.scope.First > 0 && d.chosen >= d.scope.First
}

// Choose decides about the next unit; why says in a few words why it is not
// touched. Every unit takes one draw, whatever else decides, so that first=2
// leaves the sequence as it is.
func (d *Draw) Choose() (ok bool, why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen++
	hit := d.rand.Float64() < float64(d.scope.Share)
	switch {
	case d.scope.Every > 1 && d.seen%d.scope.Every != 0:
		return false, "every"
	case !hit:
		return false, "share"
	case d.scope.First > 0 && d.chosen >= d.scope.First:
		return false, "first"
	}
	d.chosen++
	return true, ""
}
