package lab

import (
	"context"
	"slices"

	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/sim"
)

// natsNodes are the servers of a NATS cluster. What it keeps in a topic, or in a
// queue, is a stream, which has one partition.
type natsNodes struct{ *nats.Server }

func (c natsNodes) running() []int { return c.Nodes() }

func (natsNodes) mayStop(int) error { return nil }

// stop implements nodes. In NATS no node is preferred: when it is back it leads what
// has its only copy there, and the rest when the next leader is gone.
func (c natsNodes) stop(_ context.Context, n int) (back func(context.Context) error, err error) {
	if err := c.StopNode(n); err != nil {
		return nil, sim.Errorf(sim.Unavailable, "%w", err)
	}
	return func(ctx context.Context) error { return c.StartNode(ctx, n) }, nil
}

func (c natsNodes) leader(_ context.Context, stream string, partition int) (int, error) {
	all := c.Streams()
	i := slices.IndexFunc(all, func(s nats.Stream) bool { return s.Name == stream })
	if i < 0 {
		return 0, noTopic(stream)
	}
	if partition > 0 {
		return 0, sim.Errorf(sim.NotFound, "a stream of nats has one partition, 0")
	}
	return all[i].Leader, nil
}

func (c natsNodes) lead(ctx context.Context, stream string, _, n int) error {
	i := slices.IndexFunc(c.Streams(), func(s nats.Stream) bool {
		return s.Name == stream && slices.ContainsFunc(s.Copies, func(p nats.Copy) bool { return p.Node == n })
	})
	if i < 0 {
		return sim.Errorf(sim.Conflict, "nats#%d has no copy of %s, so it cannot lead it", n, stream).WithFix("show topics says who has one; topic <topic> replicas=3 makes more")
	}
	if err := c.MoveLeader(ctx, stream, n); err != nil {
		return sim.Errorf(sim.Unavailable, "%w", err)
	}
	return nil
}
