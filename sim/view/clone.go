package view

import (
	"maps"
	"slices"
)

// owner says which picture may change a trace in place. It is a token: only its
// address matters.
type owner struct{ _ byte }

// Clone returns a picture of its own: applying events to one of the two does not
// change the other. Traces are shared until one of the two has to change them, so
// a clone costs about as much as its boxes and links. It counts as a change of p:
// no other goroutine may use p meanwhile.
func (p *Picture) Clone() *Picture {
	c := *p
	c.Boxes, c.Links = slices.Clone(p.Boxes), slices.Clone(p.Links)
	for i := range c.Links {
		c.Links[i].Statuses, c.Links[i].To = maps.Clone(c.Links[i].Statuses), slices.Clone(c.Links[i].To)
	}
	c.Queues, c.Faults = slices.Clone(p.Queues), slices.Clone(p.Faults)
	c.Topics = cloneTopics(p.Topics)
	c.loads = slices.Clone(p.loads)
	c.Traces, c.Notices = slices.Clone(p.Traces), slices.Clone(p.Notices)
	c.boxAt, c.linkAt, c.traceOf = maps.Clone(p.boxAt), maps.Clone(p.linkAt), maps.Clone(p.traceOf)
	c.owner, p.owner = new(owner), new(owner) // from now on neither owns the traces
	return &c
}

// own returns the trace that p may change: t, or a copy that takes its place.
func (p *Picture) own(t *Trace) *Trace {
	if t.owner == p.owner {
		return t
	}
	c := *t
	c.owner = p.owner
	c.Events, c.degraded = slices.Clip(t.Events), slices.Clip(t.degraded) // the next append makes a copy
	c.Hops = slices.Clone(t.Hops)
	for i, h := range c.Hops {
		hop := *h
		hop.Faults = slices.Clip(h.Faults)
		c.Hops[i] = &hop
	}
	p.traceOf[t.ID] = &c
	p.Traces[slices.Index(p.Traces, t)] = &c
	return &c
}
