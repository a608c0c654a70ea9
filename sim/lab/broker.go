package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// engine is a running broker.
type engine interface {
	Addr() string
	Close() error
}

// broker is a box that stands between services. It starts when the world names
// it, or when a link is swapped to it, and comes back after a kill where it was,
// with what it had stored.
type broker struct {
	lab   *Lab
	at    sim.Instance
	start func(ctx context.Context, addr, dir string) (engine, error)

	mu   sync.Mutex
	dir  string   // where it stores; "" = it never ran
	addr string   // where it listens or listened; before, where it should
	run  engine   // nil = it does not run
	thaw []func() // not nil: it is paused
}

// natsBroker is the nats-server inside this process.
func natsBroker(l *Lab, o Options) *broker {
	b := &broker{lab: l, at: sim.Instance{Service: "nats", N: 1}}
	b.start = func(ctx context.Context, addr, dir string) (engine, error) {
		return nats.Start(ctx, nats.Options{Addr: addr, StoreDir: dir, Observe: l.queues.natsMoved})
	}
	if o.StandardPorts {
		b.addr = "127.0.0.1:4222"
	}
	return b
}

// Addr is where clients find it: "" when it never ran. Of one that was killed it
// is where it was, and nobody answers there.
func (b *broker) Addr() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dir == "" {
		return ""
	}
	return b.addr
}

// ready starts the broker if it never ran, for whoever is about to use it.
func (b *broker) ready(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.run != nil:
		return nil
	case b.dir != "":
		return sim.Errorf(sim.Conflict, "%s is not running", b.at).WithFix("start it first: start %s", b.at)
	}
	return b.begin(ctx)
}

// begin starts it; mu is held.
func (b *broker) begin(ctx context.Context) error {
	if b.dir == "" {
		dir, err := os.MkdirTemp("", "msc-sim-"+b.at.Service+"-")
		if err != nil {
			return sim.Errorf(sim.Unavailable, "%s has no place to store messages: %w", b.at, err)
		}
		b.dir = dir
	}
	run, err := b.start(ctx, b.addr, b.dir)
	if err != nil {
		return sim.Errorf(sim.Unavailable, "%w", err).WithFix("let ports be chosen freely with --ports auto, or end the program that has port 4222")
	}
	b.run, b.addr = run, run.Addr()
	b.note(sim.Started{Addr: b.addr})
	return nil
}

func (b *broker) note(f sim.Fact) {
	b.lab.log.Shard(b.at).Record(sim.Event{Node: b.at, Fact: f})
}

// do carries out a command that names the broker.
func (b *broker) do(ctx context.Context, c sim.Command) (text string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	did, was := "", false
	switch c.(type) {
	case sim.Kill:
		did, was = "killed", b.kill()
	case sim.Start:
		did = "started"
		was, err = b.startAgain(ctx)
	case sim.Restart:
		b.kill()
		did = "restarted"
		was, err = b.startAgain(ctx)
	case sim.Pause:
		if b.run == nil {
			return "", sim.Errorf(sim.Conflict, "%s is not running", b.at).WithFix("start it first: start %s", b.at)
		}
		did, was = "paused", b.pause()
	case sim.Resume:
		did, was = "resumed", b.resume()
	}
	if err != nil {
		return "", err
	}
	if !was {
		return fmt.Sprintf("%s was %s already", b.at, did), nil
	}
	return fmt.Sprintf("%s %s", b.at, did), nil
}

// kill ends it, and reports whether it ran. What it has acknowledged it keeps.
func (b *broker) kill() bool {
	if b.run == nil {
		return false
	}
	b.resume()
	_ = b.run.Close() // it ends, whatever it says
	b.run = nil
	b.note(sim.Stopped{Cause: "killed"})
	return true
}

// startAgain starts it, and reports whether it stood still.
func (b *broker) startAgain(ctx context.Context) (bool, error) {
	if b.run != nil {
		return false, nil
	}
	return true, b.begin(ctx)
}

// pause makes it stand still for the services of this world: on every leg to it
// nothing moves any more, and nobody can connect.
func (b *broker) pause() bool {
	if b.thaw != nil {
		return false
	}
	for _, k := range b.lab.spec.Links {
		for _, leg := range []sim.LinkID{"@in", "@out"} {
			b.thaw = append(b.thaw, b.lab.net.Arm(wire.Place{Link: k.ID + leg}, still{}))
		}
	}
	b.note(sim.Paused{Cause: "by hand"})
	return true
}

func (b *broker) resume() bool {
	if b.thaw == nil {
		return false
	}
	for _, thaw := range b.thaw {
		thaw()
	}
	b.thaw = nil
	b.note(sim.Resumed{})
	return true
}

// still is a hook that holds everything.
type still struct{}

func (still) Meet(m wire.Moment) wire.Verdict {
	return wire.Verdict{Hold: m.Point != wire.AtClose}
}

// state is what `show services` says of it; ok is false when it never ran.
func (b *broker) state() (s Service, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s = Service{Name: b.at.String(), Kind: "broker", State: "up", Addr: b.addr}
	switch {
	case b.run == nil:
		s.State = "stopped"
	case b.thaw != nil:
		s.State = "paused"
	}
	return s, b.dir != ""
}

// close ends it and removes what it stored.
func (b *broker) close() (err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.run != nil {
		err = b.run.Close()
		b.run = nil
	}
	if b.dir != "" {
		err = errors.Join(err, os.RemoveAll(b.dir))
	}
	return err
}
