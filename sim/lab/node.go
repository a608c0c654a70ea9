package lab

import (
	"context"
	"slices"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// nodes is a running engine of which single nodes can be ended. They are counted
// from 1, as people do: node 2 of kafka is kafka#2.
type nodes interface {
	// running are the numbers of those that run, in order.
	running() []int
	// stop ends one that runs. Back starts it again where it was, with what it had
	// stored; it does nothing when somebody has started it before.
	stop(ctx context.Context, n int) (back func(context.Context) error, err error)
	// leader is the node that takes what is published in a topic, as the broker calls
	// it, or in one partition of it; 0 = nobody does now.
	leader(ctx context.Context, topic string, partition int) (int, error)
	// lead makes another node do so.
	lead(ctx context.Context, topic string, partition, n int) error
}

// self is the node as an instance.
func (b victim) self() sim.Instance { return sim.Instance{Service: b.name, N: b.node} }

// running checks that the node is there; mu is held.
func (b victim) running(all nodes) error {
	if !slices.Contains(all.running(), b.node) {
		return sim.Errorf(sim.NotFound, "%s does not run", b.self()).WithFix("of %s, %d nodes run", b.name, len(all.running()))
	}
	return nil
}

// killNode ends one node; mu is held. The others serve what they have copies of, or
// what the product lets them serve, until it is back.
func (b victim) killNode(ctx context.Context, all nodes) (undo func(context.Context) error, err error) {
	if err := b.running(all); err != nil {
		return nil, err
	}
	run := b.run
	back, err := all.stop(ctx, b.node)
	if err != nil {
		return nil, err
	}
	b.tell(sim.Stopped{Cause: "killed"})
	return func(ctx context.Context) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.run != run || slices.Contains(all.running(), b.node) {
			return nil // somebody was here before
		}
		if err := back(ctx); err != nil {
			return sim.Errorf(sim.Unavailable, "%w", err)
		}
		b.tell(sim.Started{})
		return nil
	}, nil
}

// pauseNode makes one node stand still; mu is held. One that has its own listeners
// stands still for the services of this world alone.
func (b victim) pauseNode(all nodes) (undo func(context.Context) error, err error) {
	if err := b.running(all); err != nil {
		return nil, err
	}
	var thaw []func()
	if b.wired {
		b.lab.net.Pause(b.self(), byHand)
		thaw = append(thaw, func() { b.lab.net.Resume(b.self(), byHand) })
	} else {
		for _, leg := range b.lab.legs() {
			thaw = append(thaw, b.lab.net.Arm(wire.Place{Link: leg}, still{only: b.node}))
		}
	}
	b.tell(sim.Paused{Cause: byHand})
	return func(context.Context) error {
		for _, thaw := range thaw {
			thaw()
		}
		b.tell(sim.Resumed{})
		return nil
	}, nil
}

// moveLeader makes another node lead a partition; mu is held.
func (b victim) moveLeader(ctx context.Context, all nodes, e fault.Leader, topic string) (undo func(context.Context) error, err error) {
	was, err := all.leader(ctx, topic, e.Partition)
	if err != nil {
		return nil, err
	}
	to := e.To
	if to == 0 {
		to = next(all.running(), was)
	}
	if to == was {
		return nil, sim.Errorf(sim.Conflict, "%s leads that partition already", sim.Instance{Service: b.name, N: to})
	}
	if err := all.lead(ctx, topic, e.Partition, to); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		_ = all.lead(ctx, topic, e.Partition, was) // it may be gone by now
		return nil
	}, nil
}

// next is the one after n, around the circle.
func next(all []int, n int) int {
	i, _ := slices.BinarySearch(all, n+1)
	return all[i%len(all)]
}

func (b victim) tell(f sim.Fact) {
	b.lab.log.Shard(b.self()).Record(sim.Event{Node: b.self(), Fact: f})
}
