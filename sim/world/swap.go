package world

import (
	"context"
	"fmt"

	"github.com/msc-sim/msc-sim/sim"
)

// swap moves a link to another transport while traffic flows: the new way is
// dialled first, then new calls take it, and the old one closes when its last
// call is home.
func (w *World) swap(ctx context.Context, c sim.Swap) (string, error) {
	k, ok := w.links[c.Link]
	if !ok {
		return "", sim.Unknown("link", string(c.Link), w.spec.Names().Links)
	}
	t, err := w.transportNamed(c.Transport)
	if err != nil {
		return "", err
	}
	from := k.turns.now.Load().transport
	if from.Name() == t.Name() {
		return fmt.Sprintf("%s uses %s already", c.Link, t.Name()), nil
	}
	if err := k.able(t); err != nil {
		return "", err
	}
	if err := w.ready(ctx, t); err != nil {
		return "", err
	}
	next := &lease{transport: t}
	for _, caller := range w.instances(c.Link.From()) {
		if caller.dead.Load() {
			continue
		}
		if err := caller.dial(ctx, k, next); err != nil {
			w.closeWays(next)
			return "", err
		}
	}
	k.before.Store(&from)
	retire := k.turns.begin(next, func(old *lease) { w.drained(k, old) })
	w.note(k.id, sim.Swapped{From: from.Name(), To: t.Name()})
	retire()
	return fmt.Sprintf("%s uses %s now, no longer %s", c.Link, t.Name(), from.Name()), nil
}

// Promise is what a link promises of a message now, and what it promised before
// its last swap; nil when there was none. A link from a topic promises what those
// to the topic do.
func (w *World) Promise(id sim.LinkID) (now sim.Promise, before *sim.Promise) {
	k := w.links[id]
	for _, s := range w.spec.Links {
		if k == nil && s.ID.To() == id.From() {
			k = w.links[s.ID]
		}
	}
	if k == nil {
		return now, nil
	}
	now = k.turns.now.Load().transport.Can().Promise
	if t := k.before.Load(); t != nil {
		was := (*t).Can().Promise
		before = &was
	}
	return now, before
}

// drained closes the connections of a lease that nobody uses any more.
func (w *World) drained(k *link, old *lease) {
	w.closeWays(old)
	w.note(k.id, sim.Drained{Transport: old.transport.Name()})
}

func (w *World) closeWays(l *lease) {
	for _, inst := range w.allLives() {
		inst.ways.drop(l)
	}
}

// note records what happened to a link, at its calling side.
func (w *World) note(id sim.LinkID, f sim.Fact) {
	at := sim.Instance{Service: id.From(), N: 1}
	w.opt.Log.Shard(at).Record(sim.Event{Node: at, Link: id, Fact: f})
}

func (w *World) transportNamed(name string) (sim.Transport, error) {
	var names []string
	for _, t := range w.opt.Transports {
		if t.Name() == name {
			return t, nil
		}
		names = append(names, t.Name())
	}
	return nil, sim.Unknown("transport", name, names)
}

// able says why a link cannot travel by a transport, nil when it can. A process
// of the learner's own speaks REST only.
func (k *link) able(t sim.Transport) error {
	can := t.Can()
	switch {
	case k.foreign && t.Name() != "rest":
		return sim.Invalidf("%s is a process of your own, reached over HTTP", k.id.To()).WithFix("swap another link")
	case k.topic && !can.Publish, !can.Ask && !can.Tell:
		return sim.Invalidf("%s cannot carry %s: %s", t.Name(), k.id, can.Why)
	}
	return nil
}

// Choice says whether a link can travel by a transport, and if not, why.
type Choice struct {
	Transport string `json:"transport"`
	Now       bool   `json:"now"`
	Why       string `json:"why,omitempty"` // why it cannot; "" = it can

	Promise sim.Promise `json:"guarantees"` // of a message
}

// Choices lists all transports for a link, for whoever offers a swap.
func (w *World) Choices(id sim.LinkID) []Choice {
	k, ok := w.links[id]
	if !ok {
		return nil
	}
	var cs []Choice
	for _, t := range w.opt.Transports {
		c := Choice{Transport: t.Name(), Promise: t.Can().Promise, Now: k.turns.now.Load().transport.Name() == t.Name()}
		if err := k.able(t); err != nil {
			c.Why = err.Error()
		}
		cs = append(cs, c)
	}
	return cs
}
