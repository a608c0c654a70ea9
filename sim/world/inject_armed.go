package world

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
)

// armed is a fault in its place, from inject until traffic has shown that it is
// gone. What it did is its receipt.
type armed struct {
	w     *World
	id    string
	fault fault.Fault
	to    target
	draw  *fault.Draw
	gone  chan struct{} // closed when it is cleared

	undo []func(context.Context) error // what clear does, in this order; commands only

	clean atomic.Bool // cleared
	spent atomic.Bool // it hits no more

	mu       sync.Mutex
	down     []Box            // what it has stopped or paused
	seen     int64            // units
	hit      int64            // of these
	missed   map[string]int64 // why the others were not
	before   int64            // hits before the side effect
	during   int64            // while the other side worked on it
	after    int64            // when it was done
	since    int              // units that came through untouched since it was cleared
	hitThen  int64            // hit, when that was last looked at
	verified bool

	stuck map[sim.SpanID]struct{} // messages that it has met and will meet again
}

func (a *armed) armed() bool { return !a.clean.Load() }

// begin lets the fault hit. Commands are locked.
func (a *armed) begin(ctx context.Context) (err error) {
	switch e := a.fault.Effect.(type) {
	case fault.Connection:
		disarm := a.w.opt.Net.Arm(a.to.place, &hook{a, e})
		a.undo = append(a.undo, func(context.Context) error { disarm(); return nil })
	case fault.Kill:
		err = a.stop(func(b Box) error { return b.Kill(ctx) }, a.startAgain)
	case fault.Pause:
		err = a.stop(func(b Box) error { b.Pause(); return nil }, a.resume)
	}
	if b, ok := a.fault.Effect.(fault.Burner); ok {
		burning, stop := context.WithCancel(a.w.ctx)
		a.w.run.Go(func() { b.Burn(burning) })
		a.undo = append(a.undo, func(context.Context) error { stop(); return nil })
	}
	a.w.rearm()
	return err
}

// clear takes the fault away. Commands are locked; a second clear does nothing.
func (a *armed) clear(ctx context.Context) error {
	if a.clean.Swap(true) {
		return nil
	}
	close(a.gone)
	a.w.rearm()
	var errs []error
	for _, undo := range a.undo {
		errs = append(errs, undo(ctx))
	}
	a.mu.Lock()
	a.hitThen = a.hit
	a.mu.Unlock()
	a.record(sim.Cleared{Fault: a.id})
	return errors.Join(errs...)
}

// spend notes that the fault hits no more, once it has touched all that it may. One
// that sticks to messages meets those again.
func (a *armed) spend() {
	if _, sticks := a.fault.Effect.(fault.Sticker); sticks || !a.draw.Spent() || !a.armed() {
		return
	}
	if !a.spent.Swap(true) {
		a.record(sim.Spent{Fault: a.id})
	}
}

// record puts a fact about the fault on the timeline, at its target.
func (a *armed) record(f sim.Fact) {
	e := sim.Event{Fact: f}
	switch {
	case a.to.link != nil:
		e.Link = a.to.link.id
		e.Node = sim.Instance{Service: e.Link.From(), N: 1}
	case a.to.product != nil:
		e.Node = a.to.boxes[0].Self()
	case a.to.place.Link != "": // from a topic, which is nobody
		e.Link = a.to.place.Link
		e.Node = sim.Instance{Service: e.Link.To(), N: 1}
	default:
		e.Node = a.to.place.Instance
		e.Node.N = max(e.Node.N, 1)
	}
	a.w.opt.Log.Shard(e.Node).Record(e)
}

// choose counts a unit and decides whether the fault may touch it.
func (a *armed) choose() bool {
	ok, why := a.draw.Choose()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen++
	if !ok {
		a.missed[why]++
	}
	return ok
}

// miss notes why a unit that was chosen came through.
func (a *armed) miss(why string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.missed[why]++
}

// markHit counts a unit that was touched and marks the attempts that it concerns.
// None is known when the bytes are not a message's, or come from outside; then
// the hit itself stands in the log, at its place.
func (a *armed) markHit(spans []sim.SpanID, at sim.Event, what string) {
	a.mu.Lock()
	a.hit++
	a.mu.Unlock()
	if known, _ := a.mark(spans, what); known == 0 {
		at.Fact = sim.Hit{Fault: a.id, What: what}
		a.w.opt.Log.Shard(at.Node).Record(at)
	}
}

// mark puts the fault's id on attempts under way, each once. It says how many
// of them there are, and how many are new to it.
func (a *armed) mark(spans []sim.SpanID, what string) (known, fresh int64) {
	for _, span := range spans {
		f, first, ok := a.w.opt.Log.Touch(span, a.id)
		if !ok {
			continue
		}
		known++
		if !first {
			continue
		}
		fresh++
		text := what
		if a.fault.Form.Loses && !a.w.foreign(f.Link) {
			text += a.side(f.Received, f.Acted)
		}
		a.w.opt.Log.Shard(f.From).Record(sim.Event{
			Trace: f.Trace, Span: f.Span, Parent: f.Parent, Depth: f.Depth, Node: f.From, Link: f.Link,
			Fact: sim.Hit{Fault: a.id, What: text},
		})
	}
	return known, fresh
}

// side counts and says whether the other side had done its work.
func (a *armed) side(received, acted bool) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case acted:
		a.after++
		return " after the side effect"
	case received:
		a.during++
		return " while it was worked on"
	default:
		a.before++
		return " before the side effect"
	}
}

func (w *World) foreign(id sim.LinkID) bool {
	l, ok := w.links[id]
	return ok && l.foreign
}
