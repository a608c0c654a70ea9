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
