package view

import (
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// forsaken is after how long a request that has not ended may be forgotten before
// one that has: its end was missed.
const forsaken = 30 * time.Second

// remember keeps e with its trace. A trace begins with its Begun, or with what
// somebody outside sends. What belongs to no trace in the picture is not kept.
func (p *Picture) remember(e sim.Event) {
	if e.Trace.IsZero() {
		return
	}
	t := p.traceOf[e.Trace]
	if t == nil {
		if t = p.beginning(e); t == nil {
			return
		}
		p.admit(t)
	}
	t = p.own(t)
	if len(t.Events) == KeptEvents {
		t.Cut = true
		return
	}
	t.Events = append(t.Events, e)
}

// beginning is the new trace that e begins, or nil.
func (p *Picture) beginning(e sim.Event) *Trace {
	t := &Trace{ID: e.Trace, From: e.Node, BeganAt: e.At, owner: p.owner}
	switch f := e.Fact.(type) {
	case sim.Begun:
		t.UseCase = f.UseCase
		return t
	case sim.Received:
		t.From = sim.Instance{Service: sim.Outside, N: 1}
		if e.Link.From() == sim.Outside {
			return t
		}
	}
	return nil
}

// admit adds a trace; another one makes room: the oldest that has ended, else the
// oldest of all, but never the one that is followed.
func (p *Picture) admit(t *Trace) {
	if len(p.Traces) == KeptTraces {
		out := p.dispensable(t.BeganAt)
		delete(p.traceOf, p.Traces[out].ID)
		p.Traces = slices.Delete(p.Traces, out, out+1)
	}
	p.Traces = append(p.Traces, t)
	p.traceOf[t.ID] = t
}

func (p *Picture) dispensable(now time.Duration) int {
	oldest := -1
	for i, t := range p.Traces {
		if t.ID == p.Followed {
			continue
		}
		if t.EndedAt != 0 || now-t.BeganAt > forsaken {
			return i
		}
		if oldest < 0 {
			oldest = i
		}
	}
	return oldest
}

// ended: the customer has an outcome.
func (p *Picture) ended(e sim.Event, f sim.Ended) {
	t := p.traceOf[e.Trace]
	if f.Late {
		p.endedLater(e, f, t)
		return
	}
	if t != nil && len(t.degraded) > 0 && f.Outcome == sim.WasAnswered {
		f.Outcome = sim.WasDegraded
	}
	p.Counts.add(f.Outcome, f.Code)
	b := p.box(e.Node)
	b.Counts.add(f.Outcome, f.Code)
	b.Flow.at(e.At).end(f.Outcome)
	p.Last = Seen{Trace: e.Trace, UseCase: f.UseCase, Text: f.Text, Outcome: f.Outcome, Took: f.Took, At: e.At, Code: f.Code}
	if t != nil {
		t.EndedAt, t.Took, t.Outcome, t.Code, t.Text = e.At, f.Took, f.Outcome, f.Code, f.Text
	}
}

// endedLater: what was pending for the customer is decided. It was counted when
// they had their answer.
func (p *Picture) endedLater(e sim.Event, f sim.Ended, t *Trace) {
	if t == nil {
		return
	}
	t.Later = Later{Text: f.Text, Took: e.At - t.BeganAt, At: e.At, Code: f.Code}
	if p.Last.Trace == e.Trace {
		p.Last.Later = t.Later
	}
}

// outsideEnded: somebody outside has an answer to what began the trace.
func (p *Picture) outsideEnded(e sim.Event, t *Trace, o sim.Outcome, f sim.Replied) {
	if len(t.Hops) == 0 || t.Hops[0].Span != e.Span {
		return
	}
	t.EndedAt, t.Took, t.Outcome, t.Code = e.At, e.At-t.BeganAt, o, f.Code
	t.Text = statusText(f.Status, f.Code)
	p.Counts.add(o, f.Code)
	p.Last = Seen{Trace: t.ID, Text: t.Text, Outcome: o, Took: t.Took, At: e.At, Code: f.Code}
}

// abandon ends what outsiders had asked of an instance that is gone.
func (p *Picture) abandon(e sim.Event) {
	for _, t := range p.Traces {
		if t.EndedAt != 0 || t.From.Service != sim.Outside || len(t.Hops) == 0 || t.Hops[0].To != e.Node {
			continue
		}
		t = p.own(t)
		h := t.Hops[0]
		h.end(e, sim.WasFailed, 0, sim.Unavailable)
		h.Reason = "connection lost"
		t.EndedAt, t.Took, t.Outcome, t.Text = e.At, e.At-t.BeganAt, sim.WasFailed, "error: "+h.Reason
	}
}

// keep adds an attempt, if there is room.
func (t *Trace) keep(h *Hop) bool {
	if len(t.Hops) == KeptHops {
		t.Cut = true
		return false
	}
	t.Hops = append(t.Hops, h)
	return true
}

// typeOf is the contract of the call that an attempt belongs to: the last Called
// of the same caller along the same link.
func (t *Trace) typeOf(e sim.Event) string {
	for _, c := range slices.Backward(t.Events) {
		if f, ok := c.Fact.(sim.Called); ok && c.Link == e.Link && c.Node == e.Node && c.Parent == e.Parent {
			return f.Type
		}
	}
	return ""
}
