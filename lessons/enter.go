package lessons

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// What Enter does is written in a task as
//
//	enter send order.place 20 customer=c-1     one press of the key
//	and   send order.place customer=c-2        the same press, at once
//	wait  count("effect", {node: "email"}) >= 21    not over before this holds
//	enter kill email                           the next press
//
// While one press has an effect that goes on, the key does nothing else: a line on
// its way, a load that ends by itself, what is waited for, and, after the last
// line, what follows from it. Nothing is judged before that either, so a
// number is told once, and whole.

// stillness is how long nothing may happen before what has not ended is taken for
// something that does not end by itself, such as a call to a paused service.
const stillness = 2 * time.Second

// enterLine is a line that Enter does, of one step; the zero value is none.
type enterLine struct{ step, nth int }

// sameEnter reads a line that belongs to the press of the key above it.
func (b *builder) sameEnter(t *task, word string, at spot, rest piece) error {
	if len(t.enter) == 0 {
		return at.invalid("this %s belongs to no enter", word).WithFix("put it below a line: enter send order.place")
	}
	last := &t.enter[len(t.enter)-1]
	if word == "wait" {
		if last.until != nil {
			return at.invalid("a second wait for one line").WithFix("join both with &&")
		}
		x, err := b.scope.boolean(rest)
		last.until = x
		return err
	}
	l, err := b.lesson.doorLine(b.scope, rest)
	l.with = true
	t.enter = append(t.enter, l)
	return err
}

// press does what Enter offers.
func (s *Session) press(ctx context.Context) (sim.Result, error) {
	s.Update()
	s.mu.Lock()
	missed := s.run.missed != ""
	phase, busy := s.phase, s.running()
	s.mu.Unlock()
	switch {
	case phase == Reading || phase == Explaining:
		return s.Do(ctx, sim.Next{})
	case phase == Doing && busy != "":
		return sim.Result{}, sim.Errorf(sim.Conflict, "running: %s", busy).WithFix("Enter waits until it has ended")
	case phase == Doing && missed:
		s.turn.Lock()
		defer s.turn.Unlock()
		return sim.Result{Seq: s.cursor}, s.arrive(ctx, s.at)
	}
	s.mu.Lock()
	group := s.enterGroup()
	if len(group) == 0 {
		defer s.mu.Unlock()
		return sim.Result{}, s.misplaced("Enter does nothing here")
	}
	if run := len(s.step().task.enter); s.run.entered == run {
		s.run.entered = run - len(group)
	}
	run := s.runs
	s.run.busy = s.told(group[0].text)
	s.stale = true
	s.mu.Unlock()
	r, err := s.pressed(ctx, group)
	s.mu.Lock()
	defer s.mu.Unlock()
	if run == s.runs { // nobody has left the step meanwhile
		s.run.busy = ""
		s.read()
		s.judge()
	}
	s.touch()
	s.stale = true
	return r, err
}

// enterGroup is what one press of the key does now: of lines that are all done, the
// last press again. mu is held.
func (s *Session) enterGroup() []line {
	if s.phase != Doing || len(s.step().task.enter) == 0 {
		return nil
	}
	all := s.step().task.enter
	from := min(s.run.entered, len(all)-1)
	for s.run.entered == len(all) && all[from].with {
		from--
	}
	to := from + 1
	for to < len(all) && all[to].with {
		to++
	}
	return all[from:to]
}

// pressed does lines one after another.
// What was done is the Data of the result, as []sim.Command.
func (s *Session) pressed(ctx context.Context, group []line) (r sim.Result, err error) {
	var did []sim.Command
	for _, l := range group {
		said := ""
		if said, err = s.fillLine(ctx, l); err != nil {
			return r, err
		}
		c, err := door.Parse(said)
		if err != nil {
			return r, err
		}
		s.mu.Lock()
		s.run.busy, s.stale = said, true
		s.mu.Unlock()
		before := s.refusals()
		r, err = s.act(ctx, c)
		did = append(did, c)
		r.Data = did
		if err != nil && s.refusals() == before {
			return r, err
		}
		if refusal := err; l.until == nil {
			if refusal != nil && len(group) == 1 {
				return r, refusal
			}
			continue
		}
		bounded, cancel := context.WithTimeout(ctx, longestWait)
		err = s.until(bounded, func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			yes, _ := s.ev.holds(l.until)
			return yes && !s.loading()
		})
		cancel()
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// loading reports whether a load of this step goes on that ends by itself. mu is held.
func (s *Session) loading() bool { return s.rate > 0 && s.run.load != "" }

// running says what goes on that Enter has to wait for; "" = nothing. mu is held.
func (s *Session) running() string {
	switch {
	case s.phase != Doing:
		return ""
	case s.run.busy != "":
		return s.run.busy
	case s.loading():
		return s.run.load
	case s.step().task.enter == nil || s.run.entered < len(s.step().task.enter) || s.run.missed != "" || s.run.checked:
		return ""
	}
	if s.opt.Now().Sub(s.moved) > stillness {
		return ""
	}
	switch n := s.ev.window.open(); {
	case n == 1:
		return "1 message has not ended yet"
	case n > 1:
		return fmt.Sprintf("%s messages have not ended yet", grouped(int64(n)))
	}
	return "what follows from the last line"
}

// open counts the attempts that have not ended, or whose message is not settled.
func (w *window) open() (n int) {
	for _, h := range w.hops {
		if h.link.From() != sim.Outside && (!h.ended() || h.saw(sim.KindAccepted) && !h.saw(sim.KindSettled)) {
			n++
		}
	}
	return n
}

// offered is the line that Enter does next, if that is c. It is asked before the
// world does c: who led when a node was to be killed leads no more afterwards.
func (s *Session) offered(c sim.Command) enterLine {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.step().task
	if s.phase != Doing || t == nil || s.run.entered >= len(t.enter) {
		return enterLine{}
	}
	next := t.enter[s.run.entered]
	if next.do == nil { // it has placeholders
		next.do, _ = door.Parse(s.told(next.text))
	}
	if !reflect.DeepEqual(next.do, c) {
		return enterLine{}
	}
	return enterLine{s.at, s.run.entered + 1}
}

// acted notes that the world did c, or refused it because it makes no sense: that
// is a finding, too, and a step may be about it.
func (s *Session) acted(c sim.Command, offered enterLine, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moved = s.opt.Now()
	switch {
	case err == nil:
		s.entered(c, offered)
	case sim.CodeOf(err) == sim.Invalid:
		s.ev.refused++
		s.entered(c, offered)
		s.judge()
	}
}

// announce notes what is to be known of a line before the world does it: how a load
// ends may be told before the line is done.
func (s *Session) announce(c sim.Command) {
	load, ok := c.(sim.SetLoad)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read()
	s.loads, s.run.load = 0, ""
	if load.For > 0 {
		s.run.load = door.Format(c)
	}
}

// entered notes that the world did c: Enter offers the next line, and load that
// was begun is ended before the next step. mu is held.
func (s *Session) entered(c sim.Command, offered enterLine) {
	if load, ok := c.(sim.SetLoad); ok && s.loads < 2 { // else the log says more by now
		s.rate = load.Rate
	}
	if s.phase == Doing && offered == (enterLine{s.at, s.run.entered + 1}) {
		s.run.entered++
		s.stale = true
	}
}
