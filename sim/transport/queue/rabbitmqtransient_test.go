package queue_test

import (
	"context"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	engine "github.com/msc-sim/msc-sim/embedded/queue"
	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// What lies in a queue outlives its broker, but for what is transient.
func TestOnlyATransientQueueDiesWithItsBroker(t *testing.T) {
	for _, transient := range []bool{false, true} {
		o := queue.Options{Transient: transient}
		t.Run(queue.RabbitMQ(o).Name(), func(t *testing.T) {
			full, dir := make(chan string, 1), t.TempDir()
			server := rabbit(t, amqp.Options{Dir: dir, Observe: func(m engine.Move) {
				if m.What == engine.Depth && m.Ready == 3 {
					full <- m.Queue
				}
			}})
			addr := server.Addr()
			o.Addr = func() string { return addr }
			s := newSite(t, o)
			s.transport = queue.RabbitMQ(o)
			c := s.dial()
			for range 3 {
				if _, err := c.Do(t.Context(), tell("letter")); err != nil {
					t.Fatal(err)
				}
			}
			select {
			case name := <-full:
				if people, link := queue.RabbitMQQueueOf(name); people != "a:b" || link != "a:b" {
					t.Errorf("%s is shown as %s of %s", name, people, link)
				}
			case <-time.After(soon):
				t.Fatal("three were sent, and are not there")
			}
			if err := server.Close(); err != nil {
				t.Fatal(err)
			}
			addr = rabbit(t, amqp.Options{Dir: dir}).Addr()
			if _, err := s.dial().Do(t.Context(), tell("last")); err != nil { // on a connection of its own: the old one may swallow it
				t.Fatal(err)
			}
			got := make(chan struct{}, 8)
			last := make(chan struct{})
			s.serve(1, func(_ context.Context, m sim.Message) (sim.Message, error) {
				got <- struct{}{}
				if m.Body.(*conformv1.MakeThing).GetId() == "last" {
					close(last)
				}
				return sim.Message{}, nil
			})
			select {
			case <-last:
			case <-time.After(soon):
				t.Fatal("the last one never came")
			}
			if want := map[bool]int{false: 4, true: 1}[transient]; len(got) < want-1 || transient && len(got) != want {
				t.Errorf("%d came, of 4", len(got))
			}
		})
	}
}

// A message written by hand is what it says it is, until somebody reads it.
func TestWhatIsWrittenByHandCannotBeRead(t *testing.T) {
	s, _ := overRabbit(t, queue.Options{}, amqp.Options{})
	refused := make(chan sim.Message, 8)
	s.serve(1, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		refused <- m
		return sim.Message{}, m.Refused
	})
	m := sim.Message{
		Type: "google.api.HttpBody", Body: &httpbody.HttpBody{Data: []byte(`{"id": "torn`)},
		Header: sim.Header{"type": {tell("").Type}, sim.HeaderMethod: {"POST"}},
	}
	if got, err := s.dial().Do(t.Context(), m); err != nil || got.Type != sim.TypeAccepted {
		t.Fatalf("%v, %v", got, err)
	}
	select {
	case got := <-refused:
		if got.Type != tell("").Type || got.Mode != sim.Tell || sim.CodeOf(got.Refused) != sim.Invalid || got.Header[sim.HeaderMethod] != nil {
			t.Errorf("%+v", got)
		}
	case <-time.After(soon):
		t.Fatal("it never came")
	}
}
