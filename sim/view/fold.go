package view

import (
	"fmt"

	"github.com/msc-sim/msc-sim/sim"
)

// Apply folds one event into the picture. Events come in the order of the log. A
// reader that was told that n events are gone applies a [sim.Missed] of its own.
func (p *Picture) Apply(e sim.Event) {
	p.Seq = max(p.Seq, e.Seq)
	p.At, p.stirred = max(p.At, e.At), max(p.stirred, e.At)
	p.remember(e)
	switch f := e.Fact.(type) {
	case sim.Begun:
		p.box(e.Node).Flow.at(e.At).began++
	case sim.Sent:
		p.sent(e, f)
	case sim.Received:
		p.received(e, f)
	case sim.Replied:
		p.replied(e, f)
	case sim.Answered:
		p.answered(e, f)
	case sim.Failed:
		p.failed(e, f)
	case sim.Lost:
		p.lost(e, f)
	case sim.Ended:
		p.ended(e, f)
	case sim.Effect:
		b := p.box(e.Node)
		b.Effect, b.EffectAt = f.Text, e.At
	default:
		p.applyWorld(e)
	}
}

// applyWorld folds what happens to the world itself.
func (p *Picture) applyWorld(e sim.Event) {
	if e.Part() {
		p.node(e)
		return
	}
	switch f := e.Fact.(type) {
	case sim.Started:
		p.started(e, f)
	case sim.Stopped:
		p.stopped(e, f)
	case sim.Paused:
		b := p.box(e.Node)
		b.State, b.Why, b.Since, b.Nodes.held = Standing, f.Cause, e.At, b.Nodes.Of > 0
		p.notice(e, "paused")
	case sim.Resumed:
		b := p.box(e.Node)
		b.State, b.Why, b.Since, b.Nodes.held = Up, "", e.At, false
		b.ofNodes(e)
		p.notice(e, "goes on")
	case sim.Load:
		p.offered(f.UseCase, f.Rate, f.Rate)
		p.notice(e, loadText(f))
	case sim.Shortfall:
		p.offered(f.UseCase, f.Offered, f.Sent)
		p.notice(e, shortText(f))
	case sim.Marked:
		p.notice(e, f.Text)
	case sim.Reset:
		p.reset(e)
	case sim.Missed:
		p.NotKept += f.N
	default:
		p.applyResilience(e)
	}
}

func (p *Picture) started(e sim.Event, f sim.Started) {
	b := p.box(e.Node)
	if _, ours := p.spec.Service(e.Node.Service); !ours {
		b.Kind = Broker
	}
	switch {
	case b.Why == "killed" && f.Addr != "":
		p.notice(e, "started again on another port")
	case b.Why == "killed":
		p.notice(e, "started again")
	case p.extra(e.Node) && b.Since == 0:
		p.notice(e, "started")
	}
	b.State, b.Why, b.Since, b.Addr, b.Note, b.Working, b.foreign = Up, "", e.At, f.Addr, f.Note, 0, 0
	b.Nodes = Nodes{Of: f.Nodes}
}

// stopped ends an instance and with it everything it worked on. What came from
// outside the world ends here too, because nobody else will say so.
func (p *Picture) stopped(e sim.Event, f sim.Stopped) {
	b := p.box(e.Node)
	if b.foreign > 0 {
		l := p.link(sim.Link(sim.Outside, e.Node.Service))
		l.Failed += int64(b.foreign)
		l.InFlight -= int64(b.foreign)
		p.abandon(e)
	}
	b.State, b.Why, b.Since, b.Addr, b.Working, b.foreign = Down, f.Cause, e.At, "", 0, 0
	b.Nodes = Nodes{Of: b.Nodes.Of, ended: b.Nodes.Of > 0}
	b.Effect, b.EffectAt = "", 0 // that incarnation did it
	switch {
	case f.Cause == "killed":
		p.notice(e, "killed")
	case p.extra(e.Node):
		p.leave(b.Instance)
	}
}

// reset starts counting again. What is under way stays so, and counts as sent.
func (p *Picture) reset(e sim.Event) {
	for i := range p.Boxes {
		p.Boxes[i].Counts, p.Boxes[i].Effect, p.Boxes[i].EffectAt = Counts{}, "", 0
	}
	for i, l := range p.Links {
		p.Links[i] = Link{
			ID: l.ID, Transport: l.Transport, Sums: Sums{Sent: l.InFlight}, Before: Sums{Sent: l.InFlight - l.Waiting()}, InFlight: l.InFlight,
			Distance: l.Distance, Since: l.Since,
			Policies: l.Policies, Breaker: l.Breaker, Moved: l.Moved, MovedWhy: l.MovedWhy, Draining: l.Draining,
		}
	}
	p.Counts, p.Last, p.NotKept, p.Scene = Counts{}, Seen{}, 0, e.At
	p.notice(e, "counting starts again")
}

// notice adds to Notices; the oldest one makes room.
func (p *Picture) notice(e sim.Event, text string) {
	if len(p.Notices) == KeptNotices {
		copy(p.Notices, p.Notices[1:])
		p.Notices = p.Notices[:KeptNotices-1]
	}
	p.Notices = append(p.Notices, Notice{At: e.At, Node: e.Node, Part: e.Part(), Text: text})
}

func loadText(f sim.Load) string {
	switch {
	case f.Rate == 0:
		return "load off"
	case f.UseCase == "":
		return "load " + f.Rate.String()
	default:
		return "load " + f.Rate.String() + " " + f.UseCase
	}
}

// add counts an outcome, and the code that it ended with.
func (c *Counts) add(o sim.Outcome, code sim.Code) {
	switch o {
	case sim.WasAnswered:
		c.Answered++
		if code != sim.OK {
			c.Refused++
		}
	case sim.WasDegraded:
		c.Degraded++
	default:
		c.Failed++
	}
}

func shortText(f sim.Shortfall) string {
	if f.Sent == f.Offered {
		return "all of " + f.Offered.String() + " are sent again"
	}
	return fmt.Sprintf("only %.0f of %s are sent", float64(f.Sent), f.Offered)
}
