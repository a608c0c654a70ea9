package lab

import (
	"context"
	"slices"

	"github.com/msc-sim/msc-sim/embedded/kafka"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
)

// nodes is an engine of which single nodes can be ended, numbered from 0. People
// count them from 1: broker 1 is kafka#2.
type nodes interface {
	Brokers() []int
	Controller() int
	StopBroker(ctx context.Context, n int) error
	StartBroker(ctx context.Context, n int) error
	MoveLeader(topic string, partition, broker int) error
	Topics(ctx context.Context) ([]kafka.Topic, error)
}

// self is the node as an instance.
func (b victim) self() sim.Instance { return sim.Instance{Service: b.name, N: b.node} }

// running checks that the node is there; mu is held.
func (b victim) running(all nodes) error {
	if !slices.Contains(all.Brokers(), b.node-1) {
		return sim.Errorf(sim.NotFound, "%s does not run", b.self()).WithFix("of %s, %d nodes run", b.name, len(all.Brokers()))
	}
	return nil
}

// killNode ends one node; mu is held. The others serve its partitions until it is
// back: then it leads again what it led, as a preferred leader does.
func (b victim) killNode(ctx context.Context, all nodes) (undo func(context.Context) error, err error) {
	if err := b.running(all); err != nil {
		return nil, err
	}
	if b.node-1 == all.Controller() {
		return nil, sim.Invalidf("%s makes the topics and cannot be ended here", b.self()).WithFix("end another node, or all: kill %s", b.name)
	}
	led, err := b.led(ctx, all)
	if err != nil {
		return nil, err
	}
	if err := all.StopBroker(ctx, b.node-1); err != nil {
		return nil, sim.Errorf(sim.Unavailable, "%w", err)
	}
	b.tell(sim.Stopped{Cause: "killed"})
	return func(ctx context.Context) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.run == nil || slices.Contains(all.Brokers(), b.node-1) || b.run != engine(all.(engine)) {
			return nil // somebody was here before
		}
		if err := all.StartBroker(ctx, b.node-1); err != nil {
			return sim.Errorf(sim.Unavailable, "%w", err)
		}
		b.tell(sim.Started{})
		for _, p := range led {
			_ = all.MoveLeader(p.topic, p.number, b.node-1) // it may be gone by now
		}
		return nil
	}, nil
}

// partition is one of a topic.
type partition struct {
	topic  string
	number int
}

// led are the partitions that the node leads.
func (b victim) led(ctx context.Context, all nodes) (led []partition, err error) {
	topics, err := all.Topics(ctx)
	if err != nil {
		return nil, sim.Errorf(sim.Unavailable, "%w", err)
	}
	for _, t := range topics {
		for _, p := range t.Partitions {
			if p.Leader == b.node-1 {
				led = append(led, partition{t.Name, p.Number})
			}
		}
	}
	return led, nil
}

// pauseNode makes one node stand still; mu is held.
func (b victim) pauseNode(all nodes) (undo func(context.Context) error, err error) {
	if err := b.running(all); err != nil {
		return nil, err
	}
	b.lab.net.Pause(b.self(), byHand)
	b.tell(sim.Paused{Cause: byHand})
	return func(context.Context) error {
		b.lab.net.Resume(b.self(), byHand)
		b.tell(sim.Resumed{})
		return nil
	}, nil
}

// lead makes another node lead a partition; mu is held.
func (b victim) lead(ctx context.Context, all nodes, e fault.Leader, topic string) (undo func(context.Context) error, err error) {
	topics, err := all.Topics(ctx)
	if err != nil {
		return nil, sim.Errorf(sim.Unavailable, "%w", err)
	}
	for _, t := range topics {
		if t.Name != topic {
			continue
		}
		if e.Partition >= len(t.Partitions) {
			return nil, sim.Errorf(sim.NotFound, "there are %d partitions, from 0 on", len(t.Partitions))
		}
		was := t.Partitions[e.Partition].Leader
		to := e.To - 1
		if e.To == 0 {
			to = next(all.Brokers(), was)
		}
		if to == was {
			return nil, sim.Errorf(sim.Conflict, "%s leads that partition already", sim.Instance{Service: b.name, N: to + 1})
		}
		if err := all.MoveLeader(topic, e.Partition, to); err != nil {
			return nil, sim.Errorf(sim.NotFound, "%w", err).WithFix("to= one of %d nodes", len(all.Brokers()))
		}
		return func(context.Context) error {
			_ = all.MoveLeader(topic, e.Partition, was) // it may be gone by now
			return nil
		}, nil
	}
	return nil, sim.Errorf(sim.Conflict, "there is no topic %s yet", topic).WithFix("send something first")
}

// next is the one after n, around the circle.
func next(all []int, n int) int {
	i, _ := slices.BinarySearch(all, n+1)
	return all[i%len(all)]
}

func (b victim) tell(f sim.Fact) {
	b.lab.log.Shard(b.self()).Record(sim.Event{Node: b.self(), Fact: f})
}
