package queue_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// soon is how long a test waits for what must come.
const soon = 10 * time.Second

// site is a broker with a net around it.
type site struct {
	*testing.T
	transport *queue.Transport
	net       *wire.Net
}

func newSite(t *testing.T, o queue.Options) *site {
	if o.Addr == nil {
		o.Addr = broker(t, nats.Options{}).Addr
	}
	n := wire.New(wire.Options{})
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return &site{t, queue.NATS(o), n}
}

// serve serves an instance of "b" until the test ends.
func (s *site) serve(n int, h sim.Handler) {
	s.Helper()
	srv, err := s.transport.Bind(s.Context(), s.net, sim.Instance{Service: "b", N: n}, nil)
	if err != nil {
		s.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ctx, h) }()
	s.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			s.Error(err)
		}
	})
}

func (s *site) dial() sim.Conn {
	s.Helper()
	r := sim.Route{Link: "a:b", From: sim.Instance{Service: "a", N: 1}, To: sim.Instance{Service: "b"}}
	c, err := s.transport.Dial(s.Context(), s.net, r, "b")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		if err := c.Close(); err != nil {
			s.Error(err)
		}
	})
	return c
}

func tell(id string) sim.Message {
	m := sim.NewMessage(&conformv1.MakeThing{Id: id})
	m.Mode = sim.Tell
	return m
}

// One who takes messages one by one gets them in the order in which they were sent.
func TestOrderIsKept(t *testing.T) {
	s := newSite(t, queue.Options{Prefetch: 1})
	c := s.dial()
	var want []string
	for i := range 50 {
		want = append(want, fmt.Sprint(i))
		if _, err := c.Do(t.Context(), tell(want[i])); err != nil {
			t.Fatal(err)
		}
	}
	got := make(chan string, len(want))
	s.serve(1, func(_ context.Context, m sim.Message) (sim.Message, error) {
		got <- m.Body.(*conformv1.MakeThing).GetId()
		return sim.Message{}, nil
	})
	var ids []string
	for range want {
		select {
		case id := <-got:
			ids = append(ids, id)
		case <-time.After(soon):
			t.Fatalf("only %d came", len(ids))
		}
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Error(diff)
	}
}

// An instance has no more in hand than the limit of its service; the others get the rest.
func TestPrefetchBoundsWhatIsInHand(t *testing.T) {
	s := newSite(t, queue.Options{Prefetch: 9, Limit: func(service string) int { return map[string]int{"b": 2}[service] }})
	taken, goOn := make(chan int, 64), make(chan bool)
	defer close(goOn)
	for n := 1; n <= 2; n++ {
		s.serve(n, func(context.Context, sim.Message) (sim.Message, error) {
			taken <- n
			<-goOn
			return sim.Message{}, nil
		})
	}
	c := s.dial()
	for i := range 10 {
		if _, err := c.Do(t.Context(), tell(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	by := map[int]int{}
	for range 4 {
		select {
		case n := <-taken:
			by[n]++
		case <-time.After(soon):
			t.Fatalf("in hand: %v", by)
		}
	}
	if diff := cmp.Diff(map[int]int{1: 2, 2: 2}, by); diff != "" || len(taken) > 0 {
		t.Errorf("%d more; in hand:\n%s", len(taken), diff)
	}
}

func TestWithoutABroker(t *testing.T) {
	s := newSite(t, queue.Options{Addr: func() string { return "" }})
	if _, err := s.dial().Do(t.Context(), tell("1")); sim.CodeOf(err) != sim.Unavailable || err.Error() != "nats is not running" {
		t.Errorf("got %v", err)
	}
	for _, link := range []sim.LinkID{"", "a", "a:", "a:b@in"} {
		if _, err := s.transport.Dial(t.Context(), s.net, sim.Route{Link: link}, "b"); sim.CodeOf(err) != sim.Invalid {
			t.Errorf("%q: %v", link, err)
		}
	}
}
