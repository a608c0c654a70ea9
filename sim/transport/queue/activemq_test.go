package queue_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	engine "github.com/msc-sim/msc-sim/embedded/queue"
	"github.com/msc-sim/msc-sim/embedded/stomp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/conform"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// activeMQ starts a broker that speaks STOMP for one test.
func activeMQ(t *testing.T, o stomp.Options) *stomp.Server {
	t.Helper()
	s, err := stomp.Start(t.Context(), o)
	return ending(t, s, err)
}

func TestActiveMQConformance(t *testing.T) {
	overActiveMQ.conforms(t, queue.Options{}, queue.Options{Reply: true}, queue.Options{Reply: true, Binary: true})
}

// The same against a real ActiveMQ, where one is named. Callers that wait are
// enough: what else the suite leaves behind stays in its queues for the next run.
func TestRealActiveMQ(t *testing.T) {
	addr := os.Getenv("MSC_SIM_ACTIVEMQ")
	if addr == "" {
		t.Skip("MSC_SIM_ACTIVEMQ names none, such as 127.0.0.1:61613")
	}
	conform.Run(t, conform.Subject{New: func(t *testing.T) (sim.Transport, sim.Net) {
		n := wire.New(wire.Options{})
		t.Cleanup(func() { _ = n.Close() })
		return queue.ActiveMQ(queue.Options{Reply: true, Addr: func() string { return addr }}), n
	}})
}

// overStomp is a site with ActiveMQ in its middle.
func overStomp(t *testing.T, o queue.Options, b stomp.Options) (*site, *stomp.Server) {
	server := activeMQ(t, b)
	o.Addr = server.Addr
	s := newSite(t, o)
	s.transport = queue.ActiveMQ(o)
	return s, server
}

// What nobody can handle is tried five times, in the hand of one client, and is
// then a dead letter as it was sent.
func TestActiveMQBuries(t *testing.T) {
	buried := make(chan bool, 1)
	s, _ := overStomp(t, queue.Options{}, stomp.Options{Observe: func(m engine.Move) {
		if m.What == engine.Depth && m.Queue == stomp.DeadQueue && m.Ready == 1 {
			select {
			case buried <- true:
			default:
			}
		}
	}})
	tries := make(chan int, 16)
	s.serve(1, func(ctx context.Context, _ sim.Message) (sim.Message, error) {
		tries <- sim.SpanFrom(ctx).Note.Delivery
		return sim.Message{}, sim.Errorf(sim.Unavailable, "not now")
	})
	m := tell("poison")
	m.Header = sim.Header{"priority": {"mine"}, "x-many": {"a", "b"}}
	if _, err := s.dial().Do(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	select {
	case <-buried:
	case <-time.After(soon):
		t.Fatalf("it was not buried; %d tries", len(tries))
	}
	for want := 1; want <= 5; want++ {
		if got := <-tries; got != want {
			t.Errorf("try %d came as %d", want, got)
		}
	}
	letters, err := s.transport.Letters(t.Context(), s.net, "a:b", 9)
	if err != nil || len(letters) != 1 || letters[0].Tries != 1 || !strings.Contains(string(letters[0].Body), "poison") || letters[0].Why != "refused with NACK" {
		t.Errorf("the dead letters are %+v, %v", letters, err)
	}
}

// Headers are the sender's, whatever they are called, and have all their values.
func TestActiveMQKeepsHeaders(t *testing.T) {
	s, _ := overStomp(t, queue.Options{}, stomp.Options{})
	want := sim.Header{
		"priority": {"mine"}, "id": {"1", "2"}, "own.id": {"x"}, "x-many": {"a", "", "c:\\d"}, "line": {"one\r\ntwo"}, "JMSType": {"t"},
		"x:y": {"z"}, "a#2": {"b"}, "many.x": {"[]"}, "many.y": {"1", "2"}, "content-length": {"99"}, "redelivered": {"true"},
	}
	got := make(chan sim.Header, 1)
	s.serve(1, func(_ context.Context, m sim.Message) (sim.Message, error) {
		got <- m.Header
		return sim.Message{}, nil
	})
	m := tell("1")
	m.Header = want
	if _, err := s.dial().Do(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	select {
	case h := <-got:
		if diff := cmp.Diff(want, h); diff != "" {
			t.Error(diff)
		}
	case <-time.After(soon):
		t.Fatal("it did not come")
	}
}

func TestNamesInActiveMQ(t *testing.T) {
	for in, want := range map[string][2]string{
		"order.payment":                             {"order:payment", "order:payment"},
		"order.payment.reply":                       {"order:payment reply", "order:payment"},
		"order.payment.answer.1":                    {"order:payment answers", "order:payment"},
		"order.payment.answer.12":                   {"order:payment answers#12", "order:payment"},
		"Consumer.email.VirtualTopic.order-created": {"order-created:email", "order-created:email"},
		"ActiveMQ.DLQ":                              {"ActiveMQ.DLQ", ""},
	} {
		if name, link := queue.ActiveMQQueueOf(in); name != want[0] || string(link) != want[1] {
			t.Errorf("%s is read as %q of %q", in, name, link)
		}
	}
	for _, foreign := range []string{"a", "a.b.c", "a.b.answer.x", "a.b.answer.0", "Consumer.a.b", "temp-queue://ID:1", ""} {
		if name, link := queue.ActiveMQQueueOf(foreign); name != foreign || link != "" {
			t.Errorf("%q is read as %q of %q", foreign, name, fmt.Sprint(link))
		}
	}
}
