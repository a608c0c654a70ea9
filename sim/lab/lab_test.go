package lab_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/internal/beside"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
	"go.uber.org/goleak"
)

// Most of these tests wait for brokers, and compute little.
func TestMain(m *testing.M) {
	beside.Tests(16)
	goleak.VerifyTestMain(m)
}

// open starts a world for one test and checks, when the test is over, that
// nothing of it is left.
func open(t *testing.T, name string, o lab.Options) *lab.Lab {
	t.Helper()
	spec, err := worldfile.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return openSpec(t, spec, o)
}

func openSpec(t testing.TB, spec *sim.WorldSpec, o lab.Options) *lab.Lab {
	t.Helper()
	l, err := lab.Open(t.Context(), spec, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if listeners, conns := l.Open(); listeners+conns != 0 {
			t.Errorf("%d listeners and %d connections are left", listeners, conns)
		}
	})
	return l
}

// parse makes a world of the test's own.
func parse(t testing.TB, yaml string) *sim.WorldSpec {
	t.Helper()
	spec, err := worldfile.Parse("test.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// do knocks on the door and expects it to open.
func do(t *testing.T, d sim.Door, c sim.Command) sim.Result {
	t.Helper()
	r, err := d.Do(t.Context(), c)
	if err != nil {
		t.Fatalf("%T: %v", c, err)
	}
	return r
}

// patience is how long a test waits for something that must come. It is no
// measure of anything: a busy machine under the race detector is slow.
const patience = time.Minute

// await waits for an event on the log.
func await(t *testing.T, l *lab.Lab, after sim.Seq, match func(sim.Event) bool) sim.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	e, err := l.Timeline().Await(ctx, after, match)
	if err != nil {
		t.Fatalf("waiting on the log: %v", err)
	}
	return e
}

// last is the last event so far. What a command sets off may come before it
// returns, so whoever waits for that begins here, not at [sim.Result].Seq.
func last(t *testing.T, l *lab.Lab) sim.Seq {
	t.Helper()
	return do(t, l, sim.Show{What: "world"}).Seq
}

// fact matches events by the type of their fact.
func fact[F sim.Fact](at string) func(sim.Event) bool {
	return func(e sim.Event) bool {
		_, ok := e.Fact.(F)
		return ok && (at == "" || e.Node.String() == at)
	}
}

// addr is where an instance listens.
func addr(t testing.TB, l *lab.Lab, name string) string {
	t.Helper()
	for _, e := range l.Endpoints() {
		if e.Name == name && e.Protocol == "http" {
			return e.Addr
		}
	}
	t.Fatalf("%s has no address", name)
	return ""
}

// events copies the whole log.
func events(t *testing.T, l *lab.Lab) []sim.Event {
	t.Helper()
	var all []sim.Event
	buf := make([]sim.Event, 1024)
	for cursor := sim.Seq(0); ; {
		n, next, missed := l.Timeline().Read(cursor, buf)
		if missed > 0 {
			t.Fatalf("%d events are gone", missed)
		}
		if n == 0 {
			return all
		}
		all, cursor = append(all, buf[:n]...), next
	}
}

func TestOneOrderReachesEverybody(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	if got := do(t, l, sim.Send{UseCase: "order.place"}).Text; got != "confirmed" {
		t.Errorf("the customer saw %q, want confirmed", got)
	}
	for _, s := range l.AllStats() {
		if s.Answered == 0 || s.BytesOut == 0 || s.BytesIn == 0 {
			t.Errorf("%s: answered %d, %d bytes out, %d in", s.Link, s.Answered, s.BytesOut, s.BytesIn)
		}
	}
	l2 := l.LinkStats("client:order")
	if l2.Transport != "rest" || l2.Breaker != "none" || l2.P50 == nil {
		t.Errorf("client:order: %+v", l2)
	}
}

func TestTheTraceIsOneTree(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	do(t, l, sim.Send{UseCase: "order.place"})
	var trace sim.TraceID
	seen := map[sim.SpanID]bool{0: true}
	for _, e := range events(t, l) {
		switch e.Fact.(type) {
		case sim.Begun:
			trace = e.Trace
		case sim.Sent, sim.Received, sim.Answered:
			if e.Trace != trace {
				t.Errorf("%v at %s left the trace", e.Fact, e.Node)
			}
			if !seen[e.Parent] {
				t.Errorf("%v at %s: its parent %s came later", e.Fact, e.Node, e.Parent)
			}
			seen[e.Span] = true
		}
	}
	if len(seen) < 7 {
		t.Errorf("%d spans, want one for each of the six calls", len(seen)-1)
	}
}

func TestPlantedDropIsLost(t *testing.T) {
	planted := false
	l := open(t, "catalog", lab.Options{Below: func(id sim.LinkID) sim.Middleware {
		if id != "order:product" {
			return nil
		}
		return func(next sim.Handler) sim.Handler {
			return func(ctx context.Context, m sim.Message) (sim.Message, error) {
				if planted {
					return sim.Message{}, nil
				}
				return next(ctx, m)
			}
		}
	}})
	do(t, l, sim.Send{UseCase: "product.get"})
	if s := l.LinkStats("order:product"); s.Lost != 0 || s.Answered != 1 {
		t.Fatalf("before: lost %d, answered %d", s.Lost, s.Answered)
	}
	planted = true
	do(t, l, sim.Send{UseCase: "product.get"})
	s := do(t, l, sim.Show{What: "order:product"}).Data.(sim.LinkStats)
	if s.Lost != 1 || s.Sent != 2 || s.Answered != 1 {
		t.Errorf("lost %d, sent %d, answered %d; want 1, 2, 1", s.Lost, s.Sent, s.Answered)
	}
}

func TestOpenTwiceSideBySide(t *testing.T) {
	a, b := open(t, "catalog", lab.Options{}), open(t, "catalog", lab.Options{})
	do(t, a, sim.Send{UseCase: "product.get"})
	if got := b.LinkStats("order:product").Sent; got != 0 {
		t.Errorf("the other world sent %d", got)
	}
}

func TestOpenStopsWhenItsContextEnds(t *testing.T) {
	spec, err := worldfile.Load("checkout")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if l, err := lab.Open(ctx, spec, lab.Options{}); err == nil {
		_ = l.Close()
		t.Fatal("it opened")
	}
}

func TestTakenPortSaysSo(t *testing.T) {
	blocker, err := net.Listen("tcp", "127.0.0.1:8080")
	if err != nil {
		t.Skipf("8080 is taken by somebody else: %v", err)
	}
	defer blocker.Close()
	spec, _ := worldfile.Load("catalog")
	l, err := lab.Open(t.Context(), spec, lab.Options{StandardPorts: true})
	if err == nil {
		_ = l.Close()
		t.Fatal("it opened on a taken port")
	}
	if e := sim.AsError(err); e.Code != sim.Conflict || e.Fix == "" {
		t.Errorf("%v, fix %q", e, e.Fix)
	}
}
