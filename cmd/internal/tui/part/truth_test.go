package part_test

import (
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/sim"
)

// Two partitions, three instances of email: the third holds no partition and receives
// nothing. So the rate of the link stands at no instance, but what each receives.
func TestInstancesOfAGroupShareTheRate(t *testing.T) {
	s := told("kafka")
	link := sim.Link("order-created", "email")
	for n := 2; n <= 3; n++ {
		s.apply(sim.Event{At: time.Second, Node: sim.Instance{Service: "email", N: n}, Fact: sim.Started{}})
	}
	for i := range 120 {
		span := sim.SpanID(i + 1)
		at := 8*time.Second + time.Duration(i)*time.Second/60
		s.apply(sim.Event{At: at, Node: one("order-created"), Link: link, Trace: sim.TraceID{1}, Span: span, Fact: sim.Sent{Label: "Produce order-created"}})
		to := sim.Instance{Service: "email", N: i%2 + 1}
		s.apply(sim.Event{At: at, Node: to, Link: link, Trace: sim.TraceID{1}, Span: span, Fact: sim.Received{}})
	}
	s.Notices = nil
	screen := drawn(t, "shared", part.Stage{Picture: s.Picture, Now: s.At, Show: []string{"order", "email"}}, 100, 24)
	if got := strings.Count(screen, "30/s"); got != 2 || strings.Contains(screen, "60/s") {
		t.Errorf("the rate of 30/s stands at %d instances, want 2\n%s", got, screen)
	}
}

// A message whose last delivery failed is in the dead letters: it was not handled.
func TestADeadLetterWasNotHandled(t *testing.T) {
	s := world("client:order", "order:mail nats")
	id := s.request(time.Second, "order.place")
	tell := func(at time.Duration, node string, f sim.Fact) {
		s.apply(sim.Event{At: at, Trace: id, Span: 77, Node: one(node), Link: "order:mail", Depth: 1, Fact: f})
	}
	tell(time.Second, "order", sim.Sent{Label: "PUB order.mail.work", Try: 1})
	tell(time.Second+ms, "order", sim.Accepted{Took: ms, BytesOut: 200})
	tell(2*time.Second, "mail", sim.Received{Label: "PUB order.mail.work"})
	tell(2*time.Second+5*ms, "mail", sim.Replied{Code: sim.Unavailable, Status: 503, Took: 5 * ms})
	tell(2*time.Second+6*ms, "nats", sim.Buried{Queue: "order:mail", Why: "delivery_limit"})
	tell(2*time.Second+6*ms, "order", sim.Settled{Code: sim.Unavailable, Took: time.Second + 6*ms})
	s.Notices = nil
	screen := drawn(t, "dead", part.Stage{Picture: s.Picture, Follow: s.Trace(id), Now: 4 * time.Second}, 120, 24)
	sees(t, screen, "1 dead")
	if strings.Contains(screen, "handled") || strings.Contains(screen, "done  ") {
		t.Errorf("a dead letter is said to be handled:\n%s", screen)
	}
}

// What the line below the stage tells happened between services that stand on it.
func TestTheCaptionIsOfTheStage(t *testing.T) {
	s := told("kafka")
	id := s.request(9*time.Second, "order.place")
	for i, group := range []string{"email", "loyalty"} {
		s.do(id, try{link: sim.Link("order-created", group), depth: 2, label: "Produce order-created", at: 9*time.Second + time.Duration(i+1)*ms, out: ms, work: ms, home: ms, status: 200})
	}
	stage := s.stage(id, 1)
	stage.Show, stage.Now = []string{"order", "email"}, 10*time.Second
	screen := drawn(t, "caption", stage, 120, 24)
	sees(t, screen, "order-created → email")
	if strings.Contains(screen, "→ loyalty") || strings.Contains(screen, "Produce") {
		t.Errorf("loyalty is not on the stage, and Kafka delivers without Produce:\n%s", screen)
	}
}
