package lab

import (
	"context"
	"slices"
	"strconv"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
	"github.com/msc-sim/msc-sim/sim/world"
)

// nodes is a running engine of which single nodes can be ended. They are counted
// from 1, as people do: node 2 of kafka is kafka#2.
type nodes interface {
	// running are the numbers of those that run, in order.
	running() []int
	// mayStop says why one cannot be ended; nil = it can.
	mayStop(n int) error
	// stop ends one that runs. Back starts it again where it was, with what it had
	// stored.
	stop(ctx context.Context, n int) (back func(context.Context) error, err error)
	// leader is the node that takes what is published in a topic, as the broker calls
	// it, or in one partition of it; 0 = nobody does now.
	leader(ctx context.Context, topic string, partition int) (int, error)
	// lead makes another node do so.
	lead(ctx context.Context, topic string, partition, n int) error
}

// part is all of a broker, or one node of it: a [world.Box].
type part struct {
	*broker
	node int // from 1
}

// whole is the node of a part that is the whole broker.
const whole = 0

// Name implements [world.Product].
func (b *broker) Name() string { return b.name }

// Boxes implements [world.Product].
func (b *broker) Boxes() ([]world.Box, error) {
	if b.away != nil {
		return nil, b.notOurs()
	}
	boxes := []world.Box{part{b, whole}}
	for n := 1; n <= b.count && b.several(); n++ {
		boxes = append(boxes, part{b, n})
	}
	return boxes, nil
}

func (b *broker) several() bool { return b.cluster != nil && b.count > 1 }

// Self implements [world.Box].
func (p part) Self() sim.Instance { return sim.Instance{Service: p.name, N: max(p.node, 1)} }

// State implements [world.Box].
func (p part) State() world.State {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.run == nil && !p.ran():
		return world.Never
	case p.run == nil && p.node != whole:
		return world.Gone
	case p.run == nil, p.node != whole && !slices.Contains(p.cluster(p.run).running(), p.node):
		return world.Stopped
	case p.thaw[p.node] != nil:
		return world.Paused
	}
	return world.Up
}

// MayStop implements [world.Box].
func (p part) MayStop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.node == whole || p.run == nil {
		return nil
	}
	return p.cluster(p.run).mayStop(p.node)
}

// Kill implements [world.Box]. When it is one node, the others serve what they have
// copies of, or what the product lets them serve.
func (p part) Kill(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.run == nil {
		return p.notRunning()
	}
	if p.node == whole {
		p.kill()
		return nil
	}
	p.resume(p.node)
	back, err := p.cluster(p.run).stop(ctx, p.node)
	if err != nil {
		return err
	}
	p.ended[p.node] = back
	p.tell(sim.Stopped{Cause: "killed", Part: true})
	return nil
}

// Start implements [world.Box].
func (p part) Start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.node == whole {
		return p.begin(ctx)
	}
	back := p.ended[p.node]
	if back == nil {
		return p.notRunning()
	}
	if err := back(ctx); err != nil {
		return sim.Errorf(sim.Unavailable, "%w", err)
	}
	delete(p.ended, p.node)
	p.tell(sim.Started{Part: true})
	return nil
}

// Pause implements [world.Box]. A broker that has its own listeners stands still for
// the services of this world alone: on every leg to it nothing moves any more, and
// nobody can connect.
func (p part) Pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.run == nil || p.thaw[p.node] != nil {
		return
	}
	const byHand = "by hand"
	var thaw []func()
	if p.wired {
		for _, node := range p.nodes {
			if p.node == whole || p.node == node.N {
				cause := byHand + " " + strconv.Itoa(p.node) // all of it, and one node, do not end each other's pauses
				p.lab.net.Pause(node, cause)
				thaw = append(thaw, func() { p.lab.net.Resume(node, cause) })
			}
		}
	} else {
		for _, leg := range p.lab.legs() {
			thaw = append(thaw, p.lab.net.Arm(wire.Place{Link: leg}, still{only: p.node}))
		}
	}
	p.thaw[p.node] = func() {
		for _, thaw := range thaw {
			thaw()
		}
		p.tell(sim.Resumed{Part: p.node != whole})
	}
	p.tell(sim.Paused{Cause: byHand, Part: p.node != whole})
}

// Resume implements [world.Box].
func (p part) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.resume(p.node)
}

// resume ends a pause, if there is one; mu is held.
func (b *broker) resume(node int) {
	if thaw := b.thaw[node]; thaw != nil {
		delete(b.thaw, node)
		thaw()
	}
}

func (p part) tell(f sim.Fact) {
	p.lab.log.Shard(p.Self()).Record(sim.Event{Node: p.Self(), Fact: f})
}

// still is a hook that holds everything, or what goes to one node and comes from it.
type still struct{ only int }

// Meet implements [wire.Hook].
func (s still) Meet(m wire.Moment) wire.Verdict {
	return wire.Verdict{Hold: m.Point != wire.AtClose && (s.only == whole || m.Route.To.N == s.only)}
}
