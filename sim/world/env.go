package world

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// env is what the service of this incarnation gets from its world.
func (l *life) env() *sim.Env {
	h := fnv.New64a()
	_, _ = h.Write([]byte(l.self.String()))
	return &sim.Env{
		Self:  l.self,
		Life:  l.nth,
		Now:   l.clock,
		Sleep: l.sleep,
		Call:  caller{l},
		Rand:  rand.New(&lockedSource{src: rand.NewPCG(l.w.spec.Seed, h.Sum64())}),
		Store: l.store,
		Group: group{l},
		Addrs: l.addrs, Access: l.w.opt.Access,
	}
}

// keptAddrs bounds the addresses of former incarnations of a service that are known.
const keptAddrs = 64

// addrs are where the instances of this service are reached, this one first, and
// last where former incarnations were: what was issued under their names is valid.
func (l *life) addrs(transport string) []string {
	all := []string{}
	for _, o := range append([]*life{l}, l.w.instances(l.self.Service)...) {
		if addr := o.addr(transport); addr != "" && !slices.Contains(all, addr) {
			all = append(all, addr)
		}
	}
	l.w.mu.RLock()
	defer l.w.mu.RUnlock()
	for _, was := range l.w.former[l.self.Service] {
		if was.transport == transport && !slices.Contains(all, was.addr) {
			all = append(all, was.addr)
		}
	}
	return all
}

// place is where a former incarnation was reached.
type place struct{ transport, addr string }

// moved keeps the addresses of an incarnation whose place another takes; mu is held.
func (w *World) moved(old *life) {
	all := w.former[old.self.Service]
	for transport := range protocols { // of others, addresses are those of brokers
		if addr := old.addr(transport); addr != "" {
			all = append(all, place{transport, addr})
		}
	}
	w.former[old.self.Service] = all[max(0, len(all)-keptAddrs):]
}

// group is the background work of one incarnation. It begins when the incarnation
// has its sockets: of what asks for it earlier, nothing may be lost.
type group struct{ l *life }

func (g group) Go(_ string, f func(ctx context.Context)) bool {
	if g.l.dead.Load() {
		return false
	}
	g.l.w.run.Go(func() {
		select {
		case <-g.l.begun:
			f(g.l.ctx)
		case <-g.l.ctx.Done():
		}
	})
	return true
}

// caller lets a service reach others by name.
type caller struct{ l *life }

func (c caller) Ask(ctx context.Context, service string, m sim.Message) (sim.Message, error) {
	m.Mode = sim.Ask
	return c.l.call(ctx, service, m)
}

func (c caller) Tell(ctx context.Context, service string, m sim.Message) error {
	m.Mode = sim.Tell
	_, err := c.l.call(ctx, service, m)
	return err
}

func (c caller) Publish(ctx context.Context, topic string, m sim.Message) error {
	return c.l.publish(ctx, topic, m)
}

// sleep waits without using the processor.
func (l *life) sleep(ctx context.Context, d time.Duration) error {
	if l.dead.Load() {
		return sim.ErrKilled
	}
	err := l.w.alarm.sleep(ctx, d)
	if l.dead.Load() {
		return sim.ErrKilled
	}
	return err
}
