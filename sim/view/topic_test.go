package view

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

// heard is a world in which order publishes and email and loyalty hear of it.
func heard() *Picture {
	return New(&sim.WorldSpec{
		Services: []sim.ServiceSpec{{Name: "order"}, {Name: "email"}, {Name: "loyalty"}, {Name: "analytics"}},
		Links:    []sim.LinkSpec{{ID: "order:order-created", Transport: "kafka"}},
		Topics:   []sim.TopicSpec{{Name: "order-created", To: []string{"email", "loyalty"}}},
	})
}

func TestTopicsFollowTheirEvents(t *testing.T) {
	p := heard()
	kafka := sim.Instance{Service: "kafka", N: 1}
	tell := func(node sim.Instance, link sim.LinkID, f sim.Fact) {
		p.Apply(sim.Event{Seq: p.Seq + 1, At: p.At + ms, Node: node, Link: link, Fact: f})
	}
	tell(kafka, "", sim.Started{Addr: "127.0.0.1:9092"})
	tell(kafka, "", sim.Position{Topic: "order-created", Partition: 1, End: 9})
	tell(kafka, "", sim.Position{Topic: "order-created", Group: "email", Partition: 1, Next: 4, End: 12})
	tell(kafka, "", sim.Assigned{Topic: "order-created", Group: "email", Partition: 1, To: "email"})
	first := p.Topics[0].Groups[0].Shared
	tell(kafka, "", sim.Assigned{Topic: "order-created", Group: "email", Partition: 1})
	tell(kafka, "", sim.Assigned{Topic: "order-created", Group: "email", Partition: 1, To: "email#2"})
	tell(sim.Instance{}, "order:order-created", sim.Altered{Topic: "order-created", Partitions: 4})
	tell(sim.Instance{Service: "analytics", N: 1}, "order-created:analytics", sim.Subscribed{Topic: "order-created"})
	tell(sim.Instance{Service: "loyalty", N: 1}, "order-created:loyalty", sim.Unsubscribed{Topic: "order-created"})

	want := []Topic{{Name: "order-created", Ends: []int64{0, 12, 0, 0}, Groups: []Group{
		{Name: "email", Next: []int64{0, 4}, Holder: []string{"", "email#2"}, Shared: 6 * ms}, {Name: "analytics"},
	}}}
	if d := cmp.Diff(want, p.Topics); d != "" {
		t.Error(d)
	}
	if first != 0 {
		t.Error("a group that gets its partitions for the first time takes them from nobody")
	}
	if got := p.Topics[0].Lag(p.Topics[0].Groups[0]); got != 8 {
		t.Errorf("lag %d, want 8", got)
	}
	if b := p.Box(kafka); b == nil || b.Kind != Broker {
		t.Errorf("kafka is %+v, want a broker", b)
	}
}

// What is published reaches everybody by the transport it was published with.
func TestSubscribersTakeTheTransportOfTheirTopic(t *testing.T) {
	p := heard()
	ways := func() (all []string) {
		for _, l := range p.Links {
			all = append(all, string(l.ID)+" "+l.Transport)
		}
		return all
	}
	if d := cmp.Diff([]string{"order:order-created kafka", "order-created:email kafka", "order-created:loyalty kafka"}, ways()); d != "" {
		t.Error(d)
	}
	p.Apply(sim.Event{Seq: 1, Link: "order:order-created", Fact: sim.Swapped{From: "kafka", To: "nats"}})
	p.Apply(sim.Event{Seq: 2, Node: sim.Instance{Service: "analytics", N: 1}, Fact: sim.Subscribed{Topic: "order-created"}})
	want := []string{"order:order-created nats", "order-created:email nats", "order-created:loyalty nats", "order-created:analytics nats"}
	if d := cmp.Diff(want, ways()); d != "" {
		t.Error(d)
	}
}
