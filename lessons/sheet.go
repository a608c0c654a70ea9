package lessons

import (
	"context"
	"errors"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Sheet is a lesson that was played once by its answers: everything it asks and
// tells, with what was true and what was measured in that one run. It is what
// hand-outs are made of.
type Sheet struct {
	Info               Info
	Seed               uint64    // of the world
	At                 time.Time // when it was played
	Took               time.Duration
	Steps              []SheetStep
	Did, Remember, Try []string
	Gaps               SheetGaps
}

// SheetGaps are texts for learners: where a measured value would stand is a gap, so
// that a sheet does not print what is to be found out.
type SheetGaps struct{ Did, Remember []string }

// SheetStep is one step of a sheet.
type SheetStep struct {
	Title   string
	More    bool
	Points  int
	Prose   string
	Gaps    string      // Prose with gaps
	Predict *Prediction // Chosen is -1; Truth is what was true in this run
	Task    *SheetTask
	After   string
	Picture *Ladder // one request of this step; nil when none was sent
	Quiz    []Prediction
}

// SheetTask is something to do, with its solution.
type SheetTask struct {
	Text, Result string
	Gaps         string // Text with gaps
	Reads        bool   // something is to be read and typed
	Value        string // what was read in this run
	Hints        []string
	Lines        []string // that solve it
}

// gap stands in told texts where the learner's own choice would stand.
const gap = "…"

// PlaySheet plays a lesson by its answers in a world of its own and returns what
// there is to print of it. Each, if not nil, is called before every step. Nothing
// is kept of o.Progress. The error is that of a lesson that its answers do not
// solve, or ctx's.
func PlaySheet(ctx context.Context, l *Lesson, open Opener, o Options, each func(step, of int, title string)) (s Sheet, err error) {
	w, closeWorld, err := open(ctx, l)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, closeWorld()) }()
	o.Progress = nil
	session, err := Start(ctx, l, w, o)
	if err != nil {
		return s, err
	}
	now := session.opt.Now
	s = Sheet{Info: l.Info, Seed: w.Spec().Seed, At: now()}
	for i, st := range l.steps {
		if each != nil {
			each(i+1, len(l.steps), st.title)
		}
		if err := session.arrive(ctx, i); err != nil {
			return s, err
		}
		if st.task != nil {
			if err := session.play(ctx, st); err != nil {
				return s, err
			}
		}
		s.Steps = append(s.Steps, session.sheetStep(st))
	}
	s.Took = now().Sub(s.At)
	session.mu.Lock()
	defer session.mu.Unlock()
	session.ev.blank = true
	gaps := session.summary()
	s.Gaps = SheetGaps{gaps.Did, gaps.Remember}
	session.ev.blank = false
	sum := session.summary()
	s.Did, s.Remember, s.Try = sum.Did, sum.Remember, sum.Try
	return s, nil
}

// sheetStep is what there is to print of a step that was just played.
func (s *Session) sheetStep(st step) SheetStep {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.progress.Steps[st.title]
	s.ev.mine = gap
	addresses := s.ev.addresses // those of this run are of no use to a reader
	s.ev.addresses = map[string]string{}
	for service := range addresses {
		s.ev.addresses[service] = "127.0.0.1:" + gap
	}
	defer func() { s.ev.addresses = addresses }()
	out := SheetStep{Title: st.title, More: st.more, Points: st.points, Prose: flow(s.told(st.prose)), After: flow(s.told(st.after))}
	if st.predict != nil {
		out.Predict = s.shownQuestion(st.predict, 0, p.Truth)
	}
	if st.task != nil {
		out.Task = s.sheetTask(st, p)
		out.Picture = s.ladder()
	}
	s.ev.blank = true
	out.Gaps = flow(s.told(st.prose))
	if st.task != nil {
		out.Task.Gaps = flow(s.told(st.task.text))
	}
	s.ev.blank = false
	for i := range st.quiz {
		out.Quiz = append(out.Quiz, s.sheetQuestion(&st.quiz[i], i, len(st.quiz)))
	}
	return out
}

func (s *Session) sheetTask(st step, p StepProgress) *SheetTask {
	t := st.task
	out := &SheetTask{Text: flow(s.told(t.text)), Result: p.Result, Reads: t.answer != nil, Value: p.Value}
	for _, h := range t.hints {
		out.Hints = append(out.Hints, flow(s.told(h)))
	}
	for _, l := range s.lesson.answers[st.title] {
		if _, predicts := l.do.(sim.Predict); predicts || l.wait != nil {
			continue
		}
		out.Lines = append(out.Lines, l.typed(&s.ev))
	}
	return out
}

// typed is a line of answers.txt as a person would type it.
func (l line) typed(e *evidence) string {
	said, _ := l.text.fill(e)
	if l.visit {
		return "curl -i " + said
	}
	return said
}

func (s *Session) sheetQuestion(q *question, i, of int) Prediction {
	truth, _ := s.truth(q)
	out := s.shownQuestion(q, 0, truth+1)
	out.Number, out.Of = i+1, of
	for i, c := range q.choices {
		out.Choices[i].Why = flow(s.told(c.why))
	}
	return *out
}
