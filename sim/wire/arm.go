package wire

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// armed is a hook in its place.
type armed struct {
	hook Hook
	at   Place
	gone chan struct{} // closed when it is disarmed
}

func (a *armed) live() bool {
	select {
	case <-a.gone:
		return false
	default:
		return true
	}
}

// Arm puts a hook on the connections of a place: those that are open, a Read
// that is blocked, and those to come, through all lives of an instance. Disarm
// takes it away and lets go of all that it holds back; it may be called twice.
// When disarm returns, nothing begins to meet the hook any more.
func (n *Net) Arm(at Place, h Hook) (disarm func()) {
	a := &armed{hook: h, at: at, gone: make(chan struct{})}
	n.mu.Lock()
	n.armed = append(slices.Clip(n.armed), a)
	n.mu.Unlock()
	n.rehookAll()
	return sync.OnceFunc(func() {
		n.mu.Lock()
		n.armed = slices.DeleteFunc(slices.Clone(n.armed), func(b *armed) bool { return a == b })
		n.mu.Unlock()
		close(a.gone)
		n.rehookAll()
	})
}

// Armed counts the hooks at a place.
func (n *Net) Armed(at Place) (count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, a := range n.armed {
		if a.at == at {
			count++
		}
	}
	return count
}

func (n *Net) rehookAll() {
	for _, s := range n.all() {
		for _, c := range s.open() {
			n.rehook(c)
		}
	}
}

// rehook gives a connection the hooks that are armed on it now. Hooks that it
// had keep what they know.
func (n *Net) rehook(c *conn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var list []*met
	for _, a := range n.armed {
		if a.at.open(c.side.who, c.route.Link) {
			list = append(list, c.hooks.metBy(a))
		}
	}
	c.hooks.set(list)
	c.in.late.wake(c.tcp.SetReadDeadline)
	c.out.late.wake(nil)
}

// meetDial asks the hooks about a dial that is about to be made, and waits for
// as long as they want.
func (n *Net) meetDial(ctx context.Context, r sim.Route) error {
	n.mu.Lock()
	hooks := n.armed
	n.mu.Unlock()
	for _, a := range hooks {
		if !a.at.dialled(r) {
			continue
		}
		u := &Unit{}
		v := a.hook.Meet(Moment{Point: AtDial, Route: r, Span: spanOf(ctx), Burst: u, Whole: u})
		if v.Err != nil {
			return v.Err
		}
		if err := a.stand(ctx, v); err != nil {
			return &net.OpError{Op: "dial", Net: "tcp", Err: err}
		}
	}
	return nil
}

// stand waits until a hook lets a dial go on.
func (a *armed) stand(ctx context.Context, v Verdict) error {
	if !v.Hold && v.Delay == 0 {
		return nil
	}
	var over <-chan time.Time
	if !v.Hold {
		t := time.NewTimer(v.Delay)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-over:
	case <-a.gone:
	case <-ctx.Done():
		if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			return context.DeadlineExceeded
		}
		return context.Cause(ctx)
	}
	return nil
}

// spanOf is the attempt for which something is done, 0 when there is none.
func spanOf(ctx context.Context) sim.SpanID {
	if s := sim.SpanFrom(ctx); s != nil {
		return s.ID
	}
	return 0
}
