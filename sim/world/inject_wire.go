package world

import (
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/trace"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// hook lets a fault hit on connections.
type hook struct {
	*armed
	effect fault.Connection
}

// Meet implements [wire.Hook].
func (h *hook) Meet(m wire.Moment) wire.Verdict {
	if m.Point&h.effect.Points() == 0 {
		return wire.Verdict{}
	}
	u := m.Burst
	if h.fault.Form.Unit == "connection" {
		u = m.Whole
	}
	if !u.Asked {
		u.Asked, u.Chosen = true, h.choose()
	}
	if !u.Chosen {
		return wire.Verdict{}
	}
	v := h.effect.Meet(m)
	switch {
	case v.IsZero():
	case !u.Hit:
		u.Hit = true
		h.markHit(h.concerned(m), h.outside(m), h.effect.What(v))
		if h.touched() >= int64(h.fault.Scope.First) { // none that was chosen is still to come
			h.spend()
		}
	default:
		h.mark(h.concerned(m), h.effect.What(v))
	}
	return v
}

// concerned are the attempts that may be on a connection.
func (h *hook) concerned(m wire.Moment) []sim.SpanID {
	if m.Span != 0 {
		return []sim.SpanID{m.Span}
	}
	if m.Route.Link == "" {
		return nil
	}
	return h.w.opt.Log.Flying(func(d trace.Departure) bool {
		return d.Link == m.Route.Link && d.From == m.Route.From && d.To == m.Route.To
	})
}

// outside is a hit that concerns no attempt of ours.
func (h *hook) outside(m wire.Moment) sim.Event {
	if m.Route.Link != "" {
		return sim.Event{Node: m.Route.From, Link: m.Route.Link}
	}
	return sim.Event{Node: m.Route.To, Link: sim.Link(sim.Outside, m.Route.To.Service)}
}
