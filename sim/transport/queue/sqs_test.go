package queue_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/sqs"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/conform"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// simpleQueues starts a broker with the API of SQS for one test.
func simpleQueues(t *testing.T, o sqs.Options) *sqs.Server {
	t.Helper()
	s, err := sqs.Start(t.Context(), o)
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

func TestConformanceOfSQS(t *testing.T) {
	conform.Run(t, conform.Subject{New: func(t *testing.T) (sim.Transport, sim.Net) {
		n := wire.New(wire.Options{})
		t.Cleanup(func() { _ = n.Close() })
		return queue.SQS(queue.Options{Addr: simpleQueues(t, sqs.Options{}).Addr}), n
	}})
}

// newSQSSite is a broker with a net around it, and the transport to it.
func newSQSSite(t *testing.T, o queue.Options) *site {
	if o.Addr == nil {
		o.Addr = simpleQueues(t, sqs.Options{}).Addr
	}
	s := newSite(t, o)
	s.transport = queue.SQS(o)
	return s
}

// SQS carries text: protobuf crosses in base64, and everything in a header that
// is no plain word, or one too many, in one attribute.
func TestWhatIsNoTextCrossesSQS(t *testing.T) {
	for _, binary := range []bool{false, true} {
		t.Run(fmt.Sprint("binary ", binary), func(t *testing.T) {
			s := newSQSSite(t, queue.Options{Binary: binary})
			want := tell("a\x01\x00\ufffe ✓")
			want.Header = sim.Header{"two": {"1", "2"}, "empty": {""}, "odd": {"\x01\ufffe"}}
			for i := range 12 {
				want.Header[fmt.Sprint("h", i)] = []string{fmt.Sprint(i)}
			}
			got := make(chan sim.Message, 1)
			s.serve(1, func(_ context.Context, m sim.Message) (sim.Message, error) {
				got <- m
				return sim.Message{}, nil
			})
			if _, err := s.dial().Do(t.Context(), want); err != nil {
				t.Fatal(err)
			}
			select {
			case m := <-got:
				if diff := cmp.Diff(want.Header, m.Header); diff != "" {
					t.Error(diff)
				}
				if id := m.Body.(*conformv1.MakeThing).GetId(); id != "a\x01\x00\ufffe ✓" {
					t.Errorf("got %q", id)
				}
			case <-time.After(soon):
				t.Fatal("it did not come")
			}
		})
	}
}

// What is said to have crossed for an attempt is what crossed.
func TestBytesOfSQSAreThoseOnTheWire(t *testing.T) {
	s := newSQSSite(t, queue.Options{})
	c := s.dial()
	for i := range 3 {
		span := &sim.Span{Trace: sim.TraceID{1}, ID: 7, Try: 1}
		out, in := s.net.Bytes("a:b@in")
		if _, err := c.Do(sim.WithSpan(t.Context(), span), tell(strings.Repeat("x", 1+i*100))); err != nil {
			t.Fatal(err)
		}
		outAfter, inAfter := s.net.Bytes("a:b@in")
		if i == 0 {
			continue // the queue was made
		}
		if n := span.Note; n.BytesOut == 0 || n.BytesOut != outAfter-out || n.BytesIn != inAfter-in {
			t.Errorf("%d out and %d in are noted; %d and %d crossed", n.BytesOut, n.BytesIn, outAfter-out, inAfter-in)
		}
	}
}

// A broker that ends and comes back where it was finds everybody again, and
// nothing it had stored is gone.
func TestAnSQSThatComesBack(t *testing.T) {
	dir := t.TempDir()
	first := simpleQueues(t, sqs.Options{Dir: dir})
	addr := first.Addr()
	s := newSQSSite(t, queue.Options{Addr: func() string { return addr }})
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
	if _, err := c.Do(t.Context(), tell("meanwhile")); err == nil || err.Error() != "connection refused" {
		t.Errorf("nobody is there, but %v", err)
	}
	got := make(chan string, 8)
	s.serve(1, func(_ context.Context, m sim.Message) (sim.Message, error) {
		got <- m.Body.(*conformv1.MakeThing).GetId()
		return sim.Message{}, nil
	})
	simpleQueues(t, sqs.Options{Dir: dir, Addr: addr})
	if _, err := c.Do(t.Context(), tell("after")); err != nil {
		t.Errorf("it is back, but %v", err)
	}
	var ids []string
	for range 2 {
		select {
		case id := <-got:
			ids = append(ids, id)
		case <-time.After(soon):
			t.Fatal("a message is gone")
		}
	}
	slices.Sort(ids)
	if diff := cmp.Diff([]string{"after", "before"}, ids); diff != "" {
		t.Error(diff)
	}
}

func TestNoPromiseOfAnInboxInSQS(t *testing.T) {
	transport := queue.SQS(queue.Options{Reply: true})
	if can := transport.Can(); transport.Name() != "sqs" || !can.Later || !can.Publish || can.Promise.Order == "" {
		t.Errorf("%s can %+v", transport.Name(), can)
	}
}

func TestNamesOfQueuesInSQS(t *testing.T) {
	for queues, want := range map[string][2]string{
		"order_payment":                   {"order:payment", "order:payment"},
		"order_payment_dead":              {"order:payment dead letters", ""},
		"order_payment_answers_1":         {"order:payment answers", "order:payment"},
		"order_payment_answers_12":        {"order:payment answers#12", "order:payment"},
		"EVENTS_order-created_email":      {"order-created:email", "order-created:email"},
		"EVENTS_order-created_email_dead": {"order-created:email dead letters", ""},
		"EVENTS_order-created":            {"EVENTS_order-created", ""},
		"order_payment_answers_x":         {"order_payment_answers_x", ""},
		"a_b_c":                           {"a_b_c", ""},
		"orders":                          {"orders", ""},
		"_":                               {"_", ""},
	} {
		name, link := queue.SQSQueueOf(queues)
		if got := [2]string{name, string(link)}; got != want {
			t.Errorf("%s: %q, want %q", queues, got, want)
		}
	}
}
