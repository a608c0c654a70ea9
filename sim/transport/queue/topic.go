package queue

import (
	"context"
	"slices"

	"github.com/msc-sim/msc-sim/sim"
)

var _ sim.Broadcaster = (*Transport)(nil)

// Topic implements [sim.Broadcaster].
func (t *Transport) Topic(s sim.TopicSpec) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.topics[s.Name]; ok {
		return
	}
	t.topics[s.Name] = &topic{TopicSpec: s}
	for _, service := range s.To {
		t.enrol(s.Name, service)
	}
}

// enrol makes the instances of a service take part in a topic; mu is held.
func (t *Transport) enrol(name, service string) {
	known := t.topics[name]
	if slices.Contains(known.groups, service) {
		return
	}
	known.groups = append(slices.Clip(known.groups), service)
	a := address{topic: name, group: service}
	t.queues[a] = struct{}{}
	for s := range t.servers {
		s.join(a)
	}
}

// topic returns what is known of a topic now; its groups are not changed later.
func (t *Transport) topic(name string) topic {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known := t.topics[name]; known != nil {
		return *known
	}
	return topic{TopicSpec: sim.TopicSpec{Name: name}}
}

// Subscribe implements [sim.Broadcaster].
func (t *Transport) Subscribe(ctx context.Context, n sim.Net, at sim.Instance, name string, from sim.From) error {
	return t.visit(ctx, n, at, name, func(s session, a address) error {
		r, again := s.(rewinder)
		if from == sim.FromBeginning && !again {
			return sim.Invalidf("%s keeps nothing for those who come later", t.Name()).WithFix("let the topic travel by kafka or nats-stream")
		}
		err := s.declare(ctx, address{topic: name})
		if err == nil {
			err = s.declare(ctx, a)
		}
		if err == nil && from == sim.FromBeginning {
			err = r.rewind(ctx, a)
		}
		if err == nil {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.enrol(name, at.Service)
		}
		return err
	})
}

// Unsubscribe implements [sim.Broadcaster].
func (t *Transport) Unsubscribe(ctx context.Context, n sim.Net, at sim.Instance, name string) error {
	return t.visit(ctx, n, at, name, func(s session, a address) error {
		t.mu.Lock()
		known := t.topics[name]
		known.groups = slices.DeleteFunc(slices.Clone(known.groups), func(g string) bool { return g == at.Service })
		delete(t.queues, a)
		for s := range t.servers {
			s.quit(a)
		}
		t.mu.Unlock()
		if l, ok := s.(leaver); ok {
			return l.drop(ctx, a)
		}
		return nil
	})
}

// visit opens a connection of an instance to the broker, for a word about its
// place in a topic.
func (t *Transport) visit(ctx context.Context, n sim.Net, at sim.Instance, name string, say func(session, address) error) error {
	if t.topic(name).TopicSpec.Name == "" || !t.Can().Publish {
		return sim.Invalidf("%s has no topic %q", t.Name(), name)
	}
	a := address{topic: name, group: at.Service}
	s, err := t.open(ctx, n, at, a.leg())
	if err != nil {
		return err
	}
	defer s.close()
	return say(s, a)
}
