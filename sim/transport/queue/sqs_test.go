package queue_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/sqs"
	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// simpleQueues starts a broker with the API of SQS for one test.
func simpleQueues(t *testing.T, o sqs.Options) *sqs.Server {
	t.Helper()
	s, err := sqs.Start(t.Context(), o)
	return ending(t, s, err)
}

func TestSQSConformance(t *testing.T) { overSQS.conforms(t, queue.Options{}) }

// SQS carries text: protobuf crosses in base64, and everything in a header that
// is no plain word, or one too many, in one attribute.
func TestWhatIsNoTextCrossesSQS(t *testing.T) {
	for _, binary := range []bool{false, true} {
		t.Run(fmt.Sprint("binary ", binary), func(t *testing.T) {
			s := overSQS.site(t, queue.Options{Binary: binary})
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
