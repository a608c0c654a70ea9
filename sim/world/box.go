package world

import (
	"context"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
)

// Box is whatever runs in a world and can be stopped: an instance of a service, a
// [Product] as a whole, one node of it. Commands and faults reach all of them in
// this way and in no other. Values are compared with ==. The world calls the
// methods that change something one after another.
type Box interface {
	Self() sim.Instance
	State() State
	// MayStop says why Kill would be refused; nil = it would not.
	MayStop() error
	// Kill ends a box that runs at once, as a power cut would.
	Kill(ctx context.Context) error
	// Start brings back one that does not run.
	Start(ctx context.Context) error
	// Pause makes one that runs stand still, as SIGSTOP would.
	Pause()
	// Resume ends that.
	Resume()
}

// Product is what stands in a world beside its services, such as a broker. Many
// may call its methods at once.
type Product interface {
	Name() string // "rabbitmq"
	// Boxes are all of it and, if it has several nodes, each of them. It is an error
	// when it is not ours to stop.
	Boxes() ([]Box, error)
	// Ready starts it if it never ran, for links that need it.
	Ready(ctx context.Context) error
	// Strike does to it what only it can do to itself, at the place of a link. Undo
	// takes it back; it is harmless when somebody has already.
	Strike(ctx context.Context, e fault.Broker, link sim.LinkID) (undo func(context.Context) error, err error)
	// Status is what it says of itself; ok is false when it never ran.
	Status() (s Status, ok bool)
	Endpoints() []sim.Endpoint
}

// State of a box.
type State string

const (
	Never   State = ""        // it has not run so far
	Up      State = "up"      // it runs
	Paused  State = "paused"  // it stands still
	Stopped State = "stopped" // it was killed
	Gone    State = "gone"    // another incarnation has its place, or all that it is part of does not run
)

// runs reports whether a box can be killed or paused.
func (s State) runs() bool { return s == Up || s == Paused }

// boxes are what a name means: the instances of a service or one of them
// ("payment#2"), all of a product or one node of it ("kafka#2"). With nodes, all of
// a product stands for its nodes too. A service comes first.
func (w *World) boxes(name string, nodes bool) (all []Box, p Product, err error) {
	i, err := sim.ParseInstance(name)
	if err != nil {
		return nil, nil, err
	}
	if p = w.product(i.Service); p == nil {
		lives, err := w.targets(name)
		for _, l := range lives {
			all = append(all, l)
		}
		return all, nil, err
	}
	all, err = p.Boxes()
	switch whole := !strings.Contains(name, "#"); {
	case err != nil:
		return nil, p, err
	case whole && nodes:
		return all, p, nil
	case whole, len(all) == 1 && i.N == 1:
		return all[:1], p, nil
	case len(all) == 1:
		return nil, p, sim.Errorf(sim.NotFound, "%s is one node", p.Name())
	case i.N >= len(all):
		return nil, p, sim.Errorf(sim.NotFound, "%s does not run", i).WithFix("of %s, %d nodes run", p.Name(), len(all)-1)
	}
	return all[i.N : i.N+1], p, nil
}

// product finds what is no service by its name; nil = there is none.
func (w *World) product(name string) Product {
	if _, ok := w.spec.Service(name); ok {
		return nil
	}
	return w.named(name)
}

func (w *World) named(name string) Product {
	i := slices.IndexFunc(w.opt.Products, func(p Product) bool { return p.Name() == name })
	if i < 0 {
		return nil
	}
	return w.opt.Products[i]
}

// openProducts starts those that links need, and those that the file lists. One
// that is to be several nodes waits for the first link that needs it: they elect
// who leads first, which takes most of a second.
func (w *World) openProducts(ctx context.Context) error {
	for _, listed := range w.spec.Brokers {
		p := w.named(listed.Name)
		if p == nil {
			return sim.Unknown("broker", listed.Name, w.productNames())
		}
		if listed.Nodes > 1 {
			continue
		}
		if err := p.Ready(ctx); err != nil {
			return err
		}
	}
	for _, s := range w.spec.Links {
		if err := w.ready(ctx, w.links[s.ID].turns.now.Load().transport); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) productNames() (names []string) {
	for _, p := range w.opt.Products {
		names = append(names, p.Name())
	}
	return names
}

// ready starts what a transport needs.
func (w *World) ready(ctx context.Context, t sim.Transport) error {
	if p := w.named(t.Can().Broker); p != nil {
		return p.Ready(ctx)
	}
	return nil
}

// recoverProducts starts and resumes all that ran before.
func (w *World) recoverProducts(ctx context.Context) error {
	for _, p := range w.opt.Products {
		all, _ := p.Boxes() // one that is not ours runs on
		for _, b := range all {
			switch b.State() {
			case Paused:
				b.Resume()
			case Stopped:
				if err := b.Start(ctx); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Self implements [Box].
func (l *life) Self() sim.Instance { return l.self }

// State implements [Box].
func (l *life) State() State {
	switch {
	case l.w.newest(l.self) != l:
		return Gone
	case l.dead.Load():
		return Stopped
	case l.paused.Load():
		return Paused
	}
	return Up
}

// MayStop implements [Box].
func (l *life) MayStop() error { return nil }

// Kill implements [Box].
func (l *life) Kill(context.Context) error { l.kill(); return nil }

// Start implements [Box]: what starts is another incarnation.
func (l *life) Start(ctx context.Context) error { return l.w.begin(ctx, l.self) }

// Pause implements [Box].
func (l *life) Pause() {
	if l.paused.Swap(true) {
		return
	}
	l.w.opt.Net.Pause(l.self, byHand)
	l.shard.Record(sim.Event{Node: l.self, Fact: sim.Paused{Cause: byHand}})
}

// Resume implements [Box].
func (l *life) Resume() {
	if l.paused.Swap(false) {
		l.shard.Record(sim.Event{Node: l.self, Fact: sim.Resumed{}})
		l.w.opt.Net.Resume(l.self, byHand)
	}
}
