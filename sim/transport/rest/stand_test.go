package rest_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/rest"
	"github.com/msc-sim/msc-sim/sim/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// probes are the contracts that every stand answers.
var probes = []string{
	"sim.conform.v1.GetThing", "sim.conform.v1.MakeThing", "sim.conform.v1.PutThing", "sim.conform.v1.Ping",
}

// stand is a server that keeps things, over real sockets.
type stand struct {
	t    *testing.T
	net  *wire.Net
	rest *rest.Transport
	addr string
	end  func() error // ends Serve and waits for it

	gone   chan struct{} // closed when Serve has returned
	killed bool          // it may return an error

	mu     sync.Mutex
	things map[string]*conformv1.Thing
	seen   []sim.Message
	spans  []sim.Span
}

// open starts a stand. Around is what surrounds its handler.
func open(t *testing.T, o rest.Options, around ...sim.Middleware) *stand {
	t.Helper()
	s := &stand{t: t, net: wire.New(wire.Options{}), rest: rest.New(o), gone: make(chan struct{}), things: map[string]*conformv1.Thing{}}
	s.things["1"] = &conformv1.Thing{Id: "1", Note: "the first", Left: proto.Int32(0)}
	server, err := s.rest.Bind(t.Context(), s.net, sim.Instance{Service: "probe"}, probes)
	if err != nil {
		t.Fatal(err)
	}
	s.addr = server.Addr()
	ctx, cancel := context.WithCancel(context.Background())
	var served error
	go func() { // ends with ctx
		defer close(s.gone)
		served = server.Serve(ctx, sim.Chain(s.answer, append([]sim.Middleware{s.record}, around...)...))
	}()
	s.end = func() error {
		cancel()
		<-s.gone
		return served
	}
	t.Cleanup(func() {
		if err := s.end(); err != nil && !s.killed {
			t.Errorf("Serve: %v", err)
		}
		if err := s.net.Close(); err != nil {
			t.Errorf("closing the net: %v", err)
		}
	})
	return s
}

// record notes what arrives, and answers what was refused.
func (s *stand) record(next sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		s.mu.Lock()
		s.seen = append(s.seen, m)
		s.spans = append(s.spans, *sim.SpanFrom(ctx))
		s.mu.Unlock()
		if m.Refused != nil {
			return sim.Message{}, m.Refused
		}
		return next(ctx, m)
	}
}

func (s *stand) last() (sim.Message, sim.Span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) == 0 {
		s.t.Fatal("nothing arrived")
	}
	return s.seen[len(s.seen)-1], s.spans[len(s.spans)-1]
}

func (s *stand) answer(ctx context.Context, m sim.Message) (sim.Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch q := m.Body.(type) {
	case *conformv1.GetThing:
		return s.get(q)
	case *conformv1.MakeThing:
		if e := refusals[q.GetNote()]; e != nil {
			return sim.Message{}, e
		}
		return s.keep(&conformv1.Thing{Id: q.GetId(), Note: q.GetNote(), Size: q.GetSize(), Parts: q.GetParts()}), nil
	case *conformv1.PutThing:
		if _, ok := s.things[q.GetThing().GetId()]; !ok {
			sim.Created(ctx)
		}
		return s.keep(q.GetThing()), nil
	default:
		return sim.Message{}, nil
	}
}

func (s *stand) get(q *conformv1.GetThing) (sim.Message, error) {
	thing, ok := s.things[q.GetId()]
	if !ok {
		return sim.Message{}, sim.Errorf(sim.NotFound, "there is no thing %s", q.GetId())
	}
	thing = proto.CloneOf(thing)
	if note := q.GetFilter().GetNote(); note != "" {
		thing.Note = note
	}
	for _, p := range q.GetPage() {
		thing.Size += int64(p)
	}
	return sim.NewMessage(thing), nil
}

func (s *stand) keep(thing *conformv1.Thing) sim.Message {
	s.things[thing.GetId()] = thing
	return sim.NewMessage(proto.CloneOf(thing))
}

// refusals are what a thing with such a note is answered.
var refusals = map[string]*sim.Error{
	"conflict":    sim.Errorf(sim.Conflict, "it is taken"),
	"denied":      sim.Errorf(sim.Denied, "not you"),
	"exhausted":   {Code: sim.Exhausted, Message: "too many", RetryAfter: 1200 * time.Millisecond},
	"unavailable": {Code: sim.Unavailable, Message: "closed for lunch", RetryAfter: time.Millisecond, Fix: "come back"},
	"silent":      sim.Errorf(sim.Unavailable, "no word when"),
	"internal":    sim.Errorf(sim.Internal, "a mistake <here>"),
	"unmakeable":  {Code: sim.Invalid, Message: "no such thing can be", HTTP: 422},
}

// send writes raw to a new connection and returns everything that comes back.
func (s *stand) send(raw string) string {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte(strings.ReplaceAll(raw, "\n", "\r\n"))); err != nil {
		s.t.Fatal(err)
	}
	var all strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		all.Write(buf[:n])
		if err != nil {
			return all.String()
		}
	}
}

// strict is a world whose things need a key.
var strict = policy.Idempotency(policy.IdempotencyOptions{Required: func(name string) bool { return name == "sim.conform.v1.MakeThing" }})

// dial opens a caller on its own.
func (s *stand) dial(addr string) sim.Conn {
	s.t.Helper()
	c, err := s.rest.Dial(s.t.Context(), s.net, sim.Route{Link: "order:probe", From: sim.Instance{Service: "order"}, To: sim.Instance{Service: "probe"}}, addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	return c
}

// plain is a Net of plain sockets.
type plain struct{}

func (plain) Listen(sim.Instance, string) (net.Listener, error) {
	return net.Listen("tcp", "127.0.0.1:0")
}

func (plain) Dial(ctx context.Context, _ sim.Route, addr string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "tcp", addr)
}
