package queue_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/embedded/sqs"
	"github.com/msc-sim/msc-sim/embedded/stomp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/conform"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// running is a broker in this process.
type running interface {
	Addr() string
	Close() error
}

// product is a broker and the transport through it. start starts one that keeps
// what it has in dir, if one is named, at addr or anywhere, for one test.
type product struct {
	start func(t *testing.T, dir, addr string) running
	way   func(queue.Options) *queue.Transport
	beats bool // it says now and then that it lives, one byte
}

var (
	overNATS = product{way: queue.NATS, start: func(t *testing.T, dir, addr string) running {
		return broker(t, nats.Options{StoreDir: dir, Addr: addr})
	}}
	overRabbitMQ = product{way: queue.RabbitMQ, start: func(t *testing.T, dir, addr string) running {
		return rabbit(t, amqp.Options{Dir: dir, Addr: addr})
	}}
	overActiveMQ = product{way: queue.ActiveMQ, beats: true, start: func(t *testing.T, dir, addr string) running {
		return activeMQ(t, stomp.Options{Dir: dir, Addr: addr})
	}}
	overSQS = product{way: queue.SQS, start: func(t *testing.T, dir, addr string) running {
		return simpleQueues(t, sqs.Options{Dir: dir, Addr: addr})
	}}
)

// products are those that keep what they have, and come back where they were.
var products = map[string]product{"nats": overNATS, "rabbitmq": overRabbitMQ, "activemq": overActiveMQ, "sqs": overSQS}

// ending ends what was started when its test does.
func ending[S interface{ Close() error }](t *testing.T, s S, err error) S {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// site is the broker, with a net around it.
func (p product) site(t *testing.T, o queue.Options) *site {
	if o.Addr == nil {
		o.Addr = p.start(t, "", "").Addr
	}
	s := newSite(t, o)
	s.transport = p.way(o)
	return s
}

// conforms runs the suite over a new broker for each case.
func (p product) conforms(t *testing.T, options ...queue.Options) {
	for _, o := range options {
		name := p.way(o).Name()
		if o.Binary {
			name += " as protobuf"
		}
		t.Run(name, func(t *testing.T) {
			conform.Run(t, conform.Subject{New: func(t *testing.T) (sim.Transport, sim.Net) {
				n := wire.New(wire.Options{})
				o.Addr = p.start(t, "", "").Addr
				t.Cleanup(func() { _ = n.Close() })
				return p.way(o), n
			}})
		})
	}
}

// A broker that ends and comes back where it was finds everybody again, and
// nothing it had stored is gone.
func TestABrokerThatComesBack(t *testing.T) {
	for name, p := range products {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			first := p.start(t, dir, "")
			addr := first.Addr()
			s := p.site(t, queue.Options{Addr: func() string { return addr }})
			c := s.dial()
			if _, err := c.Do(t.Context(), tell("before")); err != nil {
				t.Fatal(err)
			}
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			for range 2 { // on the connection of then, and on none
				if _, err := c.Do(t.Context(), tell("meanwhile")); sim.CodeOf(err) != sim.Unavailable {
					t.Errorf("nobody is there, but %v", err)
				}
			}
			got := make(chan string, 8)
			s.serve(1, func(_ context.Context, m sim.Message) (sim.Message, error) {
				got <- m.Body.(*conformv1.MakeThing).GetId()
				return sim.Message{}, nil
			})
			p.start(t, dir, addr)
			if _, err := c.Do(t.Context(), tell("after")); err != nil {
				t.Errorf("it is back, but %v", err)
			}
			ids := []string{receive(t, got), receive(t, got)}
			slices.Sort(ids)
			if diff := cmp.Diff([]string{"after", "before"}, ids); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is said to have crossed for an attempt is what crossed.
func TestBytesAreThoseOnTheWire(t *testing.T) {
	for name, p := range products {
		t.Run(name, func(t *testing.T) {
			s := p.site(t, queue.Options{})
			c := s.dial()
			for i := range 4 {
				m := tell(strings.Repeat("x", 1+i*i*30_000))
				m.Header = sim.Header{"x-course": {"a", "b"}, "one": {"c"}}
				span := &sim.Span{Trace: sim.TraceID{1}, ID: 7, Try: 1}
				out, in := s.net.Bytes("a:b@in")
				if _, err := c.Do(sim.WithSpan(t.Context(), span), m); err != nil {
					t.Fatal(err)
				}
				outAfter, inAfter := s.net.Bytes("a:b@in")
				if i == 0 {
					continue // a connection was opened, a queue made
				}
				out, in = outAfter-out-span.Note.BytesOut, inAfter-in-span.Note.BytesIn
				if span.Note.BytesOut == 0 || in != 0 || out != 0 && (!p.beats || out != 1) {
					t.Errorf("%d out and %d in crossed besides what is noted: %+v", out, in, span.Note)
				}
			}
		})
	}
}
