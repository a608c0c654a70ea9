package lab

import (
	"context"
	"errors"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// brokers are all that there are, running or not.
type brokers []*broker

// open starts those that the links of a world need, and those that its
// file lists. One that is to be several nodes waits for the first link that needs
// it: they elect who leads first, which takes most of a second.
func (bs brokers) open(ctx context.Context, spec *sim.WorldSpec) error {
	var names []string
	for _, listed := range spec.Brokers {
		switch {
		case bs.named(listed.Name) == nil:
			return sim.Unknown("broker", listed.Name, bs.names())
		case listed.Nodes < 2:
			names = append(names, listed.Name)
		}
	}
	for _, k := range spec.Links {
		if b := bs.carrying(k.Transport); b != nil {
			names = append(names, b.at.Service)
		}
	}
	for _, name := range names {
		if err := bs.named(name).ready(ctx); err != nil {
			return err
		}
	}
	return nil
}

// carrying is the broker that a transport needs, nil for one that needs none:
// "nats" and "nats-reply" need nats.
func (bs brokers) carrying(transport string) *broker {
	name, _, _ := strings.Cut(transport, "-")
	return bs.named(name)
}

func (bs brokers) named(name string) *broker {
	for _, b := range bs {
		if b.at.Service == name {
			return b
		}
	}
	return nil
}

func (bs brokers) names() (names []string) {
	for _, b := range bs {
		names = append(names, b.at.Service)
	}
	return names
}

// aimed is what a command names of them, if it names any.
func (bs brokers) aimed(c sim.Command) (b victim, target string, ok bool) {
	switch c := c.(type) {
	case sim.Kill:
		target = c.Target
	case sim.Start:
		target = c.Target
	case sim.Restart:
		target = c.Target
	case sim.Pause:
		target = c.Target
	case sim.Resume:
		target = c.Target
	default:
		return b, "", false
	}
	b, ok = bs.box(target)
	return b, target, ok
}

// recover starts and resumes all that ran before, for a world that starts anew.
func (bs brokers) recover(ctx context.Context) error {
	for _, b := range bs {
		b.mu.Lock()
		b.resume()
		var err error
		if b.ran() {
			_, err = b.startAgain(ctx)
		}
		b.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// endpoints lists where those that run can be reached.
func (bs brokers) endpoints() (es []sim.Endpoint) {
	for _, b := range bs {
		es = append(es, b.endpoints()...)
	}
	return es
}

// legs are all ways between this world's services and a broker.
func (l *Lab) legs() (legs []sim.LinkID) {
	for _, k := range l.spec.Links {
		legs = append(legs, k.ID+"@in", k.ID+"@out")
	}
	for _, t := range l.spec.Topics {
		for _, s := range l.spec.Services {
			legs = append(legs, sim.Link(t.Name, s.Name))
		}
	}
	return legs
}

func (bs brokers) close() error {
	var errs []error
	for _, b := range bs {
		errs = append(errs, b.close())
	}
	return errors.Join(errs...)
}

// brokered carries out what concerns brokers: commands that name one, and what
// must happen to one before the world does its part. done is false when the
// world still has to do something.
func (l *Lab) brokered(ctx context.Context, c sim.Command) (r sim.Result, done bool, err error) {
	if err := l.brokers.spare(c); err != nil {
		return r, true, err
	}
	if swap, ok := c.(sim.Swap); ok {
		if b := l.brokers.carrying(swap.Transport); b != nil && l.world.Transport(swap.Link) != "" {
			err = b.ready(ctx)
		}
		return r, err != nil, err
	}
	if _, reset := c.(sim.ResetWorld); reset {
		err = l.brokers.recover(ctx)
		return r, err != nil, err
	}
	b, target, ok := l.brokers.aimed(c)
	if !ok {
		return r, false, nil
	}
	if _, ok := l.spec.Service(b.at.Service); ok { // a service of that name comes first
		return r, false, nil
	}
	r.Text, err = b.do(ctx, target, c)
	r.Seq = l.log.Last()
	return r, true, err
}
