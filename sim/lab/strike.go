package lab

import (
	"context"
	"fmt"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/world"
)

// victim is a broker as the world's faults see it, or one node of it.
type victim struct {
	*broker
	node int // from 1; 0 = all of it
}

// box finds what runs in the middle by its name: "rabbitmq", "kafka#2".
func (l *Lab) box(name string) (world.Broker, bool) {
	b, ok := l.brokers.box(name)
	return b, ok
}

func (bs brokers) box(name string) (victim, bool) {
	i, err := sim.ParseInstance(name)
	if err != nil {
		return victim{}, false
	}
	b := bs.named(i.Service)
	if b == nil {
		return victim{}, false
	}
	if !strings.Contains(name, "#") {
		i.N = 0
	}
	return victim{b, i.N}, true
}

// Strike implements [world.Broker].
func (b victim) Strike(ctx context.Context, e fault.Effect, link sim.LinkID) (undo func(context.Context) error, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.away != nil {
		return nil, b.notOurs()
	}
	if b.run == nil {
		return nil, sim.Errorf(sim.Conflict, "%s is not running", b.name).WithFix("start it first: start %s", b.name)
	}
	nodes, many := b.members()
	switch e := e.(type) {
	case fault.Full:
		return b.fill(ctx, link)
	case fault.Leader:
		if !many {
			return nil, sim.Invalidf("%s is one node, which leads everything", b.name).WithFix("swap %s kafka", link)
		}
		return b.moveLeader(ctx, nodes, e, b.lab.keeps(link))
	case fault.Kill:
		if b.node > 0 && many {
			return b.killNode(ctx, nodes)
		}
	case fault.Pause:
		if b.node > 0 && many {
			return b.pauseNode(nodes)
		}
	}
	if b.node > 1 {
		return nil, sim.Errorf(sim.NotFound, "%s is one node", b.name)
	}
	return b.strike(e), nil
}

// members are the nodes of a broker that is several; mu is held.
func (b victim) members() (all nodes, many bool) {
	if b.cluster == nil || b.count < 2 {
		return nil, false
	}
	return b.cluster(b.run), true
}

// strike ends or stops all of it; mu is held.
func (b victim) strike(e fault.Effect) (undo func(context.Context) error) {
	if _, pause := e.(fault.Pause); pause {
		b.pause()
		return func(context.Context) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.resume()
			return nil
		}
	}
	b.kill()
	return func(ctx context.Context) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		_, err := b.startAgain(ctx)
		return err
	}
}

// fill lets the queue of a link reach its limit; mu is held.
func (b victim) fill(ctx context.Context, link sim.LinkID) (undo func(context.Context) error, err error) {
	name := b.lab.keeps(link)
	switch e := b.run.(type) {
	case interface {
		Fill(queue string) (func(), error)
	}:
		back, err := e.Fill(name)
		if err != nil {
			return nil, sim.Errorf(sim.Conflict, "%s: %w", b.name, err).WithFix("send something first, so that the queue is there")
		}
		return func(context.Context) error { back(); return nil }, nil
	case interface {
		Fill(ctx context.Context, stream string) (func(context.Context) error, error)
	}:
		if undo, err = e.Fill(ctx, name); err != nil {
			return nil, sim.Errorf(sim.Conflict, "%s: %w", b.name, err)
		}
		return undo, nil
	default:
		return nil, sim.Invalidf("%s has no limit that a queue could reach: %s", b.name, b.endless).WithFix("swap %s rabbitmq", link)
	}
}

// do carries out a command that names a broker, or a node of it. What a kill or a
// pause did stands as a fault, which start and resume clear.
func (b victim) do(ctx context.Context, target string, c sim.Command) (text string, err error) {
	switch c.(type) {
	case sim.Kill:
		return b.inject(ctx, target, "kill", "killed")
	case sim.Pause:
		return b.inject(ctx, target, "pause", "paused")
	case sim.Resume:
		return b.mend(ctx, target, "pause", "resumed", c)
	case sim.Start:
		return b.mend(ctx, target, "kill", "started", c)
	default:
		if _, err := b.mend(ctx, target, "kill", "started", sim.Start{Target: target}); err != nil {
			return "", err
		}
		return b.broker.do(ctx, c)
	}
}

func (b victim) inject(ctx context.Context, target, word, did string) (string, error) {
	if len(b.armed(target, word)) > 0 {
		return fmt.Sprintf("%s was %s already", target, did), nil
	}
	if _, err := b.lab.world.Do(ctx, sim.Inject{Target: target, Fault: word}); err != nil {
		return "", err
	}
	return target + " " + did, nil
}

func (b victim) mend(ctx context.Context, target, word, did string, c sim.Command) (string, error) {
	ids := b.armed(target, word)
	for _, id := range ids {
		if _, err := b.lab.world.Do(ctx, sim.Clear{Target: id}); err != nil {
			return "", err
		}
	}
	if len(ids) > 0 {
		return target + " " + did, nil
	}
	if b.node > 1 {
		return fmt.Sprintf("%s was %s already", target, did), nil
	}
	return b.broker.do(ctx, c)
}

// armed are the ids of such faults at a broker, or at a node of it.
func (b victim) armed(target, word string) (ids []string) {
	for _, r := range b.lab.world.Receipts() {
		service, _, _ := strings.Cut(r.Target, "#")
		if r.Armed && r.Kind == word && (r.Target == target || service == target) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// keeps is the name under which the broker of a link keeps its messages.
func (l *Lab) keeps(link sim.LinkID) string {
	now := l.world.Transport(link)
	for _, t := range l.ways {
		if k, ok := t.(interface{ Keeps(sim.LinkID) string }); ok && t.Name() == now {
			return k.Keeps(link)
		}
	}
	return ""
}
