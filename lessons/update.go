package lessons

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// mostReads bounds how much one Update reads, so that a frame stays short.
const mostReads = 64

// patience is how long a finished step waits for bytes that are still being read.
const patience = 2 * time.Second

// Update reads what happened since the last call, looks whether the task is done,
// and returns what to show. It is cheap when nothing happened; call it every
// frame.
func (s *Session) Update() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.read() || !s.run.unread.IsZero() {
		s.judge()
		s.stale = s.stale || s.telling()
	}
	if busy := s.running(); s.phase == Doing && busy != s.ran {
		s.ran, s.stale = busy, true
	}
	return s.state()
}

// State is what Update returned last, or what a command has changed since.
func (s *Session) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state()
}

// telling reports whether something is shown that may say more by now: hints, or
// a line to send that waits for what was measured. mu is held.
func (s *Session) telling() bool {
	if s.phase != Doing {
		return false
	}
	return s.progress.Steps[s.step().title].Hints > 0 ||
		slices.ContainsFunc(s.step().task.enter, func(l line) bool { return l.do == nil })
}

// read folds new events and reports whether there were any. mu is held.
func (s *Session) read() (any bool) {
	timeline := s.world.Timeline()
	for range mostReads {
		n, cursor, missed := timeline.Read(s.cursor, s.buf)
		for _, e := range s.buf[:n] {
			s.ev.note(e)
			s.ev.window.apply(e)
			if l, ok := e.Fact.(sim.Load); ok {
				s.rate = l.Rate
				s.loads++
			}
		}
		s.cursor = cursor
		if missed > 0 {
			s.note = "More happened than could be followed; counts of this step may be too low."
		}
		any = any || n > 0 || missed > 0
		if n > 0 {
			s.moved = s.opt.Now()
		}
		if n < len(s.buf) {
			break
		}
	}
	return any
}

// judge looks whether the task is done. mu is held.
func (s *Session) judge() {
	if s.phase != Doing {
		return
	}
	if s.run.busy != "" || s.loading() {
		return // what is going on may still change what is to be said
	}
	t := s.step().task
	yes, err := s.ev.holds(t.check)
	if !yes || !s.run.checked {
		s.await(errors.Is(err, errUnread))
	}
	if !yes {
		return // also when it held before: who begins anew is told of what comes of that
	}
	s.run.checked, s.stale = true, s.stale || !s.run.checked
	if t.answer == nil || s.run.right {
		s.finish()
	}
}

// await notes whether bytes are missing that are needed, and gives up on them
// after a while. mu is held.
func (s *Session) await(unread bool) {
	now := s.opt.Now()
	switch {
	case !unread:
		s.run.unread = time.Time{}
	case s.run.unread.IsZero():
		s.run.unread = now
	case now.Sub(s.run.unread) > patience:
		s.ev.unreadable = true
	}
}

// finish closes a task: what is kept, which prediction came true, what is told.
// All of it is fixed now, so that later traffic changes no number that was read.
// Where a condition of the task did not hold, nothing is: the step is offered again.
// mu is held.
func (s *Session) finish() {
	st := s.step()
	unread := false
	note := func(err error) { unread = unread || errors.Is(err, errUnread) }
	before := maps.Clone(s.ev.kept)
	for _, k := range st.task.keep {
		v, err := s.ev.eval(k.value)
		note(err)
		if err == nil {
			s.ev.kept[k.name] = v
		}
	}
	yes, otherwise, err := s.ev.happened(st.task.only)
	note(err)
	if !yes && !unread {
		s.ev.kept = before
		s.run.missed, s.stale = missed(otherwise), true
		return
	}
	truth, instead, err := s.judged(st)
	note(err)
	result, err := st.task.result.fill(&s.ev)
	note(err)
	after, err := st.after.fill(&s.ev)
	note(err)
	if s.await(unread); unread && !s.ev.unreadable {
		return
	}
	for _, k := range st.task.keep {
		if raw, err := json.Marshal(s.ev.kept[k.name]); err == nil && s.ev.kept[k.name] != nil {
			s.progress.Kept[k.name] = raw
		}
	}
	s.record(func(p *StepProgress) {
		p.Done, p.Skipped, p.Truth = true, false, truth+1
		p.Value, p.Result, p.After = s.run.given, flow(result), flow(instead+after)
	})
	s.run.missed = ""
	s.phase, s.stale = Reading, true
	s.touch()
	s.save()
}

// judged is which choice of a step's prediction came true; -1 = none, and what is
// told of that. mu is held.
func (s *Session) judged(st *step) (truth int, instead string, unread error) {
	q := st.predict
	if q == nil {
		return -1, "", nil
	}
	for _, c := range q.choices {
		if _, err := s.ev.holds(c.true); errors.Is(err, errUnread) {
			unread = err
		}
	}
	truth, _ = s.truth(q)
	otherwise := ""
	if q.only != nil {
		yes, words, err := s.ev.happened([]condition{*q.only})
		if errors.Is(err, errUnread) {
			unread = err
		}
		if otherwise = words; !yes {
			truth = -1
		}
	}
	p := s.ev.predicted[q.name]
	p.Right = truth >= 0 && p.Choice == truth+1
	s.ev.predicted[q.name] = p
	if truth < 0 {
		instead = unjudged(q, otherwise) + "\n\n"
	}
	return truth, instead, unread
}
