package view

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

const ms = time.Millisecond

func TestOneOrder(t *testing.T) {
	p := new(script).order(1, paid).fold()

	want := &Trace{
		ID: sim.TraceID{1}, UseCase: "order.place", From: client, BeganAt: 1 * ms, EndedAt: 13 * ms, Took: 11 * ms,
		Outcome: sim.WasAnswered, Text: "confirmed",
		Hops: []*Hop{
			{
				Link: asks, From: client, To: order, Span: 11, By: "rest", Try: 1, Type: "PlaceOrder", Label: "POST /orders",
				SentAt: 3 * ms, ReceivedAt: 4 * ms, RepliedAt: 11 * ms, EndedAt: 12 * ms,
				Outcome: sim.WasAnswered, Status: 201, BytesOut: 100, BytesIn: 200, Reply: Reply{Status: 201},
			},
			{
				Link: pays, From: order, To: payment, Span: 12, By: "rest", Try: 1, Type: "Charge", Label: "POST /payments",
				SentAt: 6 * ms, ReceivedAt: 7 * ms, RepliedAt: 9 * ms, EndedAt: 10 * ms,
				Outcome: sim.WasAnswered, Status: 201, Connect: ms, BytesOut: 50, BytesIn: 60, Reply: Reply{Status: 201},
			},
		},
		Events: new(script).order(1, paid).events,
	}
	if diff := cmp.Diff([]*Trace{want}, p.Traces, same); diff != "" {
		t.Errorf("traces (-want +got):\n%s", diff)
	}
	if p.Trace(want.ID) != p.Traces[0] || p.Hop(12) != p.Traces[0].Hops[1] || p.Hop(99) != nil || p.Trace(sim.TraceID{9}) != nil {
		t.Error("looking up gives something else")
	}
	if got := p.Hop(12).Took(time.Hour); got != 4*ms {
		t.Errorf("it took %v", got)
	}
	if diff := cmp.Diff(Seen{sim.TraceID{1}, "order.place", "confirmed", sim.WasAnswered, 11 * ms, 13 * ms, sim.OK, Later{}}, p.Last); diff != "" {
		t.Errorf("seen: %s", diff)
	}
	if p.Counts != (Counts{Answered: 1}) || p.Box(client).Counts != (Counts{Answered: 1}) || p.Seq != 13 || p.At != 13*ms {
		t.Errorf("counted %+v at %d, %v", p.Counts, p.Seq, p.At)
	}
	if b := p.Box(payment); b.Effect != "charged" || b.Working != 0 || b.Counts != (Counts{Answered: 1}) {
		t.Errorf("payment: %+v", b)
	}
}

// Beside an error stands no effect of a message that came before it: "charged"
// would read as what the failed one did. What others do meanwhile stays.
func TestAnErrorHasNoEffectOfBefore(t *testing.T) {
	refused := sim.Replied{Status: 504, Code: sim.Timeout}
	s := new(script).order(1, sim.Answered{Status: 201})
	s.in(2, 0, client, asks, sim.Begun{UseCase: "order.place"})
	s.in(2, 21, client, asks, sim.Sent{Label: "POST /orders", Try: 1})
	s.in(2, 22, order, pays, sim.Sent{Label: "POST /payments", Try: 1})
	s.in(2, 22, payment, pays, sim.Received{Label: "POST /payments"})
	if b := s.fold().Box(payment); b.Effect != "charged" {
		t.Errorf("while it works, payment: %q", b.Effect)
	}
	if b := s.in(2, 22, payment, pays, refused).fold().Box(payment); b.Effect != "" {
		t.Errorf("after an error, payment: %q", b.Effect)
	}
	s.in(3, 0, client, asks, sim.Begun{UseCase: "order.place"})
	s.in(3, 32, order, pays, sim.Sent{Label: "POST /payments", Try: 1})
	s.in(3, 32, payment, pays, sim.Received{Label: "POST /payments"}, sim.Effect{Text: "declined"}, sim.Replied{Status: 402, Code: sim.Invalid})
	if b := s.fold().Box(payment); b.Effect != "declined" {
		t.Errorf("with an effect of its own, payment: %q", b.Effect)
	}
}

// linked is what the tables below look at.
type linked struct {
	Sent, Answered, Failed, TimedOut, Lost, InFlight, Retries, Out, In int64
	Statuses                                                           map[int]int64
}

func look(l *Link) linked {
	return linked{l.Sent, l.Answered, l.Failed, l.TimedOut, l.Lost, l.InFlight, l.Retries, l.BytesOut, l.BytesIn, l.Statuses}
}

func TestLinks(t *testing.T) {
	sent := sim.Sent{Label: "POST /payments", Try: 1}
	for _, test := range []struct {
		name string
		s    *script
		link sim.LinkID
		want linked
	}{
		{"nothing yet", new(script), pays, linked{}},
		{"on its way", new(script).in(1, 1, order, pays, sent), pays, linked{Sent: 1, InFlight: 1}},
		{"answered", new(script).in(1, 1, order, pays, sent, paid), pays, linked{
			Sent: 1, Answered: 1, Out: 50, In: 60, Statuses: map[int]int64{201: 1},
		}},
		{"refused", new(script).in(1, 1, order, pays, sent, refused), pays, linked{Sent: 1, Failed: 1, Out: 7}},
		{"too late", new(script).in(1, 1, order, pays, sent, late), pays, linked{Sent: 1, Failed: 1, TimedOut: 1, Out: 50}},
		{"503, then answered", new(script).in(1, 1, order, pays, sent, sim.Failed{Status: 503}, sim.Sent{Try: 2}, paid), pays, linked{
			Sent: 2, Answered: 1, Failed: 1, Retries: 1, Out: 50, In: 60, Statuses: map[int]int64{503: 1, 201: 1},
		}},
		{"lost", new(script).in(1, 1, order, pays, sent, sim.Lost{}), pays, linked{Sent: 1, Lost: 1}},
		{"came home without having left", new(script).in(1, 1, order, pays, paid), pays, linked{
			Answered: 1, Out: 50, In: 60, Statuses: map[int]int64{201: 1},
		}},
		{"reset while one is on its way", new(script).in(1, 1, order, pays, sent, paid, sent).of(sim.Instance{}, sim.Reset{}), pays, linked{Sent: 1, InFlight: 1}},
		{"curl waits", new(script).in(1, 1, order, curls, sim.Received{Label: "GET /orders/1"}), curls, linked{Sent: 1, InFlight: 1}},
		{
			"curl has a 404", new(script).in(1, 1, order, curls, sim.Received{}, sim.Replied{Status: 404, Code: sim.NotFound}), curls,
			linked{Sent: 1, Answered: 1, Statuses: map[int]int64{404: 1}},
		},
		{
			"curl has a 503", new(script).in(1, 1, order, curls, sim.Received{}, sim.Replied{Status: 503, Code: sim.Unavailable}), curls,
			linked{Sent: 1, Failed: 1, Statuses: map[int]int64{503: 1}},
		},
		{"killed under curl", new(script).in(1, 1, order, curls, sim.Received{}).of(order, sim.Stopped{Cause: "killed"}), curls, linked{Sent: 1, Failed: 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := test.s.fold().Link(test.link)
			if diff := cmp.Diff(test.want, look(l)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBoxes(t *testing.T) {
	two, three := sim.Instance{Service: "order", N: 2}, sim.Instance{Service: "order", N: 3}
	killed := new(script).of(order, sim.Started{Addr: "127.0.0.1:1"}).in(1, 1, order, asks, sim.Received{}).of(order, sim.Stopped{Cause: "killed"})
	for _, test := range []struct {
		name string
		s    *script
		box  sim.Instance
		want Box
	}{
		{"a client is up", new(script), client, Box{Instance: client, Kind: "client", State: Up}},
		{"not started yet", new(script), order, Box{Instance: order, Kind: "order"}},
		{"up", new(script).of(order, sim.Started{Addr: "127.0.0.1:1"}), order, Box{Instance: order, Kind: "order", State: Up, Since: ms, Addr: "127.0.0.1:1"}},
		{
			"killed at work", killed, order,
			Box{Instance: order, Kind: "order", State: Down, Why: "killed", Since: 3 * ms},
		},
		{
			"paused", new(script).of(order, sim.Started{}, sim.Paused{Cause: "by hand"}), order,
			Box{Instance: order, Kind: "order", State: Standing, Why: "by hand", Since: 2 * ms},
		},
		{"goes on", new(script).of(order, sim.Started{}, sim.Paused{}, sim.Resumed{}), order, Box{Instance: order, Kind: "order", State: Up, Since: 3 * ms}},
		{"a third one", new(script).of(three, sim.Started{}), three, Box{Instance: three, Kind: "order", State: Up, Since: ms}},
		{"instance 0 is the first", new(script).of(sim.Instance{Service: "order"}, sim.Effect{Text: "x"}), order, Box{Instance: order, Kind: "order", Effect: "x", EffectAt: ms}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := *test.s.fold().Box(test.box)
			got.Flow = Flow{}
			if diff := cmp.Diff(test.want, got, same); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}

	p := new(script).of(three, sim.Started{}).of(two, sim.Started{}).of(three, sim.Stopped{Cause: "closed"}).fold()
	var order []string
	for _, b := range p.Boxes {
		order = append(order, b.Instance.String())
		if p.Box(b.Instance).Instance != b.Instance {
			t.Errorf("%v is not where it is looked for", b.Instance)
		}
	}
	if diff := cmp.Diff([]string{"client", "order", "order#2", "payment"}, order); diff != "" {
		t.Errorf("after scaling up and down: %s", diff)
	}
	if p.Box(three) != nil {
		t.Error("what was scaled away is still there")
	}
}

func TestNotices(t *testing.T) {
	s := new(script).of(order, sim.Started{Addr: "a"}, sim.Stopped{Cause: "killed"}, sim.Started{Addr: "b"}, sim.Paused{}, sim.Resumed{})
	s.of(sim.Instance{}, sim.Load{UseCase: "order.place", Rate: 200}, sim.Load{}, sim.Marked{Text: "now"})
	s.of(sim.Instance{Service: "order", N: 2}, sim.Started{}, sim.Stopped{Cause: "closed"}).of(sim.Instance{}, sim.Reset{})
	var got []string
	for _, n := range s.fold().Notices {
		got = append(got, fmt.Sprint(n.At, " ", n.Node, " ", n.Text))
	}
	want := []string{
		"2ms order killed", "3ms order started again on another port", "4ms order paused", "5ms order goes on",
		"6ms  load 200/s order.place", "7ms  load off", "8ms  now", "9ms order#2 started", "11ms  counting starts again",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSomebodyOutside(t *testing.T) {
	s := new(script).in(7, 3, order, curls, sim.Received{Label: "GET /orders/1", Peer: "curl/8.5.0"})
	s.in(7, 4, order, pays, sim.Sent{Label: "GET /payments/1", Try: 1}, paid)
	s.in(7, 3, order, curls, sim.Replied{Status: 404, Code: sim.NotFound, Took: 3 * ms})
	want := &Trace{
		ID: sim.TraceID{7}, From: outside, BeganAt: ms, EndedAt: 4 * ms, Took: 3 * ms, Outcome: sim.WasAnswered, Code: sim.NotFound, Text: "404",
		Hops: []*Hop{
			{
				Link: curls, From: outside, To: order, Span: 3, Try: 1, Label: "GET /orders/1",
				SentAt: ms, ReceivedAt: ms, RepliedAt: 4 * ms, EndedAt: 4 * ms, Outcome: sim.WasAnswered, Status: 404, Code: sim.NotFound,
				Reply: Reply{Status: 404, Code: sim.NotFound},
			},
			{
				Link: pays, From: order, To: payment, Span: 4, By: "rest", Try: 1, Label: "GET /payments/1", SentAt: 2 * ms, EndedAt: 3 * ms,
				Outcome: sim.WasAnswered, Status: 201, Connect: ms, BytesOut: 50, BytesIn: 60,
			},
		},
		Events: s.events,
	}
	p := s.fold()
	if diff := cmp.Diff(want, p.Trace(sim.TraceID{7}), same); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p.Last.Text != "404" || p.Last.Took != 3*ms {
		t.Errorf("seen: %+v", p.Last)
	}

	killed := new(script).in(7, 3, order, curls, sim.Received{}).of(order, sim.Stopped{Cause: "killed"}).fold().Trace(sim.TraceID{7})
	if killed.EndedAt != 2*ms || killed.Outcome != sim.WasFailed || killed.Hops[0].Outcome != sim.WasFailed {
		t.Errorf("when order is killed: %+v", killed)
	}
}

// What a picture remembers is bounded, whatever comes.
func TestBounds(t *testing.T) {
	p := New(shop())
	followed := sim.TraceID{1, 1}
	p.Followed = followed
	for i := range 10_000 {
		id := sim.TraceID{byte(i), byte(i >> 8), byte(i >> 16), 1}
		if i == 0 {
			id = followed
		}
		node := sim.Instance{Service: fmt.Sprint("s", i), N: 1}
		for _, f := range []sim.Fact{sim.Begun{}, sim.Sent{}, sim.Answered{Status: i}, sim.Marked{}} {
			p.Apply(sim.Event{Trace: id, Span: sim.SpanID(i), Node: node, Link: sim.Link("a", node.Service), Fact: f})
		}
		p.Apply(sim.Event{Trace: followed, Span: sim.SpanID(i), Link: "many:many", Fact: sim.Sent{}})
		p.Apply(sim.Event{Trace: followed, Span: sim.SpanID(i), Link: "many:many", Fact: sim.Answered{Status: i + 1}})
	}
	if len(p.Traces) != KeptTraces || len(p.traceOf) != KeptTraces || len(p.Notices) != KeptNotices || len(p.Boxes) > KeptBoxes || len(p.Links) > KeptLinks {
		t.Errorf("%d traces, %d notices, %d boxes, %d links", len(p.Traces), len(p.Notices), len(p.Boxes), len(p.Links))
	}
	if n := len(p.Link("many:many").Statuses); n != keptStatuses {
		t.Errorf("%d statuses", n)
	}
	long := p.Trace(followed)
	if long == nil || !long.Cut || len(long.Hops) != KeptHops || len(long.Events) != KeptEvents {
		t.Fatalf("the followed trace: %+v", long)
	}
}

func TestWhichTraceIsForgotten(t *testing.T) {
	begin := func(p *Picture, n int, at time.Duration) {
		p.Apply(sim.Event{At: at, Trace: sim.TraceID{byte(n), 1}, Node: client, Fact: sim.Begun{}})
	}
	for _, test := range []struct {
		name     string
		ended    []int
		followed int
		at       time.Duration
		want     int
	}{
		{"the oldest that has ended", []int{5, 9}, -1, time.Second, 5},
		{"the oldest, when none has", nil, -1, time.Second, 0},
		{"not the one that is followed", nil, 0, time.Second, 1},
		{"nor when it has ended", []int{5, 9}, 5, time.Second, 9},
		{"one that never ends", []int{5}, -1, time.Hour, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := New(shop())
			p.Followed = sim.TraceID{byte(test.followed), 1}
			for n := range KeptTraces {
				begin(p, n, time.Duration(n))
			}
			for _, n := range test.ended {
				p.Apply(sim.Event{At: ms, Trace: sim.TraceID{byte(n), 1}, Node: client, Fact: sim.Ended{Outcome: sim.WasAnswered}})
			}
			begin(p, KeptTraces, test.at)
			for n := range KeptTraces + 1 {
				if kept := p.Trace(sim.TraceID{byte(n), 1}) != nil; kept == (n == test.want) {
					t.Errorf("trace %d: kept is %v", n, kept)
				}
			}
		})
	}
}

func TestLateEventsOfAForgottenTrace(t *testing.T) {
	p := new(script).in(9, 1, order, asks, sim.Received{}, sim.Effect{Text: "x"}, sim.Replied{Status: 201}).fold()
	if len(p.Traces) != 0 || p.Box(order).Counts.Answered != 1 {
		t.Errorf("traces %+v, box %+v", p.Traces, p.Box(order))
	}
}
