package eureka

import "time"

// Timing is how often things happen. A zero field is that of [Netflix].
type Timing struct {
	Renewal   time.Duration // how often clients renew; the threshold is made of it
	Lease     time.Duration // of clients that ask for none
	Sweep     time.Duration // how often expired leases are evicted
	Minute    time.Duration // over which renewals are counted
	Cache     time.Duration // how often what readers get is made anew
	Deltas    time.Duration // how long a change is told as a delta
	Threshold time.Duration // how often the number of clients is looked at again
}

// Netflix has the defaults of Eureka's server.
var Netflix = Timing{
	Renewal: 30 * time.Second, Lease: 90 * time.Second, Sweep: time.Minute, Minute: time.Minute,
	Cache: 30 * time.Second, Deltas: 3 * time.Minute, Threshold: 15 * time.Minute,
}

// Scaled is a timing so many times as fast.
func (t Timing) Scaled(by int) Timing {
	t.defaults()
	for _, d := range t.all() {
		*d /= time.Duration(by)
	}
	return t
}

func (t *Timing) all() []*time.Duration {
	return []*time.Duration{&t.Renewal, &t.Lease, &t.Sweep, &t.Minute, &t.Cache, &t.Deltas, &t.Threshold}
}

func (t *Timing) defaults() {
	usual := Netflix
	for i, d := range t.all() {
		if *d <= 0 {
			*d = *usual.all()[i]
		}
	}
}

// Counting is how many clients a server expects to renew.
type Counting int

// Ways of counting.
const (
	// Spring's standalone server begins with one client, and adds one for each that
	// registers.
	Spring Counting = iota
	// Peers is Netflix's server that has peers: as many as are registered.
	Peers
	// Alone is Netflix's server without peers: it begins with none, adds to none, and
	// never evicts.
	Alone
)

// String returns the word for it.
func (c Counting) String() string { return [...]string{"spring", "netflix", "netflix-alone"}[c] }
