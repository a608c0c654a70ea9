package lessons

import (
	"context"
	"fmt"

	"github.com/msc-sim/msc-sim/sim"
)

// arrive goes to step i. A task begins from a known state: no load, everybody
// running, and what its setup lines say.
func (s *Session) arrive(ctx context.Context, i int) error {
	st := s.lesson.steps[i]
	s.mu.Lock()
	p := s.progress.Steps[st.title]
	tidy := s.tidy()
	s.mu.Unlock()
	phase := st.firstPhase(p)
	if phase == Predicting || phase == Doing {
		if err := prepare(ctx, s.world, st, tidy); err != nil {
			return err
		}
	}
	s.mu.Lock()
	s.at, s.phase, s.quizAt, s.run, s.stale = i, phase, 0, attemptAtStep{}, true
	s.runs++
	s.ev.window, s.ev.mine, s.ev.refused = newWindow(^sim.Seq(0)), "", 0
	s.ev.unreadable = false
	if st.predict != nil {
		s.ev.mine = s.ev.predicted[st.predict.name].Text
	}
	s.progress.At = st.title
	s.save()
	s.mu.Unlock()
	if phase == Doing {
		return s.begin(ctx)
	}
	if phase == Asking || phase == Explaining {
		s.mu.Lock()
		s.ask(0)
		s.mu.Unlock()
	}
	return nil
}

// firstPhase is how a step begins, given what became of it before.
func (st *step) firstPhase(p StepProgress) Phase {
	switch {
	case len(st.quiz) > 0:
		return Asking
	case st.task == nil || p.Done:
		return Reading
	case st.predict != nil && p.Predicted == 0:
		return Predicting
	default:
		return Doing
	}
}

// tidy is what ends load and brings back who is down. mu is held.
func (s *Session) tidy() (all []sim.Command) {
	s.read()
	if s.rate > 0 {
		all = append(all, sim.SetLoad{})
	}
	for _, bring := range s.ev.down {
		all = append(all, bring)
	}
	return all
}

// prepare brings the world to where a task begins.
func prepare(ctx context.Context, w World, st step, tidy []sim.Command) error {
	for _, c := range append(tidy, st.task.setup...) {
		if _, err := w.Do(ctx, c); err != nil {
			return sim.Errorf(sim.CodeOf(err), "step %q cannot begin: %w", st.title, err)
		}
	}
	return nil
}

// begin opens the window of a task: what happens from now on counts.
func (s *Session) begin(ctx context.Context) error {
	s.mu.Lock()
	text := fmt.Sprintf("lesson %s: %s", s.lesson.Info.Name, s.step().title)
	s.mu.Unlock()
	r, err := s.world.Do(ctx, sim.Mark{Text: text})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ev.window, s.ev.refused = newWindow(r.Seq), 0
	s.cursor = min(s.cursor, r.Seq) // what was read in between is read again
	s.phase, s.stale = Doing, true
	return nil
}
