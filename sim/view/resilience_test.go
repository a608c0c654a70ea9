package view

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/msc-sim/msc-sim/sim"
)

// resilient is a call that fails because of a fault, waits, and is answered,
// while its link is guarded, swapped and broken.
func resilient() []sim.Event {
	order := sim.Instance{Service: "order", N: 1}
	client := sim.Instance{Service: "client", N: 1}
	tr := sim.TraceID{7}
	ms := time.Millisecond
	on := func(at time.Duration, span, parent sim.SpanID, f sim.Fact) sim.Event {
		return sim.Event{At: at, Trace: tr, Span: span, Parent: parent, Node: order, Link: "order:payment", Fact: f}
	}
	world := func(at time.Duration, f sim.Fact) sim.Event {
		return sim.Event{At: at, Node: order, Link: "order:payment", Fact: f}
	}
	events := []sim.Event{
		world(1*ms, sim.Guarded{Policies: "fallback(retry(breaker(call)))"}),
		world(2*ms, sim.Armed{Fault: "f1", Text: "error code=503 first=1"}),
		{At: 3 * ms, Trace: tr, Node: client, Link: "client:order", Fact: sim.Begun{UseCase: "order.place"}},
		on(4*ms, 11, 10, sim.Sent{Label: "POST /payments", Try: 1}),
		on(5*ms, 11, 10, sim.Hit{Fault: "f1", What: "503"}),
		on(6*ms, 11, 10, sim.Failed{Code: sim.Unavailable, Status: 503}),
		on(6*ms, 0, 10, sim.Waited{For: 20 * ms, Try: 2, Why: "503"}),
		on(26*ms, 12, 10, sim.Sent{Label: "POST /payments", Try: 2}),
		world(27*ms, sim.Swapped{From: "rest", To: "nats"}),
		on(28*ms, 12, 10, sim.Accepted{Took: 2 * ms}),
		on(29*ms, 12, 10, sim.Settled{Took: 3 * ms}),
		world(29*ms, sim.Drained{Transport: "rest"}),
		world(30*ms, sim.Moved{Policy: "breaker", From: "closed", To: "open", Why: "6 of 10 failed"}),
		on(31*ms, 0, 10, sim.Rejected{By: "breaker", Why: "open"}),
		on(32*ms, 0, 10, sim.Degraded{By: "fallback"}),
		world(33*ms, sim.Queue{Name: "mail", Ready: 4, Unacked: 1}),
		world(34*ms, sim.Buried{Queue: "mail", Why: "delivered 5 times"}),
		world(35*ms, sim.Cleared{Fault: "f1"}),
		world(36*ms, sim.Cleared{Fault: "f1", Verified: true}),
		{At: 40 * ms, Trace: tr, Node: client, Link: "client:order", Fact: sim.Ended{UseCase: "order.place", Outcome: sim.WasAnswered, Text: "confirmed"}},
	}
	for i := range events {
		events[i].Seq = sim.Seq(i + 1)
	}
	return events
}

func TestPictureOfPoliciesFaultsAndQueues(t *testing.T) {
	p := New(&sim.WorldSpec{
		Services: []sim.ServiceSpec{{Name: "client", Kind: "client"}, {Name: "order"}, {Name: "payment"}},
		Links:    []sim.LinkSpec{{ID: "client:order", Transport: "rest"}, {ID: "order:payment", Transport: "rest"}},
	})
	for _, e := range resilient() {
		p.Apply(e)
	}
	l := p.Link("order:payment")
	got := []any{
		l.Transport, l.Draining, l.Policies, l.Breaker, l.MovedWhy, l.Sent, l.Failed, l.Accepted, l.Settled, l.Rejected, l.Degraded, l.FaultsHit, l.InFlight,
		p.Last.Outcome, p.Counts,
	}
	want := []any{
		"nats", "", "fallback(retry(breaker(call)))", "open", "6 of 10 failed", int64(2), int64(1), int64(1), int64(1), int64(1), int64(1), int64(1), int64(0),
		sim.WasDegraded,
		Counts{Degraded: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("link: -want +got\n%s", diff)
	}
	first, second := p.Hop(11), p.Hop(12)
	if diff := cmp.Diff([]string{"f1 503"}, first.Faults); diff != "" {
		t.Error(diff)
	}
	if second.Waited != 20*time.Millisecond || second.WaitedWhy != "503" || second.AcceptedAt == 0 || second.SettledAt == 0 {
		t.Errorf("second attempt: %+v", second)
	}
	if diff := cmp.Diff([]Queue{{Name: "mail", Broker: "order", Ready: 4, Unacked: 1, Buried: 1, BuriedWhy: "delivered 5 times"}}, p.Queues, cmpopts.IgnoreUnexported(Queue{})); diff != "" {
		t.Error(diff)
	}
	if f := p.Faults[0]; f.Hit != 1 || f.ClearedAt != 35*time.Millisecond || !f.Verified {
		t.Errorf("fault: %+v", f)
	}
}

func TestUnguardedLinkHasNoBreaker(t *testing.T) {
	p := New(&sim.WorldSpec{Links: []sim.LinkSpec{{ID: "a:b"}}})
	p.Apply(sim.Event{Link: "a:b", Fact: sim.Guarded{Policies: "breaker(call)"}})
	if got := p.Link("a:b").Breaker; got != "closed" {
		t.Errorf("guarded: %q", got)
	}
	p.Apply(sim.Event{Link: "a:b", Fact: sim.Guarded{Policies: "call"}})
	if l := p.Link("a:b"); l.Breaker != "" || l.Policies != "" {
		t.Errorf("unguarded: %q, %q", l.Breaker, l.Policies)
	}
}
