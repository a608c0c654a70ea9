package lab_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// deadTells is what the protocol of each broker says of a dead letter.
var deadTells = map[string]struct {
	id, since bool
	tries     int
	header    string
}{
	"nats":     {id: true, since: true, header: "traceparent"},
	"rabbitmq": {since: true, tries: 5, header: "x-death"},
	"activemq": {id: true, tries: 1, header: "original-destination"},
	"sqs":      {id: true, tries: 5, header: "traceparent"},
	"kafka":    {id: true, since: true, header: "dead-group"},
}

// Reading changes nothing: asked again, it is there again.
func TestDeadLettersStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	for way := range deadTells {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := openSpec(t, parse(t, letters), lab.Options{})
			say(t, l, "swap order:notification "+way, "inject order:notification poison", "send order.place 3")
			eventually(t, "three are dead", func() bool {
				all := say(t, l, "show queues").Data.([]lab.Queue)
				return slices.ContainsFunc(all, func(q lab.Queue) bool { return q.Name == "order:notification" && q.Buried == 3 })
			})
			for range 7 {
				if dead := say(t, l, "show dead order:notification").Data.([]lab.Letter); len(dead) != 3 {
					t.Fatalf("%d dead letters: %+v", len(dead), dead)
				}
			}
			say(t, l, "clear all")
			if got := say(t, l, "redrive order:notification").Text; got != "put back into order:notification: 3" {
				t.Errorf("it says %q", got)
			}
		})
	}
}

// What could not be handled lies with the dead letters of whichever broker has
// it, with the reason; put back, it is handled like any other.
func TestDeadLettersAreReadAndPutBack(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"nats", "rabbitmq", "activemq", "sqs", "kafka"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := openSpec(t, parse(t, letters), lab.Options{})
			say(t, l, "swap order:notification "+way, "inject order:notification poison first=1", "send order.place")
			buried := await(t, l, 0, fact[sim.Buried](way)).Fact.(sim.Buried)
			if buried.Queue != "order:notification" || buried.Why == "" {
				t.Errorf("%+v", buried)
			}
			dead := say(t, l, "show dead order:notification").Data.([]lab.Letter)
			if len(dead) != 1 {
				t.Fatalf("%d dead letters: %+v", len(dead), dead)
			}
			if d, want := dead[0], deadTells[way]; d.ID != "" != want.id || d.At != nil != want.since || d.Tries != want.tries || !slices.ContainsFunc(d.Headers, func(h [2]string) bool { return h[0] == want.header }) {
				t.Errorf("it says %+v, want %+v", d, want)
			}
			if d := dead[0]; d.Queue != "order:notification" || d.Broker != way || d.Why == "" || len(d.Headers) == 0 || !strings.Contains(d.Body, "confirmed") {
				t.Errorf("%+v", d)
			}
			after := say(t, l, "clear all").Seq
			if got := say(t, l, "redrive order:notification").Text; got != "put back into order:notification: 1" {
				t.Errorf("it says %q", got)
			}
			await(t, l, after, fact[sim.Redriven](way))
			await(t, l, after, func(e sim.Event) bool { return e.Fact.Kind() == sim.KindEffect && e.Node.Service == "notification" })
			if left := say(t, l, "show dead order:notification").Data.([]lab.Letter); len(left) != 0 {
				t.Errorf("still there: %+v", left)
			}
			if got := say(t, l, "redrive order:notification").Text; got != "order:notification has no dead letters" {
				t.Errorf("it says %q", got)
			}
			for _, q := range say(t, l, "show queues").Data.([]lab.Queue) {
				if q.Buried != 0 {
					t.Errorf("%+v", q)
				}
			}
		})
	}
}

func TestARedriveOfWhatIsNotThere(t *testing.T) {
	l := openSpec(t, parse(t, letters), lab.Options{})
	for _, c := range []sim.Command{sim.Redrive{Queue: "order:nobody"}, sim.Show{What: "dead", Of: "order:nobody"}} {
		if _, err := l.Do(t.Context(), c); sim.CodeOf(err) != sim.NotFound && sim.CodeOf(err) != sim.Invalid {
			t.Errorf("%T: %v", c, err)
		}
	}
}

func TestExchangesLeadToQueues(t *testing.T) {
	l := openSpec(t, parse(t, letters), lab.Options{})
	if got := say(t, l, "show exchanges").Data.([]lab.Exchange); len(got) != 0 {
		t.Errorf("RabbitMQ never ran, and has %+v", got)
	}
	say(t, l, "swap order:notification rabbitmq", "send order.place")
	want := []lab.Exchange{{Kind: "direct", Bindings: []lab.Binding{{To: "order.notification", Queue: "order:notification", Key: "order.notification"}}}}
	if d := cmp.Diff(want, say(t, l, "show exchanges").Data); d != "" {
		t.Error(d)
	}

	l = open(t, "orders", lab.Options{})
	say(t, l, "swap order:order-created rabbitmq", "send order.place")
	all := say(t, l, "show exchanges").Data.([]lab.Exchange)
	var heard []string
	for _, e := range all {
		if e.Name == "order-created" && e.Kind == "fanout" {
			for _, b := range e.Bindings {
				heard = append(heard, b.Queue)
			}
		}
	}
	slices.Sort(heard) // whoever comes first is bound first
	if d := cmp.Diff([]string{"order-created:analytics", "order-created:email", "order-created:loyalty", "order-created:recommendation"}, heard); d != "" {
		t.Errorf("%s\n%+v", d, all)
	}
}
