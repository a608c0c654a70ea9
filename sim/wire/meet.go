package wire

import (
	"sync"
	"sync/atomic"

	"github.com/msc-sim/msc-sim/sim"
)

// hooks are those that are armed on one connection. Idle they cost one load.
type hooks struct {
	list atomic.Pointer[[]*met] // nil = none
	mu   sync.Mutex             // one moment at a time
	way  Point                  // the direction of the burst under way
	from *conn                  // the other end of an accepted connection, if it is of this net
	look bool                   // from is known
}

// met is what one hook knows of one connection.
type met struct {
	*armed
	whole   Unit
	out, in Unit
}

// none reports whether nothing is armed.
func (h *hooks) none() bool { return h.list.Load() == nil }

func (h *hooks) set(list []*met) {
	if len(list) == 0 {
		h.list.Store(nil)
		return
	}
	h.list.Store(&list)
}

// metBy finds what a hook knows already. The net's lock is held.
func (h *hooks) metBy(a *armed) *met {
	if p := h.list.Load(); p != nil {
		for _, m := range *p {
			if m.armed == a {
				return m
			}
		}
	}
	return &met{armed: a}
}

// fate is what hooks decided about some bytes, or about an end.
type fate struct {
	grips []grip // who holds them
	end   End
	after int // of the bytes, when there is an end
}

// grip is one hook that takes its time over a parcel.
type grip struct {
	by *armed
	v  Verdict
}

// meet asks the hooks of c about b, which they may change.
func (c *conn) meet(p Point, b []byte) (f fate) {
	list := c.hooks.list.Load()
	if list == nil {
		return f
	}
	c.hooks.mu.Lock()
	defer c.hooks.mu.Unlock()
	turned := p&(AtOut|AtIn) != 0 && c.hooks.way != p
	if turned {
		c.hooks.way = p
	}
	m := Moment{Point: p, Bytes: b}
	m.Route, m.Span = c.whose()
	for _, h := range *list {
		if !h.live() {
			continue
		}
		m.Burst, m.Whole = h.burst(p, turned), &h.whole
		v := h.hook.Meet(m)
		m.Burst.Passed += int64(len(b))
		m.Whole.Passed += int64(len(b))
		f.add(h.armed, v)
	}
	return f
}

// burst is the unit of the burst under way, or a new one.
func (h *met) burst(p Point, turned bool) *Unit {
	u := &Unit{}
	switch p {
	case AtOut:
		u = &h.out
	case AtIn:
		u = &h.in
	}
	if turned {
		*u = Unit{}
	}
	return u
}

func (f *fate) add(by *armed, v Verdict) {
	v.Delay = min(v.Delay, MaxDelay)
	if v.slow() {
		f.grips = append(f.grips, grip{by, v})
	}
	if v.End != GoesOn && f.end == GoesOn {
		f.end, f.after = v.End, v.After
	}
}

// whose says along which route a connection goes and which attempt it carries.
// Of an accepted one the end that dialled knows, if it is of this net.
func (c *conn) whose() (sim.Route, sim.SpanID) {
	if c.link != nil {
		return c.route, sim.SpanID(c.carries.Load())
	}
	if !c.hooks.look {
		c.hooks.look, c.hooks.from = true, c.side.net.dialler(c)
	}
	if from := c.hooks.from; from != nil {
		return from.route, sim.SpanID(from.carries.Load())
	}
	return sim.Route{To: c.side.who}, 0
}

// dialler finds the end of an accepted connection that dialled it.
func (n *Net) dialler(c *conn) *conn {
	addr := c.RemoteAddr().String()
	for _, s := range n.all() {
		for _, d := range s.open() {
			if d.link != nil && d.LocalAddr().String() == addr {
				return d
			}
		}
	}
	return nil
}

// Carry says for which attempt the connection works from now on. See [sim.Carrier].
func (c *conn) Carry(span sim.SpanID) { c.carries.Store(uint64(span)) }
