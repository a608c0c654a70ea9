package view

import (
	"strconv"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// sent: an attempt leaves.
func (p *Picture) sent(e sim.Event, f sim.Sent) {
	l := p.link(e.Link)
	l.Sent++
	l.InFlight++
	if f.Try > 1 && !f.Hedge {
		l.Retries++
	}
	l.Flow.at(e.At).began++
	if t := p.traceOf[e.Trace]; t != nil {
		h := &Hop{
			Link: e.Link, From: e.Node, To: sim.Instance{Service: e.Link.To(), N: 1},
			Span: e.Span, Parent: e.Parent, Depth: e.Depth, By: l.Transport, Try: f.Try, Label: f.Label, SentAt: e.At,
		}
		if p.Topic(e.Link.From()) != nil { // the topic says nothing of its own: its subscriber does
			h.From, h.To = sim.Instance{Service: e.Link.From(), N: 1}, e.Node
		}
		if t.keep(h) {
			h.Type = t.typeOf(e)
			h.Waited, h.WaitedWhy = t.waitBefore(e, f.Try)
		}
	}
}

// received: the other side begins to work on it. When its sender is nobody of
// this world the attempt begins here.
func (p *Picture) received(e sim.Event, f sim.Received) {
	b := p.box(e.Node)
	b.Working++
	b.Flow.at(e.At).began++
	if e.Link != "" {
		p.link(e.Link).to(b.Instance).at(e.At).began++
	}
	outside := e.Link.From() == sim.Outside
	if outside {
		b.foreign++
		l := p.link(e.Link)
		l.Sent++
		l.InFlight++
		l.Flow.at(e.At).began++
	}
	t := p.traceOf[e.Trace]
	if t == nil {
		return
	}
	h := t.Hop(e.Span)
	if h == nil {
		h = &Hop{
			Link: e.Link, From: sim.Instance{Service: e.Link.From(), N: 1}, Span: e.Span, Parent: e.Parent,
			Depth: e.Depth, By: p.link(e.Link).Transport, Try: 1, Label: f.Label, SentAt: e.At,
		}
		t.keep(h)
	}
	h.To = e.Node
	if h.ReceivedAt == 0 {
		h.ReceivedAt = e.At
	}
}

// replied: the other side has decided.
func (p *Picture) replied(e sim.Event, f sim.Replied) {
	outcome := sim.WasFailed
	if f.Code.Answers() {
		outcome = sim.WasAnswered
	}
	var h *Hop
	t := p.traceOf[e.Trace]
	if t != nil {
		h = t.Hop(e.Span)
		outcome = t.degrade(e.Span, outcome)
	}
	b := p.box(e.Node)
	b.Working = max(b.Working-1, 0)
	b.Counts.add(outcome, f.Code)
	if f.Late && outcome == sim.WasAnswered && f.Code == sim.OK {
		b.Counts.Late++
	}
	b.Flow.at(e.At).end(outcome)
	if e.Link != "" {
		p.link(e.Link).to(b.Instance).at(e.At).end(outcome)
	}

	if h != nil {
		h.RepliedAt, h.Reply = e.At, Reply{f.Status, f.Code}
		if f.Code != sim.OK && b.EffectAt < h.ReceivedAt {
			b.Effect = "" // of a message before: beside this error it would read as what this one did
		}
	}
	if e.Link.From() == sim.Outside && b.foreign > 0 {
		b.foreign--
		l := p.link(e.Link)
		defer l.ofBefore(l.Sums, e.At, f.Took)
		l.end(e, outcome, f.Status, f.Took)
		if h != nil {
			h.end(e, outcome, f.Status, f.Code)
			p.outsideEnded(e, t, outcome, f)
		}
	}
}

func (p *Picture) answered(e sim.Event, f sim.Answered) {
	l := p.link(e.Link)
	defer l.ofBefore(l.Sums, e.At, f.Took)
	l.end(e, sim.WasAnswered, f.Status, f.Took)
	l.BytesOut += f.BytesOut
	l.BytesIn += f.BytesIn
	if h := p.hopOf(e); h != nil {
		h.end(e, sim.WasAnswered, f.Status, f.Code)
		h.Connect, h.BytesOut, h.BytesIn = f.Connect, f.BytesOut, f.BytesIn
	}
}

func (p *Picture) failed(e sim.Event, f sim.Failed) {
	outcome := sim.WasFailed
	if f.Code == sim.Timeout {
		outcome = sim.WasTimedOut
	}
	l := p.link(e.Link)
	defer l.ofBefore(l.Sums, e.At, f.Took)
	l.end(e, outcome, f.Status, f.Took)
	l.BytesOut += f.BytesOut
	l.BytesIn += f.BytesIn
	if h := p.hopOf(e); h != nil {
		h.end(e, outcome, f.Status, f.Code)
		h.Reason, h.BytesOut, h.BytesIn = f.Reason, f.BytesOut, f.BytesIn
	}
}

func (p *Picture) lost(e sim.Event, f sim.Lost) {
	l := p.link(e.Link)
	defer l.ofBefore(l.Sums, e.At, f.Took)
	l.end(e, sim.WasLost, 0, f.Took)
	if h := p.hopOf(e); h != nil {
		h.end(e, sim.WasLost, 0, sim.OK)
	}
}

func (p *Picture) hopOf(e sim.Event) *Hop {
	if t := p.traceOf[e.Trace]; t != nil {
		return t.Hop(e.Span)
	}
	return nil
}

// keptStatuses bounds how many different statuses a link counts.
const keptStatuses = 64

// end counts how an attempt along l ended that took so long. What began before the
// picture did cannot come home more often than it left.
func (l *Link) end(e sim.Event, o sim.Outcome, status int, took time.Duration) {
	l.InFlight = max(l.InFlight-1, 0)
	l.count(o)
	if l.former(e.At, took) {
		return
	}
	l.Flow.at(e.At).end(o)
	if o == sim.WasAnswered {
		l.lasted(e.At, took)
	}
	if _, known := l.Statuses[status]; status == 0 || !known && len(l.Statuses) >= keptStatuses {
		return
	}
	if l.Statuses == nil {
		l.Statuses = make(map[int]int64)
	}
	l.Statuses[status]++
}

// former reports whether an attempt that took so long left by a transport that the
// link was swapped away from since.
func (l *Link) former(ended, took time.Duration) bool { return l.Since > 0 && ended-took < l.Since }

// ofBefore counts what was added to the sums since was, for an attempt that took so
// long, among what is not of the transport that the link takes now, if it is not.
func (l *Link) ofBefore(was Sums, ended, took time.Duration) {
	if l.former(ended, took) {
		l.Before = l.Before.less(was.less(l.Sums))
	}
}

// lasted counts how long an attempt took that was answered, or accepted, at a moment.
func (l *Link) lasted(at, took time.Duration) {
	l.Took.Add(took)
	l.Recent.add(at, took)
}

func (l *Link) count(o sim.Outcome) {
	switch o {
	case sim.WasAnswered:
		l.Answered++
	case sim.WasLost:
		l.Lost++
	case sim.WasTimedOut:
		l.TimedOut++
		l.Failed++
	default:
		l.Failed++
	}
}

func (s *slot) end(o sim.Outcome) {
	if o == sim.WasAnswered {
		s.answered++
	} else {
		s.failed++
	}
}

func (h *Hop) end(e sim.Event, o sim.Outcome, status int, c sim.Code) {
	h.EndedAt, h.Outcome, h.Status, h.Code = e.At, o, status, c
}

// statusText is a protocol's verdict in words: "404", or the code's own word
// where there is no status.
func statusText(status int, c sim.Code) string {
	if status >= 100 {
		return strconv.Itoa(status)
	}
	return c.String()
}
