package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// applyResilience folds what policies and faults do.
func (p *Picture) applyResilience(e sim.Event) {
	switch f := e.Fact.(type) {
	case sim.Rejected:
		p.link(e.Link).Rejected++
	case sim.Degraded:
		p.link(e.Link).Degraded++
		if t := p.traceOf[e.Trace]; t != nil {
			t.degraded = append(t.degraded, e.Parent)
		}
	case sim.Moved:
		l := p.link(e.Link)
		if f.Policy == "breaker" {
			l.Breaker, l.Moved, l.MovedWhy = f.To, e.At, f.Why
		}
		p.notice(e, f.Policy+" "+f.To+": "+f.Why)
	case sim.Guarded:
		p.guarded(e, f)
	case sim.Armed:
		p.armed(e, f)
	case sim.Hit:
		p.hit(e, f)
	case sim.Spent:
		if x := p.fault(f.Fault); x != nil {
			x.SpentAt = e.At
			p.notice(e, "spent: fault "+f.Fault+" hits no more")
		}
	case sim.Cleared:
		p.cleared(e, f)
	default:
		p.applyQueue(e)
	}
}

// applyQueue folds what happens to ways and queues.
func (p *Picture) applyQueue(e sim.Event) {
	switch f := e.Fact.(type) {
	case sim.Swapped:
		p.link(e.Link).swapped(e.At, f)
		p.carry(e.At, e.Link.To(), f)
		p.notice(e, "swapped to "+f.To)
	case sim.Drained:
		if l := p.link(e.Link); l.Draining == f.Transport {
			l.Draining = ""
		}
	case sim.Accepted:
		p.accepted(e, f)
	case sim.Settled:
		l := p.link(e.Link)
		was := l.Sums
		l.Settled++
		l.ofBefore(was, e.At, f.Took)
		if h := p.hopOf(e); h != nil {
			h.SettledAt = e.At
		}
	case sim.Queue:
		q := p.queue(f.Name)
		q.at(e.Node.Service)
		q.Ready, q.Unacked, q.OldestAt = f.Ready, f.Unacked, 0
		if f.Oldest > 0 {
			q.OldestAt = max(e.At-f.Oldest, 1)
		}
		switch {
		case f.Unread && q.Buried == 0:
			q.Buried = sim.Unmeasured
		case !f.Unread:
			q.Buried = max(q.Buried, 0)
		}
	case sim.Redelivered:
		p.queue(f.Queue).Redelivered++
	case sim.Buried:
		q := p.queue(f.Queue)
		q.at(e.Node.Service)
		q.Buried = max(q.Buried, 0) + 1
		q.BuriedWhy = f.Why
		p.notice(e, "a message of "+f.Queue+" went to the dead letters: "+f.Why)
	case sim.Redriven:
		q := p.queue(f.Queue)
		q.Buried = max(q.Buried-f.N, min(q.Buried, 0)) // what is unknown stays so
		p.notice(e, fmt.Sprintf("%d dead letters of %s are put back", f.N, f.Queue))
	default:
		p.applyTopic(e)
	}
}

func (p *Picture) guarded(e sim.Event, f sim.Guarded) {
	l := p.link(e.Link)
	l.Policies = f.Policies
	if f.Policies == "call" {
		l.Policies = ""
	}
	switch has := strings.Contains(f.Policies, "breaker("); {
	case !has:
		l.Breaker, l.MovedWhy = "", ""
	case l.Breaker == "":
		l.Breaker, l.Moved = "closed", e.At
	}
	p.notice(e, "guarded: "+f.Policies)
}

func (p *Picture) armed(e sim.Event, f sim.Armed) {
	if len(p.Faults) == KeptFaults {
		p.Faults = slices.Delete(p.Faults, 0, 1)
	}
	p.Faults = append(p.Faults, Fault{ID: f.Fault, Text: f.Text, Node: e.Node, Link: e.Link, ArmedAt: e.At})
	p.notice(e, "fault "+f.Fault+": "+f.Text)
}

func (p *Picture) hit(e sim.Event, f sim.Hit) {
	if e.Link != "" {
		p.link(e.Link).FaultsHit++
	}
	if x := p.fault(f.Fault); x != nil {
		x.Hit++
	}
	if h := p.hopOf(e); h != nil {
		h.Faults = append(h.Faults, f.Fault+" "+f.What)
	}
}

func (p *Picture) cleared(e sim.Event, f sim.Cleared) {
	x := p.fault(f.Fault)
	if x == nil {
		return
	}
	if x.ClearedAt == 0 {
		x.ClearedAt = e.At
	}
	x.Verified = f.Verified
	if f.Verified {
		p.notice(e, "verified: fault "+f.Fault+" is gone")
	} else {
		p.notice(e, "cleared: fault "+f.Fault)
	}
}

// swapped: from now on the link takes another transport. What is of the one before
// is not of this one: how often it failed, how long it took, how it flows.
func (l *Link) swapped(at time.Duration, f sim.Swapped) {
	l.Transport, l.Draining, l.Since = f.To, f.From, at
	l.Before = l.Sums
	l.Flow, l.To, l.Recent, l.Took, l.Statuses = Flow{}, nil, Recent{}, Histogram{}, nil
}

// fault finds the newest fault with an id.
func (p *Picture) fault(id string) *Fault {
	for i := len(p.Faults) - 1; i >= 0; i-- {
		if p.Faults[i].ID == id {
			return &p.Faults[i]
		}
	}
	return nil
}

// queue finds a queue, or lets it appear.
func (p *Picture) queue(name string) *Queue {
	for i := range p.Queues {
		if p.Queues[i].Name == name {
			return &p.Queues[i]
		}
	}
	if len(p.Queues) == KeptQueues {
		return &Queue{} // counted nowhere
	}
	p.Queues = append(p.Queues, Queue{Name: name})
	return &p.Queues[len(p.Queues)-1]
}

// accepted: a broker has taken the message, and the caller goes on.
func (p *Picture) accepted(e sim.Event, f sim.Accepted) {
	l := p.link(e.Link)
	defer l.ofBefore(l.Sums, e.At, f.Took)
	l.InFlight = max(l.InFlight-1, 0)
	l.Accepted++
	l.BytesOut += f.BytesOut
	l.BytesIn += f.BytesIn
	if !l.former(e.At, f.Took) {
		l.lasted(e.At, f.Took)
		l.Flow.at(e.At).answered++
	}
	if h := p.hopOf(e); h != nil {
		h.AcceptedAt, h.BytesOut, h.BytesIn = e.At, f.BytesOut, f.BytesIn
	}
}

// degrade is the outcome of a handler in which a fallback may have answered.
func (t *Trace) degrade(span sim.SpanID, o sim.Outcome) sim.Outcome {
	if o == sim.WasAnswered && slices.Contains(t.degraded, span) {
		return sim.WasDegraded
	}
	return o
}

// waitBefore finds how long a retry waited before the attempt that e sends.
func (t *Trace) waitBefore(e sim.Event, try int) (time.Duration, string) {
	if try < 2 {
		return 0, ""
	}
	for _, x := range slices.Backward(t.Events) {
		if w, ok := x.Fact.(sim.Waited); ok && x.Link == e.Link && x.Parent == e.Parent && w.Try == try {
			return w.For, w.Why
		}
	}
	return 0, ""
}
