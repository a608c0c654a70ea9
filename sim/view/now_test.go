package view

import (
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// What flowed lately flows no more a window later, though no event has said so.
func TestRatesAreOfTheShownMoment(t *testing.T) {
	s := new(script)
	for n := range 100 {
		s.in(byte(n), sim.SpanID(n), order, pays, sim.Sent{Try: 1}, sim.Answered{Status: 200, Took: 5 * ms})
	}
	p := s.fold()
	l := p.Link(pays)
	if l.Flow.Rate(p.At) == 0 || !p.Fades() {
		t.Fatalf("while it goes on: %v/s, fades %v", l.Flow.Rate(p.At), p.Fades())
	}
	if took := l.Recent.Took(p.At); took.Count() != 100 || took.Max() != 5*ms {
		t.Errorf("recent: %d, at most %v", took.Count(), took.Max())
	}
	p.Until(p.At + 3*Window)
	if took := l.Recent.Took(p.At); l.Flow.Rate(p.At) != 0 || p.Fades() || took.Count() != 0 {
		t.Errorf("at rest: %v/s, fades %v, %d recent", l.Flow.Rate(p.At), p.Fades(), took.Count())
	}
	if l.Took.Count() != 100 {
		t.Errorf("all that were answered: %d", l.Took.Count())
	}
	at := p.At
	p.Until(at - time.Second)
	if p.At != at {
		t.Errorf("it went back to %v", p.At)
	}
}

// A message that waits grows older, so the picture changes as long as it waits.
func TestAWaitingMessageKeepsThePictureMoving(t *testing.T) {
	s := new(script).in(0, 0, order, "", sim.Queue{Name: "order:mail", Ready: 1, Oldest: ms})
	p := s.fold()
	p.Until(p.At + 3*Window)
	if !p.Fades() {
		t.Error("a message waits, and the picture is at rest")
	}
	p.Apply(sim.Event{At: p.At, Node: order, Fact: sim.Queue{Name: "order:mail"}})
	if p.Until(p.At + 3*Window); p.Fades() {
		t.Error("no message waits, and the picture is not at rest")
	}
}

// What is of the transport before a swap is not of the one after it, also when it
// ends later.
func TestASwapBeginsAnew(t *testing.T) {
	sent, late := sim.Sent{Try: 1}, func(took time.Duration) sim.Fact { return sim.Failed{Code: sim.Timeout, Took: took} }
	s := new(script).in(1, 0, client, "", sim.Begun{}).in(2, 0, client, "", sim.Begun{}) // 1 and 2 ms
	s.in(1, 1, order, pays, sent, late(ms), sent)                                        // 3, 4 and 5 ms
	s.in(0, 0, order, pays, sim.Swapped{From: "rest", To: "grpc"})                       // 6 ms
	s.in(1, 1, order, pays, late(2*ms))                                                  // it left at 5 ms
	s.in(2, 2, order, pays, sent, sim.Answered{Status: 5, Code: sim.NotFound, Took: ms})
	p := s.fold()
	l := p.Link(pays)
	if l.Now() != (Sums{Sent: 1, Answered: 1}) || l.Waiting() != 0 || l.Flow.FailShare(p.At) != 0 || l.Took.Count() != 1 {
		t.Errorf("of the new one: %+v, %v failed, %d took their time", l.Now(), l.Flow.FailShare(p.At), l.Took.Count())
	}
	if l.Failed != 2 || l.TimedOut != 2 || l.Sent != 3 || l.Statuses[5] != 1 {
		t.Errorf("of the link: %+v", look(l))
	}
	if by := p.Traces[0].Hops; by[0].By != "rest" || p.Traces[1].Hops[0].By != "grpc" {
		t.Errorf("carried by %s, then by %s", by[0].By, p.Traces[1].Hops[0].By)
	}
}

// Each broker keeps its own dead letters: after a swap the queue of the new one has
// none, and after a swap back the old ones are there.
func TestDeadLettersAreOfOneBroker(t *testing.T) {
	at := func(broker string) sim.Instance { return sim.Instance{Service: broker, N: 1} }
	depth, dead := sim.Queue{Name: "mail"}, sim.Buried{Queue: "mail", Why: "handled 5 times"}
	s := new(script).in(0, 0, at("rabbitmq"), "", depth, dead, dead)
	if q := s.fold().Queues[0]; q.Broker != "rabbitmq" || q.Buried != 2 {
		t.Fatalf("%+v", q)
	}
	s.in(0, 0, at("nats"), "", depth)
	before := s.fold()
	if q := before.Queues[0]; q.Broker != "nats" || q.Buried != 0 || q.BuriedWhy != "" {
		t.Errorf("at the other broker: %+v", q)
	}
	s.in(0, 0, at("nats"), "", dead).in(0, 0, at("rabbitmq"), "", depth)
	if q := s.fold().Queues[0]; q.Broker != "rabbitmq" || q.Buried != 2 || q.BuriedWhy == "" {
		t.Errorf("back at the first: %+v", q)
	}
}
