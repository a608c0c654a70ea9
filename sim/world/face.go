package world

import (
	"context"
	"slices"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// protocols names what a transport's endpoint speaks.
var protocols = map[string]string{"rest": "http", "grpc": "grpc"}

// face is one transport on which an instance listens: from its start or, where
// the world says so, from the first dial.
type face struct {
	transport sim.Transport
	server    sim.Server // nil = not open yet
}

// faces are all transports of one incarnation.
type faces struct {
	mu        sync.RWMutex
	all       []face
	contracts []string
	handle    sim.Handler // what a message meets after the record of its arrival
}

// listen opens the ports of a service and serves them. Clients and foreign
// processes have none of ours.
func (l *life) listen(ctx context.Context) error {
	if l.spec.Kind == "client" || l.spec.At != "" {
		return nil
	}
	kind, ok := l.w.opt.Kind(l.spec.Kind)
	if !ok {
		return sim.Errorf(sim.NotFound, "%s is of kind %q, which does not exist", l.spec.Name, l.spec.Kind)
	}
	l.service = kind.New(l.env(), l.spec)
	l.faces.contracts, l.faces.handle = kind.Contracts, l.handler(l.service, kind)
	if kind.Front {
		l.faces.contracts = l.w.behind(l.self.Service, kind.Contracts)
	}
	l.faces.mu.Lock()
	defer l.faces.mu.Unlock()
	for _, t := range l.w.opt.Transports {
		f := face{transport: t}
		if later := l.w.opt.Later; later == nil || !later(l.spec.Kind, t) {
			if err := l.open(ctx, &f); err != nil {
				l.w.opt.Net.Kill(l.self)
				return err
			}
		}
		l.faces.all = append(l.faces.all, f)
	}
	return nil
}

// behind adds to the contracts of a front those of the services that it is linked to.
func (w *World) behind(front string, contracts []string) []string {
	all := slices.Clone(contracts)
	for _, k := range w.spec.Links {
		to, ok := w.spec.Service(k.ID.To())
		if k.ID.From() != front || !ok {
			continue
		}
		kind, _ := w.opt.Kind(to.Kind)
		for _, c := range kind.Contracts {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	return all
}

// open opens one face and serves it; the faces are locked.
func (l *life) open(ctx context.Context, f *face) error {
	s, err := f.transport.Bind(ctx, l.w.opt.Net, l.self, l.faces.contracts)
	if err != nil {
		return err
	}
	f.server = s
	handle := l.receive(verdictOf(f.transport))(l.faces.handle)
	l.serving.Add(1)
	l.w.run.Go(func() {
		defer l.serving.Done()
		_ = s.Serve(l.ctx, handle)
	})
	return nil
}

// shut ends all servers once their work is home; none is opened any more.
func (l *life) shut() {
	l.faces.mu.Lock()
	defer l.faces.mu.Unlock()
	l.cancel()
}

// addr is where a transport reaches this incarnation, or reached it; "" where it
// does not listen for it, or not yet.
func (l *life) addr(transport string) string {
	if l.spec.At != "" {
		return l.spec.At
	}
	l.faces.mu.RLock()
	defer l.faces.mu.RUnlock()
	for _, f := range l.faces.all {
		if f.transport.Name() == transport && f.server != nil {
			return f.server.Addr()
		}
	}
	return ""
}

// reach is addr for somebody who is about to dial: a face that opens later opens now.
func (l *life) reach(ctx context.Context, transport string) string {
	if addr := l.addr(transport); addr != "" {
		return addr
	}
	l.faces.mu.Lock()
	defer l.faces.mu.Unlock()
	for i := range l.faces.all {
		f := &l.faces.all[i]
		if f.transport.Name() != transport || l.ctx.Err() != nil {
			continue
		}
		if f.server == nil && l.open(ctx, f) != nil {
			return ""
		}
		return f.server.Addr()
	}
	return ""
}

// endpoints lists the addresses of one incarnation that outside tools can use.
func (l *life) endpoints() (es []sim.Endpoint) {
	l.faces.mu.RLock()
	defer l.faces.mu.RUnlock()
	for _, f := range l.faces.all {
		if p := protocols[f.transport.Name()]; p != "" && f.server != nil {
			es = append(es, sim.Endpoint{Name: l.self.String(), Protocol: p, Addr: f.server.Addr()})
		}
	}
	return es
}

// verdictOf is how a transport's protocol says how a request ended.
func verdictOf(t sim.Transport) func(*sim.Error) int {
	if v, ok := t.(sim.Verdicts); ok {
		return v.Verdict
	}
	return (*sim.Error).Status
}
