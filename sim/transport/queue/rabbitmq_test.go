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
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// rabbit starts an embedded AMQP broker for one test.
func rabbit(t *testing.T, o amqp.Options) *amqp.Server {
	t.Helper()
	s, err := amqp.Start(t.Context(), o)
	return ending(t, s, err)
}

func TestRabbitMQConformance(t *testing.T) {
	overRabbitMQ.conforms(t, queue.Options{}, queue.Options{Reply: true}, queue.Options{Reply: true, Binary: true}, queue.Options{Transient: true})
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
	s, _ := overRabbit(t, queue.Options{}, amqp.Options{Observe: func(m engine.Move) {
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
	letters, err := s.transport.Letters(t.Context(), s.net, "a:b", 10)
	if err != nil || len(letters) != 1 || !strings.Contains(letters[0].Why, "delivery_limit") || !strings.Contains(string(letters[0].Body), "poison") {
		t.Fatalf("got %+v, %v", letters, err)
	}
	mended.Store(true)
	if n, err := s.transport.Redrive(t.Context(), s.net, "a:b"); n != 1 || err != nil {
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
