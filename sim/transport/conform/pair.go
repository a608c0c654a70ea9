package conform

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

// soon is how long the suite waits for what must happen, before it calls it a failure.
const soon = 10 * time.Second

var (
	asker  = sim.Instance{Service: "asker", N: 1}
	server = sim.Instance{Service: "server", N: 1}
	route  = sim.Route{Link: "asker:server", From: asker, To: server}
)

// pair is a server that serves and a connection to it.
type pair struct {
	t         *testing.T
	transport sim.Transport
	net       *tally
	addr      string
	conn      sim.Conn
	late      chan answer  // answers to accepted asks
	finish    func() error // ends Serve; returns when it has returned
}

// answer is what came later.
type answer struct {
	span  sim.SpanID
	reply sim.Message
	err   error
}

// open starts a server with handler h and dials it.
func (s Subject) open(t *testing.T, h sim.Handler) *pair {
	t.Helper()
	transport, n := s.New(t)
	return openOn(t, transport, n, h)
}

func openOn(t *testing.T, transport sim.Transport, n sim.Net, h sim.Handler) *pair {
	t.Helper()
	p := &pair{t: t, transport: transport, net: newTally(n)}
	p.addr, p.finish = p.serve(server, h)
	p.conn, p.late = p.dial()
	t.Cleanup(p.close)
	return p
}

// serve binds an instance and serves it until finish, which returns when Serve has.
func (p *pair) serve(at sim.Instance, h sim.Handler) (addr string, finish func() error) {
	p.t.Helper()
	srv, err := p.transport.Bind(p.t.Context(), p.net, at, []string{
		"sim.conform.v1.GetThing", "sim.conform.v1.MakeThing", "sim.conform.v1.PutThing", "sim.conform.v1.Ping",
	})
	if err != nil {
		p.t.Fatalf("Bind: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx, h) }() // ends with finish
	return srv.Addr(), sync.OnceValue(func() error {
		cancel()
		return within(p.t, served, "Serve to return")
	})
}

func (p *pair) dial() (sim.Conn, chan answer) {
	p.t.Helper()
	conn, err := p.transport.Dial(p.t.Context(), p.net, route, p.addr)
	if err != nil {
		p.t.Fatalf("Dial: %v", err)
	}
	late := make(chan answer, 16)
	if a, ok := conn.(sim.LateAnswerer); ok {
		a.OnLate(func(span sim.SpanID, reply sim.Message, err error) { late <- answer{span, reply, err} })
	}
	return conn, late
}

// close closes both sides and sees to it that no socket is left.
func (p *pair) close() {
	if err := p.conn.Close(); err != nil {
		p.t.Errorf("Conn.Close: %v", err)
	}
	if err := p.finish(); err != nil {
		p.t.Errorf("Serve: %v", err)
	}
	select {
	case <-p.net.allClosed():
	case <-time.After(soon):
		p.t.Errorf("sockets are left open: %d", p.net.open())
	}
}

// within is what comes out of c.
func within[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(soon):
		t.Fatalf("waited %s for %s", soon, what)
		panic("unreachable")
	}
}

// attempt is a context with a span of its own, as the caller's side makes it.
func attempt(ctx context.Context) (context.Context, *sim.Span) {
	s := &sim.Span{Trace: sim.TraceID{1, 2, 3, 15: 4}, ID: 0x0123456789abcdef, Parent: 7, Depth: 1, Try: 1}
	return sim.WithSpan(ctx, s), s
}

func get(id string) sim.Message { return sim.NewMessage(&conformv1.GetThing{Id: id}) }

// echo answers a request with the thing it names.
func echo(_ context.Context, m sim.Message) (sim.Message, error) {
	switch q := m.Body.(type) {
	case *conformv1.GetThing:
		return sim.NewMessage(&conformv1.Thing{Id: q.GetId(), Note: q.GetFilter().GetNote()}), nil
	case *conformv1.MakeThing:
		return sim.NewMessage(&conformv1.Thing{Id: q.GetId(), Note: q.GetNote(), Size: q.GetSize(), Parts: q.GetParts()}), nil
	case *conformv1.PutThing:
		return sim.NewMessage(q.GetThing()), nil
	default:
		return sim.NewMessage(&conformv1.Pong{}), nil
	}
}

// idOf is the id of the thing that came back.
func idOf(m sim.Message) string {
	thing, _ := m.Body.(*conformv1.Thing)
	return thing.GetId()
}
