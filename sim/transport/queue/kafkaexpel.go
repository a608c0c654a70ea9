package queue

import (
	"context"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/msc-sim/msc-sim/sim"
)

var _ expeller = (*kafkaSession)(nil)

// expel implements expeller: the member that takes from a leaves its group without
// knowing it. It hears of that at its next heartbeat, or when its commit is
// refused, and joins again; its partitions are shared out anew.
func (s *kafkaSession) expel(ctx context.Context, a address) error {
	var me string
	s.mu.Lock()
	for _, p := range s.pulls {
		if p.at == a {
			me, _ = p.cl.GroupMetadata()
		}
	}
	s.mu.Unlock()
	if me == "" {
		return sim.Errorf(sim.Conflict, "it is between two groups")
	}
	req := kmsg.NewPtrLeaveGroupRequest()
	req.Group = s.group(a)
	leaver := kmsg.NewLeaveGroupRequestMember()
	leaver.MemberID = me
	req.Members = append(req.Members, leaver)
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return err
	}
	for _, m := range resp.Members {
		if err := kerr.ErrorForCode(m.ErrorCode); err != nil {
			return err
		}
	}
	return kerr.ErrorForCode(resp.ErrorCode)
}
