package part_test

import (
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
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

// What a box did in the scene before is not told in this one, and a box that was killed
// holds nothing any more.
func TestWhatABoxDidIsOfThisScene(t *testing.T) {
	s := world("client:order rest", "order:product rest")
	id := s.request(0, "order.place")
	s.effect(id, 5*ms, "order", "wrote to c-1")
	st := part.Stage{Picture: s.Picture, Now: time.Second}
	see := func() string { return strings.Join(show(t, "effect", st, 100, 26, dark), "\n") }
	if !strings.Contains(see(), "c-1") {
		t.Fatalf("an effect of now is not told:\n%s", see())
	}
	st.Since = 500 * ms
	if strings.Contains(see(), "c-1") {
		t.Errorf("one of the scene before is told:\n%s", see())
	}
	st.Since = 0
	s.apply(sim.Event{At: time.Second, Node: one("order"), Fact: sim.Stopped{Cause: "killed"}})
	if strings.Contains(see(), "c-1") {
		t.Errorf("a killed box tells what it did:\n%s", see())
	}
}

// Slow motion does not keep a notice on its box: it is there for two seconds of the screen.
func TestANoticeGoesInSlowMotion(t *testing.T) {
	s := world("client:order rest", "order:product rest")
	s.apply(sim.Event{At: 0, Node: one("client"), Fact: sim.Armed{Fault: "f1", Text: "client:order drop"}})
	id := s.request(ms, "order.place")
	s.do(id, try{link: "client:order", label: "POST /orders", at: 2 * ms, out: ms, work: 20 * ms, home: ms, status: 201})
	st := s.stage(id, 1)
	st.Now = 4 * ms
	st.Picture.At = st.Now
	told := func() bool {
		return strings.Contains(strings.Join(show(t, "notice", st, 100, 26, dark), "\n"), "fault f1")
	}
	if shown := st.Clock.Shown(st.Now) - st.Clock.Shown(0); shown > 2*time.Second || !told() {
		t.Errorf("after %v it is told: %v", shown, told())
	}
	st.Now = 24 * ms
	st.Picture.At = st.Now
	if shown := st.Clock.Shown(st.Now) - st.Clock.Shown(0); shown < 2*time.Second || told() {
		t.Errorf("after %v it is told: %v", shown, told())
	}
}

// A box says how many of its workers are busy, and how many requests wait for one.
func TestABoxShowsItsWorkers(t *testing.T) {
	spec := &sim.WorldSpec{
		Services: []sim.ServiceSpec{{Name: "client", Kind: "client"}, {Name: "order", Kind: "order", Workers: 10}, {Name: "product", Kind: "product"}},
		Links:    []sim.LinkSpec{{ID: "client:order", Transport: "rest"}, {ID: "order:product", Transport: "rest"}},
	}
	p := view.New(spec)
	p.Apply(sim.Event{Seq: 1, At: ms, Node: one("order"), Fact: sim.Started{Addr: "127.0.0.1:1"}})
	see := func(w, h int) string {
		p.Until(10 * time.Second)
		return strings.Join(show(t, "workers", part.Stage{Picture: p, Now: 10 * time.Second}, w, h, dark), "\n")
	}
	if got := see(110, 26); !strings.Contains(got, "0/10") && !strings.Contains(got, "0 of 10 busy") {
		t.Errorf("at rest:\n%s", got)
	}
	for i := range 18 {
		p.Apply(sim.Event{Seq: sim.Seq(i + 2), At: 2 * ms, Span: sim.SpanID(i + 1), Node: one("order"), Link: "client:order", Fact: sim.Received{Label: "POST /orders"}})
	}
	for _, w := range []int{80, 110, 200} {
		if got := see(w, 26); !strings.Contains(got, "10 of 10 busy, 8 wait") && !strings.Contains(got, "10/10 busy, 8 wait") && !strings.Contains(got, "10/10 +8") {
			t.Errorf("%d cells wide, 18 requests:\n%s", w, got)
		}
	}
	p.Apply(sim.Event{Seq: 40, At: 3 * ms, Span: 1, Node: one("order"), Link: "client:order", Fact: sim.Replied{}})
	for _, h := range []int{26, 12} { // also where its counts have the only row
		if got := see(110, h); !strings.Contains(got, "7 wait") && !strings.Contains(got, "+7") {
			t.Errorf("17 requests, %d rows:\n%s", h, got)
		}
	}
}

// Calls to several instances are shared among them: the rate of the link stands at none.
func TestInstancesShareTheRateOfTheirLink(t *testing.T) {
	s := world("client:order rest", "order:product rest")
	s.apply(sim.Event{At: ms, Node: sim.Instance{Service: "product", N: 2}, Fact: sim.Started{Addr: "127.0.0.1:9"}})
	for i := range 180 { // 90/s, a third of them to the second instance
		at := 8*time.Second + time.Duration(i)*time.Second/90
		to := sim.Instance{Service: "product", N: 1}
		if i%3 == 0 {
			to.N = 2
		}
		e := sim.Event{At: at, Trace: sim.TraceID{9}, Span: sim.SpanID(i + 1), Link: "order:product", Node: one("order"), Fact: sim.Sent{Label: "GET /products/101", Try: 1}}
		s.apply(e)
		e.Node, e.Fact = to, sim.Received{Label: "GET /products/101"}
		s.apply(e)
		e.Fact = sim.Replied{Took: ms}
		s.apply(e)
		e.Node, e.Fact = one("order"), sim.Answered{Status: 200, Took: ms}
		s.apply(e)
	}
	s.Notices = nil
	screen := drawn(t, "instances", part.Stage{Picture: s.Picture, Now: s.At}, 120, 30)
	if strings.Contains(screen, "90/s") || !strings.Contains(screen, "60/s") || !strings.Contains(screen, "30/s") {
		t.Errorf("90/s go to two instances, 60 and 30 to each:\n%s", screen)
	}
}

// The panel of links counts what crossed by the transport that it names, as the stage does.
func TestThePanelBeginsAnewWithASwap(t *testing.T) {
	s := world("client:order rest")
	id := s.request(0, "order.place")
	s.do(id, try{link: "client:order", label: "POST /orders", at: ms, out: ms, work: ms, home: ms, status: 200})
	s.do(id, try{link: "client:order", label: "POST /orders", at: 10 * ms, out: ms, silent: 20 * ms})
	s.apply(sim.Event{At: 40 * ms, Link: "client:order", Fact: sim.Swapped{From: "rest", To: "grpc"}})
	row := func() string {
		return strings.Join(strings.Fields(show(t, "links", part.Links{Links: s.Links}, 160, 4, dark)[1]), " ")
	}
	if got := row(); !strings.HasPrefix(got, "client:order gRPC 0 0 0 0 –") {
		t.Errorf("after the swap: %q", got)
	}
	s.do(id, try{link: "client:order", label: "PlaceOrder", at: 50 * ms, out: ms, work: ms, home: ms, status: 200})
	if got := row(); !strings.HasPrefix(got, "client:order gRPC 1 1 0 0 3.00 ms") {
		t.Errorf("after a call: %q", got)
	}
}
