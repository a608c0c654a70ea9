package part_test

import (
	"encoding/binary"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

const (
	us = time.Microsecond
	ms = time.Millisecond
)

// script is a picture that is told, event by event, what happened.
type script struct {
	*view.Picture
	seq  sim.Seq
	next uint64
}

// world is a picture of services that are up; links are written "a:b", the
// transport after a blank.
func world(links ...string) *script {
	spec := &sim.WorldSpec{Name: "test"}
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			kind := name
			if name != "client" {
				kind = "generic"
			}
			spec.Services = append(spec.Services, sim.ServiceSpec{Name: name, Kind: kind})
		}
	}
	for _, l := range links {
		id, transport := sim.LinkID(l), "rest"
		for i := range l {
			if l[i] == ' ' {
				id, transport = sim.LinkID(l[:i]), l[i+1:]
			}
		}
		add(id.From())
		add(id.To())
		spec.Links = append(spec.Links, sim.LinkSpec{ID: id, Transport: transport})
	}
	s := &script{Picture: view.New(spec)}
	for _, sv := range spec.Services {
		if sv.Kind != "client" {
			s.apply(sim.Event{Node: one(sv.Name), Fact: sim.Started{Addr: "127.0.0.1:40001"}})
		}
	}
	return s
}

func one(service string) sim.Instance { return sim.Instance{Service: service, N: 1} }

func (s *script) apply(e sim.Event) {
	s.seq++
	e.Seq = s.seq
	s.Apply(e)
}

func (s *script) id() (t sim.TraceID) {
	s.next++
	binary.BigEndian.PutUint64(t[:], s.next)
	return t
}

// request begins a request of the client.
func (s *script) request(at time.Duration, useCase string) sim.TraceID {
	t := s.id()
	s.apply(sim.Event{At: at, Trace: t, Node: one("client"), Fact: sim.Begun{UseCase: useCase}})
	return t
}

// try is one attempt of a script. Times are lengths; a zero length and all
// after it have not happened yet.
type try struct {
	link            sim.LinkID
	parent          sim.SpanID
	depth           uint8
	n               int
	label           string
	at              time.Duration
	out, work, home time.Duration
	status          int
	silent          time.Duration // given up after this
	reason          string
}

// do tells an attempt.
func (s *script) do(t sim.TraceID, a try) sim.SpanID {
	s.next++
	span, n := sim.SpanID(s.next), max(a.n, 1)
	code := sim.CodeOfHTTP(a.status)
	tell := func(at time.Duration, node string, f sim.Fact) {
		s.apply(sim.Event{At: at, Trace: t, Span: span, Parent: a.parent, Depth: a.depth, Node: one(node), Link: a.link, Fact: f})
	}
	tell(a.at, a.link.From(), sim.Called{Type: "shop.v1.Ask"})
	tell(a.at, a.link.From(), sim.Sent{Label: a.label, Try: n})
	at := a.at + a.out
	if a.out > 0 {
		tell(at, a.link.To(), sim.Received{Label: a.label, Peer: a.link.From()})
	}
	if a.work > 0 {
		at += a.work
		tell(at, a.link.To(), sim.Replied{Code: code, Status: a.status, Took: a.work})
	}
	switch {
	case a.home > 0 && code.Answers():
		tell(at+a.home, a.link.From(), sim.Answered{Status: a.status, Code: code, Took: at + a.home - a.at, BytesOut: 182, BytesIn: 268})
	case a.home > 0:
		tell(at+a.home, a.link.From(), sim.Failed{Status: a.status, Code: code, Took: at + a.home - a.at, BytesOut: 182, BytesIn: 268})
	case a.silent > 0:
		f := sim.Failed{Code: sim.Timeout, Took: a.silent, Reason: a.reason, BytesOut: 182}
		if a.reason == "connection refused" {
			f.Code, f.BytesOut = sim.Unavailable, 0
		}
		tell(a.at+a.silent, a.link.From(), f)
	}
	return span
}

func (s *script) ended(t sim.TraceID, at time.Duration, o sim.Outcome, text string) {
	tr := s.Trace(t)
	s.apply(sim.Event{At: at, Trace: t, Node: one("client"), Fact: sim.Ended{UseCase: tr.UseCase, Outcome: o, Text: text, Took: at - tr.BeganAt}})
}

func (s *script) effect(t sim.TraceID, at time.Duration, node, text string) {
	s.apply(sim.Event{At: at, Trace: t, Node: one(node), Fact: sim.Effect{Text: text}})
}

// stage shows t of s at a share of its shown length.
func (s *script) stage(t sim.TraceID, share float64) part.Stage {
	tr := s.Trace(t)
	c := warp.New(tr)
	end := c.Shown(s.At)
	if tr.EndedAt != 0 {
		end = c.Shown(tr.EndedAt)
	}
	return part.Stage{Picture: s.Picture, Follow: tr, Clock: c, Now: c.Real(time.Duration(share * float64(end)))}
}

// lookup is the scene of the first lesson: order asks product.
func lookup(status int) (*script, sim.TraceID, sim.SpanID) {
	s := world("client:order", "client:product", "order:product")
	t := s.request(time.Second, "product.get")
	s.do(t, try{link: "order:product", label: "GET /products/101", at: time.Second + 10*us, out: 34 * us, work: 121 * us, home: 58 * us, status: 200})
	s.ended(t, time.Second+230*us, sim.WasAnswered, "found")
	t = s.request(2*time.Second, "product.get")
	var span sim.SpanID
	if status != 0 {
		label := "GET /products/101"
		if status == 404 {
			label = "GET /products/999"
		}
		span = s.do(t, try{link: "order:product", label: label, at: 2*time.Second + 10*us, out: 34 * us, work: 121 * us, home: 58 * us, status: status})
		s.ended(t, 2*time.Second+230*us, sim.WasAnswered, "found")
	} else {
		span = s.do(t, try{link: "order:product", label: "GET /products/101", at: 2 * time.Second, silent: 250 * ms, reason: "no response in time"})
		s.ended(t, 2*time.Second+251*ms, sim.WasTimedOut, "error")
	}
	return s, t, span
}

// checkout is one order of the shop, whose payment needs a second try.
func checkout() (*script, sim.TraceID, sim.SpanID) {
	s := world("client:order", "order:payment grpc", "order:inventory", "order:shipping", "order:notification rabbitmq", "shipping:notification rabbitmq")
	t := s.request(time.Second, "order.place")
	at := time.Second + 20*us
	root := s.do(t, try{link: "client:order", label: "POST /orders", at: at, out: 74 * us})
	at += 120 * us
	s.do(t, try{link: "order:inventory", parent: root, depth: 1, label: "PUT /inventory/101", at: at, out: 40 * us, work: 200 * us, home: 44 * us, status: 200})
	s.effect(t, at+100*us, "inventory", "kept 2 of 101")
	at += 350 * us
	s.do(t, try{link: "order:payment", parent: root, depth: 1, label: "Charge", at: at, silent: 250 * ms, reason: "no response in time"})
	at += 352 * ms
	span := s.do(t, try{link: "order:payment", parent: root, depth: 1, n: 2, label: "Charge", at: at, out: 38 * us, work: 310 * us, home: 41 * us, status: 200})
	s.effect(t, at+200*us, "payment", "charged c-1 36.36 EUR")
	at += 500 * us
	s.do(t, try{link: "order:shipping", parent: root, depth: 1, label: "POST /shipments", at: at, out: 38 * us, work: 110 * us, home: 41 * us, status: 201})
	at += 300 * us
	tr := s.Trace(t)
	root2 := tr.Hops[0]
	s.apply(sim.Event{At: at, Trace: t, Span: root2.Span, Node: one("order"), Link: "client:order", Fact: sim.Replied{Code: sim.OK, Status: 201, Took: at - root2.ReceivedAt}})
	at += 60 * us
	s.apply(sim.Event{At: at, Trace: t, Span: root2.Span, Node: one("client"), Link: "client:order", Fact: sim.Answered{Code: sim.OK, Status: 201, Took: at - root2.SentAt, BytesOut: 300, BytesIn: 400}})
	s.ended(t, at+20*us, sim.WasAnswered, "confirmed")
	return s, t, span
}

// loaded is the shop under load: payment fails now and then, notification is dead.
func loaded() *script {
	s, _, _ := checkout()
	at := 4 * time.Second
	s.apply(sim.Event{At: at, Fact: sim.Load{UseCase: "order.place", Rate: 412}})
	for i := range 412 * 2 {
		t := s.request(at, "order.place")
		begin := at
		root := s.do(t, try{link: "client:order", label: "POST /orders", at: at, out: 70 * us, work: 900*us + time.Duration(i%40)*30*us, home: 50 * us, status: 201})
		for k, l := range []sim.LinkID{"order:inventory", "order:payment", "order:shipping"} {
			a := try{link: l, parent: root, depth: 1, label: "Ask", at: at + time.Duration(100+k*200)*us, out: 30 * us, work: 90*us + time.Duration(i*7%50)*4*us, home: 30 * us, status: 200}
			if l == "order:payment" && i%33 == 0 {
				a.status = 503
			}
			s.do(t, a)
		}
		s.ended(t, begin+1100*us, sim.WasAnswered, "confirmed")
		at += 2427 * us
	}
	s.apply(sim.Event{At: at, Node: one("notification"), Fact: sim.Stopped{Cause: "killed"}})
	s.apply(sim.Event{At: at, Node: one("shipping"), Fact: sim.Paused{Cause: "paused"}})
	return s
}

// captured is a message as it crosses, headers as pairs of name and value.
func captured(start, body string, headers ...string) sim.Captured {
	c := sim.Captured{Start: start, Body: []byte(body)}
	raw := start + "\r\n"
	for i := 0; i < len(headers); i += 2 {
		c.Lines = append(c.Lines, sim.Field{Name: headers[i], Value: headers[i+1]})
		raw += headers[i] + ": " + headers[i+1] + "\r\n"
	}
	c.Raw = []byte(raw + "\r\n" + body)
	c.Total = int64(len(c.Raw))
	return c
}

// exchange is how product 101 was asked for, and answered.
func exchange() sim.Exchange {
	return sim.Exchange{
		Link: "order:product", Protocol: "http/1.1",
		Request: captured("GET /products/101 HTTP/1.1", "",
			"Host", "127.0.0.1:40123", "User-Agent", "msc-sim/order", "Accept", "application/json",
			"Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "Request-Timeout-Ms", "1000"),
		Response: captured("HTTP/1.1 200 OK",
			`{"id":"101","name":"Green tea","price":{"currency":"EUR","cents":1818},"in_stock":true,"tags":["tea","loose"],"note":null}`,
			"Content-Type", "application/json", "ETag", `"5d41402abc4b2a76"`, "Date", "Sat, 22 Nov 2025 15:04:05 GMT", "Content-Length", "122"),
	}
}

// mustLink is how long the answers of payment took.
func mustLink(s *script, _ sim.TraceID, _ sim.SpanID) *view.Histogram {
	return &s.Link("order:payment").Took
}
