package player

import (
	"slices"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Pause stands still.
func (p *Player) Pause() { p.paused = true }

// Resume goes on. What is left of the followed request is shown at its own
// pace first; then the screen is live again.
func (p *Player) Resume() {
	p.paused = false
	if tr := p.trace(); tr != nil && !p.over(tr) && p.now-p.at > MaxLag {
		p.replay = true
	}
}

// Slower halves the speed; false when it cannot be slower.
func (p *Player) Slower() bool { return p.turn(-1) }

// Faster doubles it.
func (p *Player) Faster() bool { return p.turn(+1) }

func (p *Player) turn(by int) bool {
	if j := p.jog + by; j >= -MaxJog && j <= MaxJog {
		p.jog = j
		return true
	}
	return false
}

// Replay shows the followed request once more from its beginning; false when
// there is none.
func (p *Player) Replay() bool {
	tr := p.trace()
	if tr == nil || len(tr.Events) == 0 {
		return false
	}
	p.paused, p.replay, p.held = false, true, 0
	p.show(tr.Events[0].Seq - 1)
	p.at = tr.BeganAt
	return true
}

// Live shows what happens now, at the usual speed.
func (p *Player) Live() {
	p.paused, p.replay, p.jog = false, false, 0
	p.held = Hold
	p.at = p.now
	p.fold()
}

// Step stands still at the next thing that happened in the followed request,
// or at the first of the next request when this one is over. False when
// nothing more has happened yet.
func (p *Player) Step() bool {
	p.Pause()
	p.read()
	t, i := p.place()
	if t == nil {
		return false
	}
	if i+1 < len(t.Events) {
		p.stand(t, i+1)
		return true
	}
	if next := p.neighbour(t, +1); next != nil {
		p.stand(next, 0)
		return true
	}
	return false
}

// StepBack is Step in the other direction.
func (p *Player) StepBack() bool {
	p.Pause()
	p.read()
	t, i := p.place()
	if t == nil {
		return false
	}
	if i > 0 {
		p.stand(t, i-1)
		return true
	}
	if before := p.neighbour(t, -1); before != nil {
		p.stand(before, len(before.Events)-1)
		return true
	}
	return false
}

// StandAt stands still at the moment of e, in the request it belongs to.
func (p *Player) StandAt(e sim.Event) {
	p.Pause()
	if t := p.find(e.Trace); t != nil {
		if i := slices.IndexFunc(t.Events, func(o sim.Event) bool { return o.Seq == e.Seq }); i >= 0 {
			p.stand(t, i)
			return
		}
	}
	p.show(e.Seq)
	p.at = e.At
}

// place is where the screen stands: the followed request and the last of its
// events that is shown, -1 before the first. With nothing followed it is before
// the oldest request.
func (p *Player) place() (*view.Trace, int) {
	t := p.trace()
	if t == nil {
		for _, t := range p.past.Head().Traces {
			if len(t.Events) > 0 {
				return t, -1
			}
		}
		return nil, 0
	}
	i := -1
	for i+1 < len(t.Events) && t.Events[i+1].Seq <= p.shown.Seq {
		i++
	}
	return t, i
}

// neighbour is the request before or after t, in the order they began.
func (p *Player) neighbour(t *view.Trace, by int) *view.Trace {
	traces := p.past.Head().Traces
	for i, o := range traces {
		if o.ID != t.ID {
			continue
		}
		for i += by; i >= 0 && i < len(traces); i += by {
			if len(traces[i].Events) > 0 {
				return traces[i]
			}
		}
	}
	return nil
}

// stand shows the moment of event i of t.
func (p *Player) stand(t *view.Trace, i int) {
	if t.ID != p.follow {
		p.followTrace(t)
	}
	p.replay = false
	p.held = 0
	p.show(t.Events[i].Seq)
	p.at = t.Events[i].At
}

// show makes the shown picture the one after event seq, forward or back.
func (p *Player) show(seq sim.Seq) {
	if seq < p.shown.Seq {
		p.shown = p.past.At(seq)
		return
	}
	p.forward(func(e sim.Event) bool { return e.Seq <= seq })
}
