package queue

import (
	"context"

	"github.com/msc-sim/msc-sim/sim"
)

// alterer is a session whose broker can change a topic while it is used. Numbers
// of t that are 0 stay.
type alterer interface {
	alter(ctx context.Context, a address, t sim.TopicSpec) error
}

var _ sim.Alterer = (*Transport)(nil)

// Alter implements [sim.Alterer].
func (t *Transport) Alter(ctx context.Context, n sim.Net, by sim.Instance, s sim.TopicSpec) error {
	no := sim.Invalidf("%s keeps a topic neither in partitions nor in copies", t.Name()).WithFix("let the topic travel by kafka or nats-stream")
	if !t.Can().Publish {
		return no
	}
	l, err := t.open(ctx, n, by, sim.Link(by.Service, s.Name)+legIn)
	if err != nil {
		return err
	}
	defer l.close()
	can, ok := l.(alterer)
	if !ok {
		return no
	}
	if err := can.alter(ctx, address{topic: s.Name}, s); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if known := t.topics[s.Name]; known != nil {
		known.become(s)
	}
	return nil
}

// become takes over the numbers of s that are not 0.
func (t *topic) become(s sim.TopicSpec) {
	if s.Partitions > 0 {
		t.Partitions = s.Partitions
	}
	if s.Replicas > 0 {
		t.Replicas = s.Replicas
	}
}
