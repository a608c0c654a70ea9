package queue_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	engine "github.com/msc-sim/msc-sim/embedded/queue"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/conform"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// rabbit starts an embedded AMQP broker for one test.
func rabbit(t *testing.T, o amqp.Options) *amqp.Server {
	t.Helper()
	s, err := amqp.Start(t.Context(), o)
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

func TestRabbitMQConformance(t *testing.T) {
	for name, o := range map[string]queue.Options{"rabbitmq": {}, "rabbitmq-reply": {Reply: true}, "rabbitmq-reply as protobuf": {Reply: true, Binary: true}, "rabbitmq-transient": {Transient: true}} {
		t.Run(name, func(t *testing.T) {
			conform.Run(t, conform.Subject{New: func(t *testing.T) (sim.Transport, sim.Net) {
				n := wire.New(wire.Options{})
				o.Addr = rabbit(t, amqp.Options{}).Addr
				t.Cleanup(func() { _ = n.Close() })
				return queue.RabbitMQ(o), n
			}})
		})
	}
}

// overRabbit is a site with RabbitMQ in its middle.
func overRabbit(t *testing.T, o queue.Options, b amqp.Options) (*site, *amqp.Server) {
	server := rabbit(t, b)
	o.Addr = server.Addr
	s := newSite(t, o)
	s.transport = queue.RabbitMQ(o)
	return s, server
}

// What nobody can handle is handed out five times and is then a dead letter,
// which can be put back.
func TestRabbitMQBuries(t *testing.T) {
	buried := make(chan engine.Move, 1)
	s, server := overRabbit(t, queue.Options{}, amqp.Options{Observe: func(m engine.Move) {
		if m.What == engine.Depth && m.Queue == "a.b.dead" && m.Ready == 1 {
			select {
			case buried <- m:
			default:
			}
		}
	}})
	tries := make(chan int, 16)
	var mended atomic.Bool
	s.serve(1, func(ctx context.Context, _ sim.Message) (sim.Message, error) {
		tries <- sim.SpanFrom(ctx).Note.Delivery
		if mended.Load() {
			return sim.Message{}, nil
		}
		return sim.Message{}, sim.Errorf(sim.Unavailable, "not now")
	})
	m := tell("poison")
	m.Header = sim.Header{"priority": {"mine"}, "x-many": {"a", "b"}}
	if _, err := s.dial().Do(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for want := 1; want <= 5; want++ {
		if got := receive(t, tries); got != want {
			t.Errorf("delivery %d is said to be %d", want, got)
		}
	}
	receive(t, buried)
	letters, err := server.Peek("a.b", 10)
	if err != nil || len(letters) != 1 || letters[0].Why != "delivery_limit" || !strings.Contains(string(letters[0].Body), "poison") {
		t.Fatalf("got %+v, %v", letters, err)
	}
	mended.Store(true)
	if n, err := server.Redrive("a.b"); n != 1 || err != nil {
		t.Errorf("put back %d, %v", n, err)
	}
	if got := receive(t, tries); got != 1 {
		t.Errorf("it came again as delivery %d", got)
	}
}

// receive waits for what must come.
func receive[T any](t *testing.T, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(soon):
		t.Fatal("nothing came")
	}
	return v
}

// Headers of a message arrive as they were sent, and nothing of the broker's with them.
func TestRabbitMQKeepsHeaders(t *testing.T) {
	s, _ := overRabbit(t, queue.Options{}, amqp.Options{})
	got := make(chan sim.Header, 2)
	var failed atomic.Bool
	s.serve(1, func(_ context.Context, m sim.Message) (sim.Message, error) {
		got <- m.Header
		if failed.CompareAndSwap(false, true) {
			return sim.Message{}, sim.Errorf(sim.Unavailable, "not now")
		}
		return sim.Message{}, nil
	})
	m := tell("1")
	m.Header = sim.Header{"priority": {"mine"}, "x-many": {"a", "b"}, "empty": {""}}
	if _, err := s.dial().Do(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if diff := cmp.Diff(m.Header, receive(t, got)); diff != "" {
			t.Error(diff)
		}
	}
}

// A broker that ends and comes back finds everybody again, and nothing it had
// confirmed is gone.
func TestRabbitMQThatComesBack(t *testing.T) {
	dir := t.TempDir()
	first := rabbit(t, amqp.Options{Dir: dir})
	addr := first.Addr()
	s := newSite(t, queue.Options{Addr: func() string { return addr }})
	s.transport = queue.RabbitMQ(queue.Options{Addr: func() string { return addr }})
	c := s.dial()
	if _, err := c.Do(t.Context(), tell("before")); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Do(t.Context(), tell("meanwhile")); sim.CodeOf(err) != sim.Unavailable {
		t.Errorf("nobody is there, but %v", err)
	}
	got := make(chan string, 8)
	s.serve(1, func(_ context.Context, m sim.Message) (sim.Message, error) {
		got <- m.Body.(*conformv1.MakeThing).GetId()
		return sim.Message{}, nil
	})
	rabbit(t, amqp.Options{Dir: dir, Addr: addr})
	if _, err := c.Do(t.Context(), tell("after")); err != nil {
		t.Errorf("it is back, but %v", err)
	}
	seen := map[string]bool{receive(t, got): true, receive(t, got): true}
	if diff := cmp.Diff(map[string]bool{"before": true, "after": true}, seen); diff != "" {
		t.Error(diff)
	}
}

// What is said to have crossed for an attempt is what crossed.
func TestRabbitMQBytes(t *testing.T) {
	s, _ := overRabbit(t, queue.Options{}, amqp.Options{})
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
			continue // a connection was opened
		}
		if n := span.Note; n.BytesOut != outAfter-out || n.BytesIn != inAfter-in {
			t.Errorf("%d out and %d in are noted; %d and %d crossed", n.BytesOut, n.BytesIn, outAfter-out, inAfter-in)
		}
	}
}

func TestRabbitMQNames(t *testing.T) {
	for queueName, want := range map[string][2]string{
		"order.payment":              {"order:payment", "order:payment"},
		"order.payment.reply":        {"order:payment reply", "order:payment"},
		"order.payment.answer.2":     {"order:payment answers#2", "order:payment"},
		"events.order-created.email": {"order-created:email", "order-created:email"},
		"order.payment.dead":         {"order:payment dead letters", ""},
		"mine.dead":                  {"mine.dead", ""},
		"events.order-created":       {"events.order-created", ""},
		"order.payment.answer.x":     {"order.payment.answer.x", ""},
		"mine":                       {"mine", ""},
		"":                           {"", ""},
	} {
		name, link := queue.RabbitMQQueueOf(queueName)
		if diff := cmp.Diff(want, [2]string{name, string(link)}); diff != "" {
			t.Errorf("%q:\n%s", queueName, diff)
		}
	}
}
