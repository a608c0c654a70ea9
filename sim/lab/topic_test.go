package lab_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	notificationv1 "github.com/msc-sim/msc-sim/services/notification/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// news is a world in which a shop publishes, and two services hear it.
const news = `
name: news
services:
  shop: {kind: order}
  mail: {kind: notification}
  post: {kind: notification}
  late: {kind: notification}
topics:
  news: {to: [mail, post], partitions: 2, key: to}
links:
  "shop:news": {transport: nats-stream}
`

// tell publishes n pieces of news.
func tell(t *testing.T, l *lab.Lab, texts ...string) {
	t.Helper()
	for _, text := range texts {
		m := sim.NewMessage(&notificationv1.Notify{To: "c-1", Text: text})
		if err := l.Caller("shop").Publish(t.Context(), "news", m); err != nil {
			t.Fatal(err)
		}
	}
}

// brokered are the ways that can carry what is published to many.
var brokered = []string{"nats", "nats-stream", "rabbitmq", "activemq", "sqs", "kafka"}

func TestEveryGroupHearsWhatIsPublished(t *testing.T) {
	t.Parallel()
	for _, way := range brokered {
		t.Run(way, func(t *testing.T) {
			l := openSpec(t, parse(t, news), lab.Options{})
			do(t, l, sim.Swap{Link: "shop:news", Transport: way})
			tell(t, l, "one", "two", "three")
			s := allSettled(t, l, "shop:news")
			if s.Sent != 3 || s.Accepted != 3 || s.Settled != 3 || s.Lost+s.Failed+s.Answered != 0 {
				t.Errorf("published: %+v", s)
			}
			for _, to := range []string{"mail", "post"} {
				if s := allSettled(t, l, sim.Link("news", to)); s.Calls != 3 || s.Sent != 3 || s.Answered != 3 || s.Failed != 0 {
					t.Errorf("%s: %+v", to, s)
				}
			}
		})
	}
}

// A broker that runs from the start has several ways, of which some publish nothing.
func TestATopicTravelsByABrokerThatRanBefore(t *testing.T) {
	l := openSpec(t, parse(t, news+"brokers: [rabbitmq]\n"), lab.Options{})
	do(t, l, sim.Swap{Link: "shop:news", Transport: "rabbitmq"})
	tell(t, l, "one")
	allSettled(t, l, "shop:news")
	if s := allSettled(t, l, "news:post"); s.Answered != 1 {
		t.Errorf("%+v", s)
	}
}

func TestWhatIsPublishedWaitsForThoseWhoAreDown(t *testing.T) {
	l := openSpec(t, parse(t, news), lab.Options{})
	do(t, l, sim.Kill{Target: "post"})
	tell(t, l, "one")
	await(t, l, 0, func(e sim.Event) bool { return e.Link == "news:mail" && e.Fact.Kind() == sim.KindAnswered })
	if s := l.LinkStats("shop:news"); s.Pending != 1 {
		t.Errorf("pending %d, want 1: post has not heard it", s.Pending)
	}
	do(t, l, sim.Start{Target: "post"})
	allSettled(t, l, "shop:news")
}

// A service that comes late reads what was published before; one that knows it
// all reads it once more.
func TestHistoryIsReadAgain(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, news), lab.Options{})
	tell(t, l, "one", "two")
	allSettled(t, l, "shop:news")
	for _, who := range []string{"late", "mail"} {
		before := l.LinkStats(sim.Link("news", who)).Answered
		after := last(t, l) // one that hears it already may read before the command returns
		do(t, l, sim.Subscribe{Topic: "news", Service: who, From: sim.FromBeginning})
		awaitN(t, l, after, 2, func(e sim.Event) bool {
			return e.Link == sim.Link("news", who) && e.Fact.Kind() == sim.KindAnswered
		})
		if got := l.LinkStats(sim.Link("news", who)).Answered - before; got != 2 {
			t.Errorf("%s read %d, want 2", who, got)
		}
	}
	do(t, l, sim.Unsubscribe{Topic: "news", Service: "mail"})
	do(t, l, sim.Kill{Target: "post"})
	tell(t, l, "three")
	await(t, l, 0, func(e sim.Event) bool { return e.Link == "news:late" && e.Fact.Kind() == sim.KindAnswered })
	do(t, l, sim.Unsubscribe{Topic: "news", Service: "post"}) // nobody is waited for any more
	if s := allSettled(t, l, "shop:news"); s.Settled != 3 {
		t.Errorf("%+v", s)
	}
}

// Without a broker, whoever publishes calls each subscriber and waits for it.
func TestPublishingOverRESTIsACallForEach(t *testing.T) {
	l := openSpec(t, parse(t, news), lab.Options{})
	do(t, l, sim.Swap{Link: "shop:news", Transport: "rest"})
	tell(t, l, "one")
	if s := l.LinkStats("shop:news"); s.Calls != 2 || s.Answered != 2 {
		t.Errorf("%+v", s)
	}
	do(t, l, sim.Kill{Target: "mail"})
	err := l.Caller("shop").Publish(t.Context(), "news", sim.NewMessage(&notificationv1.Notify{To: "c-1", Text: "two"}))
	if s := l.LinkStats("shop:news"); sim.CodeOf(err) != sim.Unavailable || s.Answered != 3 || s.Failed != 1 {
		t.Errorf("%v, %+v", err, s)
	}
}

func TestSubscribeSaysWhatIsWrong(t *testing.T) {
	l := openSpec(t, parse(t, news), lab.Options{})
	for _, tt := range []struct {
		c    sim.Command
		want string
	}{
		{sim.Subscribe{Topic: "new", Service: "late"}, `there is no topic "new"`},
		{sim.Subscribe{Topic: "news", Service: "lat"}, `there is no service "lat"`},
		{sim.Unsubscribe{Topic: "news", Service: "nobody"}, `there is no service "nobody"`},
		{sim.Swap{Link: "shop:news", Transport: "nats-reply"}, "nats-reply cannot carry shop:news: its callers wait for one response: an event has none, and a stream needs gRPC"},
	} {
		_, err := l.Do(t.Context(), tt.c)
		if e := sim.AsError(err); e == nil || e.Message != tt.want {
			t.Errorf("%v: %v", tt.c, err)
		}
	}
	do(t, l, sim.Swap{Link: "shop:news", Transport: "nats"})
	_, err := l.Do(t.Context(), sim.Subscribe{Topic: "news", Service: "late", From: sim.FromBeginning})
	want := &sim.Error{Message: "nats keeps nothing for those who come later", Fix: "let the topic travel by kafka or nats-stream"}
	if e := sim.AsError(err); e == nil || cmp.Diff([2]string{want.Message, want.Fix}, [2]string{e.Message, e.Fix}) != "" {
		t.Errorf("%v", err)
	}
}
