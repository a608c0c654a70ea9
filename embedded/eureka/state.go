package eureka

import (
	"slices"
	"strings"
	"time"
)

// State is how a server is, for those who look from outside.
type State struct {
	Timing     Timing
	Counting   Counting
	Preserves  bool // self-preservation is on
	Preserving bool // nothing would be evicted now
	Expected   int  // clients that should renew
	Threshold  int  // renewals a minute that must be exceeded
	Renewals   int  // in the last whole minute
	Leases     []Lease
	CacheMade  time.Time // when what readers get was last made anew
}

// Lease is one lease.
type Lease struct {
	ID       string // of the instance in the registry
	App      string
	Duration time.Duration
	Expires  time.Time // two durations after the last renewal, one after the registration
	Override string    // "" = none
}

// State returns how the server is now. Leases are sorted by their ids.
func (c *core) State() State {
	ls := c.leases
	ls.mu.Lock()
	b := &ls.balance
	s := State{
		Timing: c.o.Timing, Counting: c.o.Counting, Preserves: b.on, Preserving: !b.evicts(),
		Expected: b.expected, Threshold: b.threshold, Renewals: b.renewals.before,
	}
	for k, l := range ls.byKey {
		if ls.find(k) != nil {
			s.Leases = append(s.Leases, Lease{ID: l.id, App: k.app, Duration: l.duration, Expires: l.expires(), Override: ls.overrides[k]})
		}
	}
	ls.mu.Unlock()
	slices.SortFunc(s.Leases, func(a, b Lease) int { return strings.Compare(a.ID, b.ID) })
	c.cache.mu.Lock()
	s.CacheMade = c.cache.frozen.at
	c.cache.mu.Unlock()
	return s
}

// Fidelity lists what is missing or different from Netflix's server.
func Fidelity() []string {
	return []string{
		"one server without peers: no replication, no zones or regions, no wait for peers at its start; counting=netflix counts as a server with peers does",
		"real: leases (over two durations after the last renewal), self-preservation with both ways of counting, at most 15 % evicted by one sweep, response cache, deltas with a hash",
		"instances that came through another interface have no lease here: they are not evicted, and not counted as clients that renew",
		"of a delta, only the last change of an instance is told; a warning is UP, and an instance that terminates is OUT_OF_SERVICE",
		"no dashboard, no /status, /lastn and /asg, no rate limiter (Eureka's is off by default), no authentication, no Amazon metadata",
		"metadata whose names are no names of XML is in JSON alone",
	}
}
