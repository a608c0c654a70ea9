package queue

import (
	"context"
	"slices"

	"github.com/msc-sim/msc-sim/sim"
)

var _ sim.Broadcaster = (*Transport)(nil)

// Topic implements [sim.Broadcaster]. A way that carries nothing that is published
// has no part in it.
func (t *Transport) Topic(s sim.TopicSpec) {
	if !t.broker.can().Publish {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	known := t.topics[s.Name]
	if known == nil {
		known = &topic{TopicSpec: s}
		t.topics[s.Name] = known
	}
	known.become(s)
	for _, g := range known.groups {
		if !slices.Contains(s.To, g) {
			t.expel(s.Name, g)
		}
	}
	for _, service := range s.To {
		t.enrol(s.Name, service)
	}
}

// expel ends the part of a service in a topic; mu is held.
func (t *Transport) expel(name, service string) {
	known := t.topics[name]
	known.groups = slices.DeleteFunc(slices.Clone(known.groups), func(g string) bool { return g == service })
	a := address{topic: name, group: service}
	delete(t.queues, a)
	for s := range t.servers {
		s.quit(a)
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
	t.queues[a], t.made[a], t.made[address{topic: name}] = struct{}{}, struct{}{}, struct{}{}
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
func (t *Transport) Subscribe(ctx context.Context, n sim.Net, by sim.Instance, name, service string, from sim.From) error {
	return t.visit(ctx, n, by, address{topic: name, group: service}, func(s session, a address) error {
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
			t.enrol(name, service)
		}
		return err
	})
}

// Unsubscribe implements [sim.Broadcaster].
func (t *Transport) Unsubscribe(ctx context.Context, n sim.Net, by sim.Instance, name, service string) error {
	return t.visit(ctx, n, by, address{topic: name, group: service}, func(s session, a address) error {
		t.mu.Lock()
		t.expel(name, service)
		t.mu.Unlock()
		if l, ok := s.(leaver); ok {
			return l.drop(ctx, a)
		}
		return nil
	})
}

// visit opens a connection of an instance to the broker, for a word about a place
// in a topic.
func (t *Transport) visit(ctx context.Context, n sim.Net, by sim.Instance, a address, say func(session, address) error) error {
	if !t.Can().Publish {
		return sim.Invalidf("%s has no topics", t.Name())
	}
	s, err := t.open(ctx, n, by, a.leg())
	if err != nil {
		return err
	}
	defer s.close()
	return say(s, a)
}
