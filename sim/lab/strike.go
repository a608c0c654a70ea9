package lab

import (
	"context"
	"slices"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// Strike implements [world.Product].
func (b *broker) Strike(ctx context.Context, e fault.Broker, link sim.LinkID) (undo func(context.Context) error, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.away != nil {
		return nil, b.notOurs()
	}
	if b.run == nil {
		return nil, b.notRunning()
	}
	if e, ok := e.(fault.Leader); ok {
		return b.moveLeader(ctx, e, link)
	}
	return b.fillUp(ctx, link)
}

func (b *broker) notRunning() error {
	return sim.Errorf(sim.Conflict, "%s is not running", b.name).WithFix("start it first: start %s", b.name)
}

// moveLeader makes another node lead a partition; mu is held.
func (b *broker) moveLeader(ctx context.Context, e fault.Leader, link sim.LinkID) (undo func(context.Context) error, err error) {
	if !b.several() {
		return nil, sim.Invalidf("%s is one node, which leads everything", b.name).WithFix("swap %s kafka", link)
	}
	nodes, topic := b.cluster(b.run), b.lab.keeps(link)
	was, err := nodes.leader(ctx, topic, e.Partition)
	if err != nil {
		return nil, err
	}
	to := e.To
	if to == 0 {
		to = next(nodes.running(), was)
	}
	if to == was {
		return nil, sim.Errorf(sim.Conflict, "%s leads that partition already", sim.Instance{Service: b.name, N: to})
	}
	if err := nodes.lead(ctx, topic, e.Partition, to); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		_ = nodes.lead(ctx, topic, e.Partition, was) // it may be gone by now
		return nil
	}, nil
}

// next is the one after n, around the circle.
func next(all []int, n int) int {
	i, _ := slices.BinarySearch(all, n+1)
	return all[i%len(all)]
}

// fillUp lets the queue of a link reach its limit; mu is held.
func (b *broker) fillUp(ctx context.Context, link sim.LinkID) (undo func(context.Context) error, err error) {
	if b.fill == nil {
		return nil, sim.Invalidf("%s has no limit that a queue could reach: %s", b.name, b.endless).WithFix("swap %s rabbitmq", link)
	}
	if undo, err = b.fill(ctx, b.run, b.lab.keeps(link)); err != nil {
		return nil, sim.Errorf(sim.Conflict, "%s: %w", b.name, err).WithFix("send something first, so that the queue is there")
	}
	return undo, nil
}

// keeps is the name under which the broker of a link keeps its messages.
func (l *Lab) keeps(link sim.LinkID) string {
	now := l.world.Transport(link)
	for _, w := range l.ways {
		if t, ok := w.(*queue.Transport); ok && t.Name() == now {
			return t.Keeps(link)
		}
	}
	return ""
}
