package lessons

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// predict chooses an answer, of a prediction or of a quiz question.
func (s *Session) predict(ctx context.Context, said string) (string, error) {
	s.mu.Lock()
	phase, st := s.phase, *s.step()
	s.mu.Unlock()
	switch phase {
	case Predicting:
		s.mu.Lock()
		shown := s.shownQuestion(st.predict, 0, 0)
		shown.Choices = append(shown.Choices, Choice{Text: Unknowing})
		n, err := s.choose(shown, said)
		if err == nil {
			s.record(func(p *StepProgress) { p.Predicted = n })
			s.ev.predictedIn(st, s.progress.Steps[st.title])
			s.ev.mine = s.ev.predicted[st.predict.name].Text
			s.save()
		}
		mine := s.ev.mine
		s.mu.Unlock()
		if err != nil {
			return "", err
		}
		return "you said: " + mine, s.begin(ctx)
	case Asking:
		s.mu.Lock()
		q := &st.quiz[s.quizAt]
		if steps := s.missing(q); len(steps) > 0 {
			s.mu.Unlock()
			return s.supply(ctx, q, steps, said)
		}
		defer s.mu.Unlock()
		n, err := s.choose(s.shownQuestion(q, 0, 0), said)
		if err != nil {
			return "", err
		}
		return s.explain(n, false), nil
	default:
		s.mu.Lock()
		defer s.mu.Unlock()
		return "", s.misplaced("there is nothing to predict now")
	}
}

// choose finds the choice that is meant, by its key or its words; 1 is the first.
func (s *Session) choose(p *Prediction, said string) (int, error) {
	said = strings.TrimSpace(said)
	if n, err := strconv.Atoi(said); err == nil && n >= 1 && n <= len(p.Choices) {
		return n, nil
	}
	for i, c := range p.Choices {
		if strings.EqualFold(c.Text, said) {
			return i + 1, nil
		}
	}
	return 0, sim.Invalidf("%q is none of the choices", sim.Visible(said)).WithFix("type a number from 1 to %d", len(p.Choices))
}

// explain closes a quiz question. mu is held.
func (s *Session) explain(chosen int, solved bool) string {
	q := s.step().quiz[s.quizAt]
	truth, _ := s.truth(&q)
	s.progress.Quiz[q.name] = QuizProgress{Chosen: chosen, Truth: truth + 1, Solved: solved}
	s.phase = Explaining
	s.save()
	if chosen == truth+1 {
		return "right"
	}
	return "not that one"
}

// truth is which choice turned out to be true, -1 when none did, and how many did.
func (s *Session) truth(q *question) (which, n int) {
	which = -1
	for i, c := range q.choices {
		if yes, _ := s.ev.holds(c.true); yes {
			if n == 0 {
				which = i
			}
			n++
		}
	}
	return which, n
}

// ask goes to a question of the quiz. mu is held.
func (s *Session) ask(n int) {
	s.quizAt = n
	s.phase = Asking
	if _, answered := s.progress.Quiz[s.step().quiz[n].name]; answered {
		s.phase = Explaining
	}
}

// answer takes what the learner has read and compares it with what was captured.
func (s *Session) answer(value string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.step().task
	switch {
	case s.phase != Doing:
		return "", s.misplaced("there is no task to answer now")
	case t.answer == nil:
		return "", sim.Errorf(sim.Conflict, "this task asks for no value").WithFix("%s", firstLine(flow(s.told(t.text))))
	}
	want, err := s.ev.eval(t.answer)
	switch {
	case errors.Is(err, errUnread):
		return "", sim.Errorf(sim.Unavailable, "the bytes are still being read").WithFix("type it again in a moment")
	case err != nil || want == "":
		return "", sim.Errorf(sim.Conflict, "there is nothing to read yet").WithFix("%s", firstLine(flow(s.told(t.text))))
	}
	s.run.given = bounded(value)
	like, what := compared(want, value)
	s.run.right = like == same
	s.run.says = s.ev.replied(like, what, value)
	s.run.wrong = !s.run.right
	s.stale = true
	if !s.run.right {
		return s.run.given + " " + s.run.says, nil
	}
	s.judge()
	return "right", nil
}

// bounded keeps what a person may type within reason.
func bounded(s string) string {
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > 200 {
		return string(r[:200])
	}
	return s
}

// next goes on. With something left to do it refuses once; said again, it skips.
func (s *Session) next(ctx context.Context) (string, error) {
	s.mu.Lock()
	open := s.phase == Predicting || s.phase == Doing || s.phase == Asking
	if open && !s.skip {
		s.skip = true
		defer s.mu.Unlock()
		return "", sim.Errorf(sim.Conflict, "%s", s.waitsFor()).WithFix("ask for a hint, let msc-sim solve the task, or go on once more to skip it")
	}
	if open && s.phase != Asking {
		s.record(func(p *StepProgress) { p.Skipped = true })
	}
	quiz := len(s.step().quiz) > 0 && s.phase != Finished
	if s.phase == Reading {
		s.record(func(p *StepProgress) { p.Done = true })
	}
	s.mu.Unlock()
	if quiz {
		return s.leave(ctx)
	}
	return s.goOn(ctx)
}

func (s *Session) answeredAll(st *step) bool {
	for _, q := range st.quiz {
		if _, ok := s.progress.Quiz[q.name]; !ok {
			return false
		}
	}
	return true
}

// goOn leaves the current step for the one behind it, or for the end.
func (s *Session) goOn(ctx context.Context) (string, error) {
	s.mu.Lock()
	steps, at, over := s.lesson.steps, s.at, s.phase == Finished
	last := at+1 == len(steps)
	if !over && (last || steps[at+1].more && !steps[at].more) {
		defer s.mu.Unlock()
		s.phase, s.progress.Finished = Finished, true
		if s.progress.Ended.IsZero() {
			s.progress.Ended = s.opt.Now()
		}
		s.save()
		return "the end of " + s.lesson.Info.Title, nil
	}
	s.mu.Unlock()
	if last {
		return "", sim.Errorf(sim.Conflict, "this lesson has no more steps").WithFix("back looks at them again")
	}
	return steps[at+1].title, s.arrive(ctx, at+1)
}

// back looks at the step before.
func (s *Session) back(ctx context.Context) (string, error) {
	s.mu.Lock()
	at := s.at
	switch {
	case s.phase == Finished:
	case s.quizAt > 0:
		defer s.mu.Unlock()
		s.ask(s.quizAt - 1)
		return "", nil
	case at == 0:
		defer s.mu.Unlock()
		return "", sim.Errorf(sim.Conflict, "this is the first step")
	default:
		at--
	}
	s.mu.Unlock()
	return s.lesson.steps[at].title, s.arrive(ctx, at)
}

// hint shows one more hint.
func (s *Session) hint() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != Doing {
		return "", s.misplaced("there is no task to hint at now")
	}
	n := s.progress.Steps[s.step().title].Hints
	if n == Hints {
		return "", sim.Errorf(sim.Conflict, "there are no more hints").WithFix("solve shows how it is done")
	}
	s.record(func(p *StepProgress) { p.Hints++ })
	s.save()
	return flow(s.told(s.step().task.hints[n])), nil
}

// misplaced is the error for a command that does not fit. mu is held.
func (s *Session) misplaced(what string) *sim.Error {
	return sim.Errorf(sim.Conflict, "%s", what).WithFix("%s", s.waitsFor())
}

// waitsFor says what the lesson waits for. mu is held.
func (s *Session) waitsFor() string {
	switch s.phase {
	case Predicting:
		return fmt.Sprintf("a prediction comes first: predict 1 to %d; a guess is enough", len(s.step().predict.choices)+1)
	case Doing:
		if s.run.checked {
			return "one thing is left: type what you read, with answer"
		}
		return "the task is not done yet"
	case Asking:
		if steps := s.missing(&s.step().quiz[s.quizAt]); len(steps) > 0 {
			return s.wanted(steps)
		}
		return fmt.Sprintf("a question is open: predict 1 to %d", len(s.step().quiz[s.quizAt].choices))
	case Finished:
		return "this lesson is over; back looks at it again"
	default:
		return "next goes on"
	}
}
