package player

import (
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Advance reads what is new in the log and moves the shown moment. Passed is
// the time since the last call, on the screen's clock; now is the world's. It
// reports whether the log has grown.
func (p *Player) Advance(passed, now time.Duration) bool {
	p.now = max(now, p.now)
	before := p.head
	p.read()
	if !p.paused {
		p.move(passed)
	}
	return p.head != before
}

// move moves the shown moment.
func (p *Player) move(passed time.Duration) {
	if p.stop != nil && p.at >= p.stop.At {
		p.standStopped()
		return
	}
	p.choose(passed)
	tr := p.trace()
	switch {
	case tr == nil, p.over(tr) && p.held >= Hold && !p.replay:
		p.at = p.now
	case p.over(tr):
		p.rest(passed)
	default:
		p.held = 0
		p.play(tr, passed)
	}
	if p.stop != nil && p.at >= p.stop.At {
		p.standStopped()
		return
	}
	p.fold()
}

// standStopped shows the moment that is stopped at, also when it has passed.
func (p *Player) standStopped() {
	p.show(p.stop.Seq)
	p.at = p.stop.At
	p.shown.Until(p.at)
}

// read folds what is new in the log into the past.
func (p *Player) read() {
	for {
		n, cursor, missed := p.log.Read(p.head, p.buf)
		if missed > 0 {
			p.past.Missed(missed)
		}
		for _, e := range p.buf[:n] {
			p.past.Apply(e)
		}
		p.head = cursor
		if n == 0 {
			break
		}
	}
	p.refresh()
}

// refresh makes the clock of the followed request anew when the log has grown.
func (p *Player) refresh() {
	if tr := p.trace(); tr != nil && p.grown != p.head {
		p.clock, p.grown = warp.New(tr), p.head
	}
}

// choose follows the newest request that has not been shown yet, once the last
// one has been shown to its end and its end has been looked at.
func (p *Player) choose(passed time.Duration) {
	if p.replay {
		return
	}
	if tr := p.trace(); tr != nil && (!p.over(tr) || p.held+passed < Hold && p.held < Hold) {
		return
	}
	traces := p.past.Head().Traces
	for i := len(traces) - 1; i >= 0; i-- {
		if t := traces[i]; len(t.Events) > 0 && t.Events[0].Seq > p.shown.Seq {
			p.followTrace(t)
			p.at = min(p.now, t.BeganAt)
			return
		}
	}
}

func (p *Player) followTrace(t *view.Trace) {
	p.follow, p.held, p.grown = t.ID, 0, 0
	p.past.Head().Followed = t.ID // so that it is not forgotten
	p.refresh()
}

// rest lets the end of the followed request be seen; time stands still on the
// screen, but not for longer than live may be late.
func (p *Player) rest(passed time.Duration) {
	p.held += passed
	if p.held >= Hold {
		p.replay = false
	}
	if p.Mode() == Live {
		p.at = max(p.at, p.now-MaxLag)
	}
}

// play moves along the followed request: passed is spent on the warped clock,
// and faster where live would become too late otherwise.
func (p *Player) play(t *view.Trace, passed time.Duration) {
	last := p.now
	if t.EndedAt != 0 {
		last = end(t)
	}
	p.haste = 1
	if p.Mode() == Live {
		p.haste = p.hurry(last, passed)
	}
	step := passed.Seconds() * p.speed() * p.haste
	at := p.clock.Real(p.clock.Shown(p.at) + time.Duration(step*float64(time.Second)))
	if p.clock.Shown(last)-p.clock.Shown(at) < time.Millisecond {
		at = last
	}
	p.at = min(max(at, p.at), last)
}

// hurry is how many times faster than the warp the rest until last must be
// shown, so that the screen is at most MaxLag late when it gets there.
func (p *Player) hurry(last, passed time.Duration) float64 {
	rest := p.clock.Shown(last) - p.clock.Shown(p.at)
	late := p.now - p.at
	budget := MaxLag - late + (last - p.at)
	return max(1, rest.Seconds()/max(budget, passed, time.Millisecond).Seconds())
}

// fold brings the shown picture up to the shown moment. What happened lately is
// less lately then, also when nothing else has happened since.
func (p *Player) fold() {
	p.forward(func(e sim.Event) bool { return e.At <= p.at })
	p.shown.Until(p.at)
}

// forward folds events into the shown picture as long as they are wanted. Over
// a hole in the past it jumps.
func (p *Player) forward(wanted func(sim.Event) bool) {
	if first := p.past.First(); first > p.shown.Seq+1 {
		p.shown = p.past.At(first - 1)
	}
	for {
		seq, more := p.past.Next(p.shown.Seq)
		if !more {
			return
		}
		e, _ := p.past.Event(seq)
		if !wanted(e) {
			return
		}
		p.shown.Apply(e)
	}
}
