package lessons

import (
	"maps"
	"slices"
	"time"
)

// Record is what a learner did in one lesson, read from their progress alone: no
// world is needed. It is not a certificate.
type Record struct {
	Info     Info
	Begun    time.Time // zero when it is not known
	Changed  time.Time
	Finished bool
	Summary  Summary
	Steps    []RecordStep
	Quiz     []RecordAnswer
	Kept     []RecordNumber // in the order of their names
}

// RecordStep is one step with a task.
type RecordStep struct {
	Title     string
	Done      bool
	SolvedBy  string // learner, program, nobody
	Hints     int
	Result    string
	Predicted string // "" = nothing was predicted
	Truth     string // "" = not known
	Right     bool
}

// RecordAnswer is the answer to a question of the quiz.
type RecordAnswer struct {
	Question, Chosen, Truth string
	Right                   bool
	Solved                  bool // by the program
}

// RecordNumber is a number that was measured and kept.
type RecordNumber struct{ Name, Value string }

// Record tells what was done in l. It says nothing of steps that were not begun.
func (l *Lesson) Record(p Progress) Record {
	s := told(l, p)
	out := Record{Info: l.Info, Begun: p.Begun, Changed: p.Changed, Finished: p.Finished, Summary: *s.summary()}
	for _, st := range l.steps {
		if q, begun := p.Steps[st.title]; begun && st.task != nil {
			out.Steps = append(out.Steps, s.recordStep(st, q))
		}
		for i := range st.quiz {
			if given, answered := p.Quiz[st.quiz[i].name]; answered {
				q := s.shownQuestion(&st.quiz[i], given.Chosen, given.Truth)
				out.Quiz = append(out.Quiz, RecordAnswer{
					Question: q.Question, Chosen: q.said(q.Chosen), Truth: q.said(q.Truth),
					Right: given.Chosen == given.Truth, Solved: given.Solved,
				})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.ev.kept)) {
		out.Kept = append(out.Kept, RecordNumber{name, people(s.ev.kept[name])})
	}
	return out
}

// told is a lesson of which is only told: nothing can happen in it.
func told(l *Lesson, p Progress) *Session {
	s := &Session{lesson: l, progress: p, ev: newEvidence(l, nil)}
	s.ev.remember(l, p)
	return s
}

func (s *Session) recordStep(st step, p StepProgress) RecordStep {
	out := RecordStep{Title: st.title, Done: p.Done, SolvedBy: solver(p.Done, p.Solved), Hints: p.Hints, Result: p.Result}
	if st.predict == nil || p.Predicted == 0 || p.Solved { // what the program predicted is nobody's
		return out
	}
	q := s.shownQuestion(st.predict, p.Predicted, p.Truth)
	q.Choices = append(q.Choices, Choice{Text: Unknowing})
	out.Predicted, out.Truth, out.Right = q.said(q.Chosen), q.said(q.Truth), p.Predicted == p.Truth
	return out
}

// said is the text of a choice, or "".
func (q *Prediction) said(i int) string {
	if i < 0 || i >= len(q.Choices) {
		return ""
	}
	return q.Choices[i].Text
}
