package world

import (
	"context"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/trace"
)

// victims are the boxes that a fault is about to stop; nil when it stops none.
func victims(f fault.Fault, to target) (all []Box, err error) {
	_, kill := f.Effect.(fault.Kill)
	if _, pause := f.Effect.(fault.Pause); !kill && !pause {
		return nil, nil
	}
	for _, b := range to.boxes {
		if !b.State().runs() {
			continue
		}
		if err := b.MayStop(); kill && err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	if len(all) == 0 {
		return nil, sim.Errorf(sim.Conflict, "%s is not running", to.name).WithFix("start it first: start %s", to.name)
	}
	return all, nil
}

// stop stops the fault's victims: what is under way to them is marked, and so
// is all that comes while they stand still. Commands are locked.
func (a *armed) stop(how func(Box) error, undo func(context.Context) error) error {
	a.undo = append(a.undo, undo)
	a.w.rearm()
	for _, span := range a.w.opt.Log.Flying(func(d trace.Departure) bool { return a.stopped(d.To) }) {
		a.struck(span)
	}
	for _, b := range a.down {
		if err := how(b); err != nil {
			return err
		}
	}
	return nil
}

// struck marks an attempt on its way to somebody who was stopped.
func (a *armed) struck(span sim.SpanID) {
	_, fresh := a.mark([]sim.SpanID{span}, a.fault.Form.Word)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen += fresh
	a.hit += fresh
}

// crash ends an incarnation from inside one of its handlers, and returns when it
// has ended.
func (a *armed) crash(l *life) {
	a.w.run.Go(func() {
		a.w.soon(func() {
			if l.dead.Load() {
				return
			}
			a.mu.Lock()
			first := len(a.down) == 0
			a.down = append(a.down, l)
			a.mu.Unlock()
			if first && a.armed() {
				a.undo = append(a.undo, a.startAgain)
			}
			l.kill()
		})
	})
	<-l.ctx.Done()
}

// startAgain starts what the fault has ended and nobody has started since.
func (a *armed) startAgain(ctx context.Context) error {
	for _, b := range a.takeDown() {
		if b.State() == Stopped {
			if err := b.Start(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// resume lets what the fault has paused run on, unless another one holds it.
func (a *armed) resume(context.Context) error {
	for _, b := range a.takeDown() {
		if b.State() == Paused && !a.w.heldByAnother(b) {
			b.Resume()
		}
	}
	return nil
}

func (a *armed) takeDown() []Box {
	a.mu.Lock()
	defer a.mu.Unlock()
	down := a.down
	a.down = nil
	return down
}

// holds reports whether the fault has stopped this box.
func (a *armed) holds(b Box) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Contains(a.down, b)
}

// letGo forgets boxes that the fault has stopped, and reports whether it has any left.
func (a *armed) letGo(gone func(Box) bool) (left bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.down = slices.DeleteFunc(slices.Clone(a.down), gone)
	return len(a.down) > 0
}

func (w *World) heldByAnother(b Box) bool {
	return slices.ContainsFunc(w.faults.list(), func(a *armed) bool {
		_, pause := a.fault.Effect.(fault.Pause)
		return pause && a.armed() && a.holds(b)
	})
}

// newest is the incarnation of an instance that lived last.
func (w *World) newest(i sim.Instance) *life {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.lives[i]
}

// strike is a kill or a pause that a person asks for by its verb: a fault like
// any other, with an id and a receipt.
func (w *World) strike(ctx context.Context, word, name, did string, then State) (string, error) {
	all, _, err := w.boxes(name, false)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(all, func(b Box) bool { return b.State() != then }) {
		return name + " was " + did + " already", nil
	}
	f, err := fault.Make(word, nil)
	if err != nil {
		return "", err
	}
	to, err := w.aim(name, f.Form)
	if err != nil {
		return "", err
	}
	if _, err := w.arm(ctx, f, to); err != nil {
		return "", err
	}
	return name + " " + did, nil
}

// recover ends the faults whose victims run again because somebody started or
// resumed them. Commands are locked.
func (w *World) recover(ctx context.Context) error {
	for _, a := range w.faults.match("all") {
		if !a.letGo(func(Box) bool { return false }) {
			continue
		}
		left := true
		switch a.fault.Effect.(type) {
		case fault.Kill:
			left = a.letGo(func(b Box) bool { return b.State() != Stopped })
		case fault.Pause:
			left = a.letGo(func(b Box) bool { s := b.State(); return s == Up || s == Gone })
		}
		if !left {
			if err := a.clear(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// setSkews notes which clocks are wrong.
func (s *faults) setSkews(all []*armed) {
	var skews []*armed
	for _, a := range all {
		if _, ok := a.fault.Effect.(fault.Skew); ok && a.armed() {
			skews = append(skews, a)
		}
	}
	if skews == nil {
		s.skews.Store(nil)
		return
	}
	s.skews.Store(&skews)
}

// clock is the time as this incarnation knows it.
func (l *life) clock() time.Time {
	now := time.Now()
	skews := l.w.faults.skews.Load()
	if skews == nil {
		return now
	}
	for _, a := range *skews {
		if a.aimedAt(l) {
			offset := a.fault.Effect.(fault.Skew).Offset
			now = now.Add(offset)
			a.mu.Lock()
			a.seen++
			a.mu.Unlock()
			a.markHit(nil, sim.Event{Node: l.self}, "clock wrong by "+sim.Human(offset))
		}
	}
	return now
}

// arrival is the place of a request in the log.
func (l *life) arrival(ctx context.Context) sim.Event {
	e := sim.Event{Node: l.self, Link: sim.Link(sim.Outside, l.self.Service)}
	if s := sim.SpanFrom(ctx); s != nil {
		if f, ok := l.w.opt.Log.Find(s.ID); ok {
			e.Link = f.Link
		}
	}
	return e
}
