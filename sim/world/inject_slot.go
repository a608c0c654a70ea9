package world

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
)

// slot is where faults stand in the way of messages. Empty it costs one load.
type slot = atomic.Pointer[sim.Middleware]

// front is the slot of a service: behind its front door, before its work, in
// all its instances.
func (w *World) front(service string) *slot {
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	if w.faults.slots == nil {
		w.faults.slots = map[string]*slot{}
	}
	s := w.faults.slots[service]
	if s == nil {
		s = &slot{}
		w.faults.slots[service] = s
	}
	return s
}

// lifeKey finds the incarnation that works on a request.
type lifeKey struct{}

// injected is the slot of a service in the way of a request.
func (l *life) injected(next sim.Handler) sim.Handler {
	front := l.w.front(l.self.Service)
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		if around := front.Load(); around != nil {
			return (*around)(next)(context.WithValue(ctx, lifeKey{}, l), m)
		}
		return next(ctx, m)
	}
}

// rearm puts into every slot what belongs there now: faults on messages, those
// that stop whom a message is for, and those that were cleared and are not yet
// verified. A slot without any is empty.
func (w *World) rearm() {
	w.faults.arming.Lock()
	defer w.faults.arming.Unlock()
	all := w.faults.list()
	w.faults.setSkews(all)
	for id, l := range w.links {
		l.faults.Store(chain(all, func(a *armed) sim.Middleware { return a.onLink(id) }))
	}
	for _, s := range w.spec.Services {
		w.front(s.Name).Store(chain(all, func(a *armed) sim.Middleware { return a.atService(s.Name) }))
	}
}

// chain nests what faults do at one place, the first armed outermost; nil when
// there is nothing.
func chain(all []*armed, of func(*armed) sim.Middleware) *sim.Middleware {
	var around []sim.Middleware
	for _, a := range all {
		if m := of(a); m != nil {
			around = append(around, m)
		}
	}
	if len(around) == 0 {
		return nil
	}
	m := sim.Middleware(func(next sim.Handler) sim.Handler { return sim.Chain(next, around...) })
	return &m
}

// onLink is what the fault does to the attempts of a link.
func (a *armed) onLink(id sim.LinkID) sim.Middleware {
	mine := a.to.link != nil && a.to.link.id == id && !a.takes()
	if a.to.product != nil {
		mine = a.w.links[id].broker() == a.to.product.Name()
	}
	switch {
	case !a.armed():
		if mine && !a.isVerified() {
			return a.witness
		}
	case mine && a.to.product != nil:
		return a.misses
	case mine:
		if e, ok := a.fault.Effect.(fault.Broker); ok {
			return a.felt(e, id)
		}
		if e, ok := a.fault.Effect.(fault.Message); ok {
			return a.link(e, id)
		}
	case a.to.link == nil && a.to.place.Instance.Service == id.To():
		switch a.fault.Effect.(type) {
		case fault.Kill, fault.Pause:
			return a.stands
		}
	}
	return nil
}

// atService is what it does to the requests of a service.
func (a *armed) atService(service string) sim.Middleware {
	at := a.to.place.Instance.Service
	if a.takes() {
		at = a.to.place.Link.To()
	} else if a.to.link != nil || a.to.product != nil {
		return nil
	}
	if at != service {
		return nil
	}
	if !a.armed() {
		if a.isVerified() {
			return nil
		}
		return a.witness
	}
	e, ok := a.fault.Effect.(fault.Message)
	if !ok {
		return nil
	}
	if a.takes() {
		return a.handed(e)
	}
	return a.service(e)
}

// link surrounds an attempt with an effect.
func (a *armed) link(e fault.Message, id sim.LinkID) sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			c, _ := ctx.Value(callKey{}).(*call)
			if c == nil || !a.wants(e) {
				return next(ctx, m)
			}
			at := sim.Event{Node: c.from.self, Link: id}
			t := a.attempt(ctx, m, next, at, c.from.ctx)
			t.Verdict = verdictOf(a.w.links[id].turns.now.Load().transport)
			defer a.spend()
			return e.Meet(ctx, t)
		}
	}
}

// service surrounds the work of an instance with an effect.
func (a *armed) service(e fault.Message) sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			l, _ := ctx.Value(lifeKey{}).(*life)
			if l == nil || !a.aimedAt(l) || !a.wants(e) {
				return next(ctx, m)
			}
			t := a.attempt(ctx, m, next, l.arrival(ctx), l.ctx)
			t.Up = a.w.opt.Now() - l.since
			t.Die = func() { a.crash(l) }
			t.Then = func(ctx context.Context, done func()) context.Context {
				return context.WithValue(ctx, committedKey{}, done)
			}
			defer a.spend()
			return e.Meet(ctx, t)
		}
	}
}

func (a *armed) aimedAt(l *life) bool {
	i := a.to.place.Instance
	return i.Service == l.self.Service && (i.N == 0 || i.N == l.self.N)
}

// wants counts a message and decides whether the effect meets it.
func (a *armed) wants(e fault.Message) bool {
	if a.choose() {
		return true
	}
	if p, ok := e.(fault.Passer); ok {
		p.Pass()
	}
	return false
}

// attempt is what an effect needs of the world.
func (a *armed) attempt(ctx context.Context, m sim.Message, next sim.Handler, at sim.Event, life context.Context) fault.Attempt {
	var spans []sim.SpanID
	if s := sim.SpanFrom(ctx); s != nil {
		spans = []sim.SpanID{s.ID}
		at.Trace, at.Span, at.Parent, at.Depth = s.Trace, s.ID, s.Parent, s.Depth
	}
	return fault.Attempt{
		Message: m, Next: next,
		Hit:  func(what string) { a.markHit(spans, at, what) },
		Miss: a.miss,
		Wait: a.wait,
		Side: func(f func(context.Context)) { a.w.run.Go(func() { f(life) }) },
	}
}

// wait returns after d, or as soon as the fault is cleared.
func (a *armed) wait(ctx context.Context, d time.Duration, early <-chan struct{}) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-early:
	case <-a.gone:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// stands marks what is sent to an instance that the fault has stopped.
func (a *armed) stands(next sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		if s := sim.SpanFrom(ctx); s != nil {
			if f, ok := a.w.opt.Log.Find(s.ID); ok && a.stopped(f.To) {
				a.struck(s.ID)
			}
		}
		return next(ctx, m)
	}
}

func (a *armed) stopped(i sim.Instance) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.ContainsFunc(a.down, func(b Box) bool { return b.Self() == i })
}
