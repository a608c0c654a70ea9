package lessons

import (
	"context"
	"errors"
	"slices"

	"github.com/msc-sim/msc-sim/sim"
)

// QuizNames are the questions of a lesson's quiz, in their order.
func (l *Lesson) QuizNames() (names []string) {
	for _, st := range l.steps {
		for _, q := range st.quiz {
			if !st.recall {
				names = append(names, q.name)
			}
		}
	}
	return names
}

// AskAgain makes questions of the quiz ready to be asked again. Where one speaks
// of numbers, the steps that measure them are played again in a world of their
// own, so that Truth is that of today and of this machine. One whose condition did not
// come true is left out. Chosen is -1. Each, if
// not nil, is called before every step that is played.
func AskAgain(ctx context.Context, l *Lesson, names []string, open Opener, o Options, each func(step, of int, title string)) (all []Prediction, err error) {
	var questions []*question
	var needs []string
	for _, name := range names {
		q := l.quiz(name)
		if q == nil {
			return nil, sim.Unknown("question", name, l.QuizNames())
		}
		questions = append(questions, q)
		needs = append(needs, q.kept()...)
	}
	s := told(l, Progress{})
	if measuring := l.measuring(needs, nil); len(measuring) > 0 {
		w, closeWorld, err := open(ctx, l)
		if err != nil {
			return nil, err
		}
		s, err = measured(ctx, l, w, o, measuring, each)
		if err = errors.Join(err, closeWorld()); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	happened := func(q *question) bool { return q.only == nil || s.ev.true(q.only.holds) }
	questions = slices.DeleteFunc(questions, func(q *question) bool { return !happened(q) })
	for i, q := range questions {
		all = append(all, s.sheetQuestion(q, i, len(questions)))
	}
	return all, nil
}

// quiz is the question of a name, or nil.
func (l *Lesson) quiz(name string) *question {
	for _, st := range l.steps {
		for i := range st.quiz {
			if st.quiz[i].name == name && !st.recall {
				return &st.quiz[i]
			}
		}
	}
	return nil
}

// measuring are the steps that measure these numbers, and those that measure
// what they need themselves, in the order of the lesson. What is known need not be
// measured.
func (l *Lesson) measuring(needs []string, known map[string]any) (steps []int) {
	for i := len(l.steps) - 1; i >= 0; i-- {
		st := l.steps[i]
		if slices.ContainsFunc(needs, func(name string) bool { return known[name] == nil && st.keeps(name) }) {
			steps = append(steps, i)
			needs = append(needs, l.needs(st)...)
		}
	}
	slices.Reverse(steps)
	return steps
}

// measured is a session that has played some steps of a lesson. Nothing is kept of it.
func measured(ctx context.Context, l *Lesson, w World, o Options, steps []int, each func(step, of int, title string)) (*Session, error) {
	o.Progress = nil
	s, err := Start(ctx, l, w, o)
	if err != nil {
		return nil, err
	}
	for n, i := range steps {
		if each != nil {
			each(n+1, len(steps), l.steps[i].title)
		}
		if err := s.arrive(ctx, i); err != nil {
			return nil, err
		}
		if err := s.play(ctx, l.steps[i]); err != nil {
			return nil, err
		}
	}
	return s, nil
}
