package demo

import (
	"context"
	"errors"

	"github.com/msc-sim/msc-sim/sim"
)

func (b say) play(ctx context.Context, s *Show) error {
	if b.holds { // the picture will stand at the moment of the numbers
		if err := s.holdStill(ctx); err != nil {
			return err
		}
	}
	short, err := s.fill(b.short)
	if err != nil && s.opt.Strict {
		return err
	}
	full, err := s.fill(b.full)
	if err != nil && s.opt.Strict {
		return err
	}
	said, err := s.caughtUp(ctx)
	if err != nil {
		return err
	}
	s.set(func() { s.st.Scene, s.st.Caption, s.st.Full, s.st.Said = Stage, short, full, said })
	if s.opt.Step {
		return s.stop(ctx)
	}
	return s.rest(ctx, b.reading())
}

func (b pause) play(ctx context.Context, s *Show) error {
	if s.opt.Step {
		return ctx.Err()
	}
	return s.rest(ctx, b.d)
}

func (b mark) play(ctx context.Context, s *Show) error {
	s.set(func() { s.st.Mark = b.name })
	if _, err := s.world().Do(ctx, sim.Mark{Text: b.name}); err != nil {
		return err
	}
	if s.opt.AtMarks {
		return s.stop(ctx)
	}
	return nil
}

func (b note) play(_ context.Context, s *Show) error {
	s.set(func() { s.st.Note = b.i })
	return nil
}

// play does a line of the door, and shows the stage, where it can be seen.
func (b do) play(ctx context.Context, s *Show) error {
	s.set(func() {
		if s.st.Scene == Question {
			s.st.Scene = Stage
		}
	})
	if _, err := s.world().Do(ctx, b.cmd); err != nil {
		return b.at.Wrap(err)
	}
	return nil
}

func (b wait) play(ctx context.Context, s *Show) error {
	short, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	err := s.witness.Await(short, b.until)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return b.at.Invalid("this did not come true in %s: %s", sim.Human(longestWait), b.text).
			WithFix("0 plays the chapter from its beginning, n goes on")
	}
	return err
}

func (b keep) play(_ context.Context, s *Show) error {
	if err := s.witness.Keep(b.k); err != nil && s.opt.Strict {
		return err
	}
	return nil
}

func (b expect) play(_ context.Context, s *Show) error {
	if yes, err := s.witness.Holds(b.that); s.opt.Strict && !yes {
		if err != nil {
			return err
		}
		return b.at.Invalid("this is not true in this run: %s", b.text)
	}
	return nil
}

func (anew) play(ctx context.Context, s *Show) error {
	seq, err := s.logEnd(ctx)
	if err == nil {
		s.witness.Since(seq)
	}
	return err
}

// logEnd is the last event there is. Asking leaves no trace.
func (s *Show) logEnd(ctx context.Context) (sim.Seq, error) {
	r, err := s.world().Do(ctx, sim.Show{What: "links"})
	return r.Seq, err
}

func (b ask) play(ctx context.Context, s *Show) error {
	if _, err := s.caughtUp(ctx); err != nil {
		return err
	}
	a := &Asked{Truth: -1}
	var err error
	if a.Text, err = s.fill(b.text); err != nil && s.opt.Strict {
		return err
	}
	for _, c := range b.choices {
		text, err := s.fill(c.text)
		if err != nil && s.opt.Strict {
			return err
		}
		a.Choices = append(a.Choices, text)
	}
	s.set(func() { s.st.Scene, s.st.Ask, s.st.Caption, s.st.Full = Question, a, "", "" })
	if s.opt.Step {
		return s.stop(ctx)
	}
	return s.rest(ctx, b.d)
}

// play shows which choice came true. None, or two, is a mistake of the demo: then
// nothing is marked.
func (b reveal) play(ctx context.Context, s *Show) error {
	if _, err := s.caughtUp(ctx); err != nil {
		return err
	}
	truth, n := -1, 0
	for i, c := range b.of.choices {
		if yes, err := s.witness.Holds(c.when); yes {
			truth, n = i, n+1
		} else if err != nil && s.opt.Strict {
			return err
		}
	}
	if n != 1 {
		if truth = -1; s.opt.Strict {
			return b.of.at.Invalid("%d choices are true in this run, not one", n)
		}
	}
	s.set(func() {
		if s.st.Ask != nil {
			told := *s.st.Ask
			told.Truth = truth
			s.st.Ask, s.st.Scene = &told, Question
		}
	})
	var err error
	if s.opt.Step {
		err = s.stop(ctx)
	} else {
		err = s.rest(ctx, b.d)
	}
	s.set(func() { s.st.Scene = Stage })
	return err
}
