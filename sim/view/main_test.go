package view

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/msc-sim/msc-sim/sim"
)

var (
	client  = sim.Instance{Service: "client", N: 1}
	order   = sim.Instance{Service: "order", N: 1}
	payment = sim.Instance{Service: "payment", N: 1}
	outside = sim.Instance{Service: sim.Outside, N: 1}

	asks  = sim.Link("client", "order")
	pays  = sim.Link("order", "payment")
	curls = sim.Link(sim.Outside, "order")
)

// same compares all that a picture shows.
var same = cmp.Options{
	cmp.AllowUnexported(Nodes{}, Histogram{}, Flow{}, slot{}),
	cmpopts.IgnoreUnexported(Picture{}, Trace{}, Box{}),
}

// differ says how two pictures differ. What they have in common is found out the
// quick way.
func differ(want, got *Picture) string {
	if reflect.DeepEqual(bare(want), bare(got)) {
		return ""
	}
	return cmp.Diff(want, got, same)
}

// bare is a picture without what it needs to find and to own things.
func bare(p *Picture) Picture {
	c := *p
	c.spec, c.boxAt, c.linkAt, c.traceOf, c.owner = nil, nil, nil, nil, nil
	c.Traces = slices.Clone(p.Traces)
	for i, t := range c.Traces {
		own := *t
		own.owner = nil
		c.Traces[i] = &own
	}
	return c
}

func shop() *sim.WorldSpec {
	return &sim.WorldSpec{
		Services: []sim.ServiceSpec{
			{Name: "client", Kind: "client", Instances: 1},
			{Name: "order", Kind: "order", Instances: 1},
			{Name: "payment", Kind: "payment", Instances: 1},
		},
		Links: []sim.LinkSpec{{ID: asks, Transport: "rest"}, {ID: pays, Transport: "rest"}},
	}
}

// script numbers and times facts, a millisecond apart.
type script struct{ events []sim.Event }

func (s *script) add(e sim.Event) *script {
	e.Seq = sim.Seq(len(s.events) + 1)
	e.At = time.Duration(e.Seq) * time.Millisecond
	s.events = append(s.events, e)
	return s
}

// in adds facts of a trace that happen at a node along a link, in one span.
func (s *script) in(t byte, span sim.SpanID, at sim.Instance, l sim.LinkID, facts ...sim.Fact) *script {
	for _, f := range facts {
		s.add(sim.Event{Trace: sim.TraceID{t}, Span: span, Node: at, Link: l, Fact: f})
	}
	return s
}

// of adds what happens to the world itself.
func (s *script) of(at sim.Instance, facts ...sim.Fact) *script { return s.in(0, 0, at, "", facts...) }

func (s *script) fold() *Picture {
	p := New(shop())
	for _, e := range s.events {
		p.Apply(e)
	}
	return p
}

// order places an order that payment answers in the given way.
func (s *script) order(t byte, end sim.Fact) *script {
	a, b := sim.SpanID(t)*10+1, sim.SpanID(t)*10+2
	s.in(t, 0, client, asks, sim.Begun{UseCase: "order.place"})
	s.in(t, a, client, asks, sim.Called{Type: "PlaceOrder"}, sim.Sent{Label: "POST /orders", Try: 1})
	s.in(t, a, order, asks, sim.Received{Label: "POST /orders", Peer: "client"})
	s.in(t, b, order, pays, sim.Called{Type: "Charge"}, sim.Sent{Label: "POST /payments", Try: 1})
	if _, failed := end.(sim.Failed); !failed {
		s.in(t, b, payment, pays, sim.Received{Label: "POST /payments"}, sim.Effect{Text: "charged"}, sim.Replied{Status: 201})
	}
	s.in(t, b, order, pays, end)
	s.in(t, a, order, asks, sim.Replied{Status: 201})
	s.in(t, a, client, asks, sim.Answered{Status: 201, Took: 9 * time.Millisecond, BytesOut: 100, BytesIn: 200})
	return s.in(t, 0, client, asks, sim.Ended{UseCase: "order.place", Outcome: sim.WasAnswered, Text: "confirmed", Took: 11 * time.Millisecond})
}

var (
	paid    = sim.Answered{Status: 201, Took: 4 * time.Millisecond, Connect: time.Millisecond, BytesOut: 50, BytesIn: 60}
	refused = sim.Failed{Code: sim.Unavailable, Took: time.Millisecond, Reason: "connection refused", BytesOut: 7}
	late    = sim.Failed{Code: sim.Timeout, Took: time.Second, Reason: "no response in time", BytesOut: 50}
)

// anything is a log in which everything may follow everything, also what makes
// no sense: the fold must bear it.
func anything(seed uint64, n int) []sim.Event {
	r := rand.New(rand.NewPCG(seed, 7))
	nodes := []sim.Instance{client, order, payment, {Service: "payment", N: 2}, {Service: "order", N: 3}, {}, {Service: "stranger", N: 1}}
	links := []sim.LinkID{asks, pays, curls, "outside:payment", "a:b", ""}
	took := func() time.Duration { return time.Duration(r.ExpFloat64() * 1e8) }
	facts := []func() sim.Fact{
		func() sim.Fact { return sim.Begun{UseCase: "order.place"} },
		func() sim.Fact { return sim.Begun{UseCase: "order.place"} },
		func() sim.Fact { return sim.Ended{Outcome: sim.Outcome(r.IntN(7)), Took: took()} },
		func() sim.Fact { return sim.Called{Type: "Charge"} },
		func() sim.Fact { return sim.Sent{Label: "POST /payments", Try: r.IntN(3)} },
		func() sim.Fact { return sim.Sent{Label: "POST /payments", Try: 1} },
		func() sim.Fact { return sim.Received{Label: "POST /payments", Peer: "curl"} },
		func() sim.Fact { return sim.Received{} },
		func() sim.Fact { return sim.Replied{Code: sim.Code(r.IntN(9)), Status: r.IntN(600), Took: took()} },
		func() sim.Fact { return sim.Answered{Status: r.IntN(600), Took: took(), BytesIn: 10} },
		func() sim.Fact { return sim.Failed{Code: sim.Code(r.IntN(9)), Took: took(), Reason: "x"} },
		func() sim.Fact { return sim.Lost{} },
		func() sim.Fact { return sim.Effect{Text: "charged"} },
		func() sim.Fact { return sim.Started{Addr: "127.0.0.1:1"} },
		func() sim.Fact { return sim.Stopped{Cause: []string{"killed", "closed"}[r.IntN(2)]} },
		func() sim.Fact { return sim.Paused{Cause: "paused"} },
		func() sim.Fact { return sim.Resumed{} },
		func() sim.Fact { return sim.Started{Nodes: 3} },
		func() sim.Fact { return sim.Started{Part: true} },
		func() sim.Fact { return sim.Stopped{Cause: "killed", Part: true} },
		func() sim.Fact { return sim.Paused{Cause: "by hand", Part: true} },
		func() sim.Fact { return sim.Resumed{Part: true} },
		func() sim.Fact { return sim.Load{Rate: sim.Rate(r.IntN(3))} },
		func() sim.Fact { return sim.Marked{Text: "here"} },
		func() sim.Fact { return sim.Missed{N: 3} },
		func() sim.Fact {
			if r.IntN(20) == 0 {
				return sim.Reset{}
			}
			return sim.Sent{Try: 1}
		},
	}
	s := &script{}
	for len(s.events) < n {
		t := byte(r.IntN(100))
		e := sim.Event{Span: sim.SpanID(r.IntN(300)), Node: nodes[r.IntN(len(nodes))], Link: links[r.IntN(len(links))], Fact: facts[r.IntN(len(facts))]()}
		if r.IntN(8) > 0 {
			e.Trace = sim.TraceID{t, 1}
		}
		s.add(e)
	}
	return s.events
}
