package view

import (
	"slices"

	"github.com/msc-sim/msc-sim/sim"
)

// New is the picture of a world in which nothing has happened yet.
func New(spec *sim.WorldSpec) *Picture {
	p := &Picture{
		spec: spec, boxAt: make(map[sim.Instance]int), linkAt: make(map[sim.LinkID]int),
		traceOf: make(map[sim.TraceID]*Trace), owner: new(owner),
	}
	for _, s := range spec.Services {
		for n := range max(s.Instances, 1) {
			p.box(sim.Instance{Service: s.Name, N: n + 1})
		}
	}
	for _, l := range spec.Links {
		k := p.link(l.ID)
		k.Transport, k.Distance = l.Transport, l.Distance
	}
	p.topicsOf(spec)
	return p
}

// Box returns an instance, or nil.
func (p *Picture) Box(i sim.Instance) *Box {
	i.N = max(i.N, 1)
	if n, ok := p.boxAt[i]; ok {
		return &p.Boxes[n]
	}
	return nil
}

// Link returns a link, or nil.
func (p *Picture) Link(id sim.LinkID) *Link {
	if n, ok := p.linkAt[id]; ok {
		return &p.Links[n]
	}
	return nil
}

// Trace returns a request that is still remembered, or nil.
func (p *Picture) Trace(id sim.TraceID) *Trace { return p.traceOf[id] }

// Hop returns an attempt that is still remembered, or nil. It looks through the
// newest traces first.
func (p *Picture) Hop(span sim.SpanID) *Hop {
	for _, t := range slices.Backward(p.Traces) {
		if h := t.Hop(span); h != nil {
			return h
		}
	}
	return nil
}

// Hop returns an attempt of this trace, or nil.
func (t *Trace) Hop(span sim.SpanID) *Hop {
	for _, h := range slices.Backward(t.Hops) {
		if h.Span == span {
			return h
		}
	}
	return nil
}

// box finds an instance, or lets it appear after its siblings.
func (p *Picture) box(i sim.Instance) *Box {
	if b := p.Box(i); b != nil {
		return b
	}
	i.N = max(i.N, 1)
	b := Box{Instance: i}
	if s, ok := p.spec.Service(i.Service); ok {
		b.Kind, b.Workers = s.Kind, s.Workers
	}
	if b.Kind == "client" {
		b.State = Up
	}
	if len(p.Boxes) >= KeptBoxes {
		return &b // counted nowhere
	}
	at := len(p.Boxes)
	for n, o := range p.Boxes {
		if o.Instance.Service == i.Service && o.Instance.N < i.N {
			at = n + 1
		}
	}
	p.Boxes = slices.Insert(p.Boxes, at, b)
	p.numberBoxes(at)
	return &p.Boxes[at]
}

// leave takes an instance out of the picture.
func (p *Picture) leave(i sim.Instance) {
	at, ok := p.boxAt[i]
	if !ok {
		return
	}
	p.Boxes = slices.Delete(p.Boxes, at, at+1)
	delete(p.boxAt, i)
	p.numberBoxes(at)
}

func (p *Picture) numberBoxes(from int) {
	for n := from; n < len(p.Boxes); n++ {
		p.boxAt[p.Boxes[n].Instance] = n
	}
}

// extra reports whether the world's file knows nothing of an instance.
func (p *Picture) extra(i sim.Instance) bool {
	s, ok := p.spec.Service(i.Service)
	return !ok || i.N > max(s.Instances, 1)
}

// link finds a link, or lets it appear at the end.
func (p *Picture) link(id sim.LinkID) *Link {
	if l := p.Link(id); l != nil {
		return l
	}
	if len(p.Links) >= KeptLinks {
		return &Link{ID: id} // counted nowhere
	}
	p.linkAt[id] = len(p.Links)
	p.Links = append(p.Links, Link{ID: id})
	return &p.Links[len(p.Links)-1]
}
