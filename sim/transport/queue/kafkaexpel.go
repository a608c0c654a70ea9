package queue

import (
	"context"
	"slices"

	"github.com/msc-sim/msc-sim/sim"
)

var _ expeller = (*kafkaSession)(nil)

// expel implements expeller: the member that takes from a leaves its group without
// knowing it. It hears of that at its next heartbeat, or when its commit is
// refused, and joins again; its partitions are shared out anew.
func (s *kafkaSession) expel(ctx context.Context, a address) error {
	s.mu.Lock()
	at := slices.IndexFunc(s.pulls, func(p *kafkaPull) bool { return p.at == a })
	var p *kafkaPull
	if at >= 0 {
		p = s.pulls[at]
	}
	s.mu.Unlock()
	if p == nil {
		return sim.Errorf(sim.Conflict, "it is between two groups")
	}
	return p.leave(ctx)
}
