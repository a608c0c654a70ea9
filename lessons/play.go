package lessons

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// longestWait bounds how long a played step may take to come true.
const longestWait = 30 * time.Second

// solve plays the answer of what is open, and marks it so.
func (s *Session) solve(ctx context.Context) (string, error) {
	s.mu.Lock()
	st, phase := *s.step(), s.phase
	switch phase {
	case Asking:
		if steps := s.missing(&st.quiz[s.quizAt]); len(steps) > 0 {
			s.mu.Unlock()
			return "measured", s.measure(ctx, steps)
		}
		defer s.mu.Unlock()
		which, _ := s.truth(&st.quiz[s.quizAt])
		s.explain(which+1, true)
		return "solved", nil
	case Predicting, Doing:
		s.record(func(p *StepProgress) { p.Solved = true })
		s.mu.Unlock()
	default:
		defer s.mu.Unlock()
		return "", s.misplaced("there is nothing to solve here")
	}
	if err := s.play(ctx, st); err != nil {
		return "", err
	}
	return "solved", nil
}

// mostTries is how often a played step is done until its conditions held.
const mostTries = 3

// play carries out the answer of a step, again where what it is about did not
// happen, and waits until the step is done.
func (s *Session) play(ctx context.Context, st step) error {
	ctx, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	for range mostTries - 1 {
		if err := s.playOnce(ctx, st); err != nil || s.State().Phase == Reading {
			return err
		}
		s.mu.Lock()
		at := s.at
		s.mu.Unlock()
		if err := s.arrive(ctx, at); err != nil {
			return err
		}
	}
	if err := s.playOnce(ctx, st); err != nil || s.State().Phase == Reading {
		return err
	}
	return st.at.invalid("what %q is about did not happen in %d tries", st.title, mostTries)
}

// playOnce carries out the answer of a step line by line, until the step is done or
// was in vain.
func (s *Session) playOnce(ctx context.Context, st step) error {
	var refusal error // a step may be about being refused
	for _, l := range s.left(st) {
		before := s.refusals()
		err := s.playLine(ctx, l)
		switch {
		case err != nil && s.refusals() > before:
			refusal = l.at.wrap(err)
		case err != nil:
			return l.at.wrap(err)
		}
	}
	err := s.until(ctx, func() bool {
		now := s.State()
		return now.Phase == Reading || now.Task != nil && now.Task.Missed != ""
	})
	switch {
	case err != nil && refusal != nil:
		return refusal
	case err != nil:
		return st.at.invalid("the answer of %q does not solve it%s", st.title, s.unmet(st))
	}
	return nil
}

// unmet names the first condition of a task that is not met.
func (s *Session) unmet(st step) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st.task == nil {
		return ""
	}
	for _, x := range st.task.checks {
		if yes, err := s.ev.holds(x); err != nil {
			return fmt.Sprintf(": %s: %v", x.source, err)
		} else if !yes {
			return fmt.Sprintf(": %s is not true", x.source)
		}
	}
	return ""
}

// left are the lines of a step's answer that are still to be carried out. Where
// everything is done and only what was read is to be typed, nothing is done twice.
func (s *Session) left(st step) (lines []line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines = s.lesson.answers[st.title]
	if st.task == nil || st.task.answer == nil || s.phase != Doing {
		return lines
	}
	if yes, _ := s.ev.holds(st.task.check); !yes {
		return lines
	}
	return slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return !strings.HasPrefix(l.plain, "answer ") })
}

// refusals is how many lines of this step the world refused.
func (s *Session) refusals() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ev.refused
}

func (s *Session) playLine(ctx context.Context, l line) error {
	if _, predicts := l.do.(sim.Predict); !predicts && s.State().Phase == Predicting {
		if _, err := s.predict(ctx, Unknowing); err != nil {
			return err
		}
	}
	if l.wait != nil {
		return s.until(ctx, func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			yes, _ := s.ev.holds(l.wait)
			return yes
		})
	}
	said, err := s.fillLine(ctx, l)
	if err != nil {
		return err
	}
	if l.visit {
		if s.opt.Visit == nil {
			return sim.Errorf(sim.Conflict, "this is done in another terminal").WithFix("there, type: curl -i %s", said)
		}
		return s.opt.Visit(ctx, said)
	}
	c := l.do
	if c == nil {
		if c, err = door.Parse(said); err != nil {
			return err
		}
	}
	return s.playCommand(ctx, c)
}

// fillLine writes a line with what was measured, and waits for it if need be.
func (s *Session) fillLine(ctx context.Context, l line) (said string, err error) {
	waited := s.until(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		said, err = l.text.fill(&s.ev)
		return !errors.Is(err, errUnread) && !errors.Is(err, errNothing)
	})
	return said, errors.Join(waited, err)
}

func (s *Session) playCommand(ctx context.Context, c sim.Command) error {
	do := s.lessonCommand(c)
	if do == nil {
		_, err := s.act(ctx, c)
		return err
	}
	if _, predicts := c.(sim.Predict); predicts && s.State().Phase != Predicting {
		return nil // it was predicted before
	}
	if _, answers := c.(sim.AnswerTask); answers {
		s.Update()
	}
	_, err := do(ctx)
	return err
}

// until waits for the next events again and again until something holds.
func (s *Session) until(ctx context.Context, holds func() bool) error {
	for {
		s.Update()
		if holds() {
			return nil
		}
		s.mu.Lock()
		after := s.cursor
		s.mu.Unlock()
		// Bytes are read off the path of a request and no event tells when that
		// is done; so a wait is short.
		short, cancel := context.WithTimeout(ctx, 5*time.Millisecond)
		_, _ = s.world.Timeline().Await(short, after, func(sim.Event) bool { return true })
		cancel()
		if err := ctx.Err(); err != nil {
			return sim.Errorf(sim.Timeout, "this did not come true in time: %w", err)
		}
	}
}
