package lessons

import (
	"strconv"
	"strings"
)

// state returns what to show, built anew only when something changed. mu is held.
func (s *Session) state() State {
	if s.stale {
		s.shown, s.stale = s.build(), false
	}
	return s.shown
}

// keyOf is the key of a choice; 0 is the first.
func keyOf(i int) string { return strconv.Itoa(i + 1) }

// told fills a text as far as it can be. mu is held.
func (s *Session) told(t text) string {
	words, _ := t.fill(&s.ev)
	return words
}

func (s *Session) build() State {
	l, st := s.lesson, s.step()
	p := s.progress.Steps[st.title]
	out := State{
		Info: l.Info, Step: s.at, Steps: l.coreSteps(), Mores: len(l.steps) - l.coreSteps(), Phase: s.phase,
		Left: l.left(s.at), Saved: s.saved, Note: s.note,
	}
	if s.phase == Finished {
		out.Left = 0
		out.Title = l.Info.Title
		out.Summary = s.summary()
		return out
	}
	out.More, out.Title, out.Show = st.more, st.title, st.show
	out.Prose = flow(s.told(st.prose))
	if st.predict != nil {
		out.Predict = s.shownQuestion(st.predict, p.Predicted, p.Truth)
		out.Predict.Choices = append(out.Predict.Choices, Choice{Key: keyOf(len(st.predict.choices)), Text: Unknowing})
	}
	if s.phase == Asking || s.phase == Explaining {
		out.Predict = s.shownQuiz()
	}
	if st.task != nil && s.phase != Predicting {
		out.Task = s.shownTask(p)
	}
	if s.phase == Reading {
		out.After = p.After
	}
	return out
}

func (s *Session) shownQuestion(q *question, chosen, truth int) *Prediction {
	out := &Prediction{Question: flow(s.told(q.ask)), Chosen: chosen - 1, Truth: truth - 1}
	for i, c := range q.choices {
		out.Choices = append(out.Choices, Choice{Key: keyOf(i), Text: flow(s.told(c.text))})
	}
	return out
}

func (s *Session) shownQuiz() *Prediction {
	quiz := s.step().quiz
	q := &quiz[s.quizAt]
	given := s.progress.Quiz[q.name]
	if s.phase == Asking {
		given = QuizProgress{}
	}
	out := s.shownQuestion(q, given.Chosen, given.Truth)
	if s.phase == Asking {
		if steps := s.missing(q); len(steps) > 0 {
			out = s.shownMissing(q, steps)
		}
	}
	out.Number, out.Of = s.quizAt+1, len(quiz)
	if s.phase == Explaining {
		for i, c := range q.choices {
			out.Choices[i].Why = flow(s.told(c.why))
		}
	}
	return out
}

func (s *Session) shownTask(p StepProgress) *Task {
	t := s.step().task
	done := s.phase == Reading
	out := &Task{
		Text: flow(s.told(t.text)), Done: done || s.run.checked && s.run.missed == "", WantsValue: t.answer != nil,
		ValueGiven: s.run.given, ValueRight: s.run.right, ValueWrong: s.run.wrong, ValueSays: s.run.says, HintsLeft: Hints - p.Hints,
	}
	out.Running, out.Missed = s.running(), s.run.missed
	if out.Running == "" && out.Missed == "" && !out.Done {
		s.offer(out)
	}
	if out.Done {
		out.Result = "done"
	}
	if out.Done && !done && out.WantsValue && !s.run.right {
		out.Result = "sent"
		out.Asked = s.ev.asked(t.answer)
	}
	if done && p.Result != "" {
		out.Result = "done, " + p.Result
	}
	if done && out.WantsValue {
		out.ValueGiven, out.ValueSays, out.ValueRight, out.ValueWrong = p.Value, "is right", true, false
	}
	for _, h := range t.hints[:p.Hints] {
		out.Hints = append(out.Hints, flow(s.told(h)))
	}
	return out
}

// offer says what Enter does now. mu is held.
func (s *Session) offer(out *Task) {
	group := s.enterGroup()
	if len(group) == 0 {
		return
	}
	var lines []string
	for i, l := range group {
		if _, fixed := l.text.fixed(); i > 0 && !fixed {
			lines = append(lines, l.text.open()) // its values are those of when the line before is done
			continue
		}
		line, err := l.text.fill(&s.ev)
		if err != nil && len(lines) == 0 {
			return
		}
		lines = append(lines, line)
	}
	out.Send = strings.Join(lines, "  and  ")
	for i, l := range s.step().task.enter {
		if !l.with {
			out.Of++
			if i <= s.run.entered {
				out.At++
			}
		}
	}
}

// summary is the end, in the learner's numbers. A line about a number that this
// learner never measured is left out.
func (s *Session) summary() *Summary {
	out := &Summary{Took: s.progress.Took}
	for _, lines := range []struct {
		from []text
		to   *[]string
	}{{s.lesson.did, &out.Did}, {s.lesson.recall, &out.Remember}, {s.lesson.try, &out.Try}} {
		for _, t := range lines.from {
			if words, err := t.fill(&s.ev); err == nil {
				*lines.to = append(*lines.to, flow(words))
			}
		}
	}
	for _, st := range s.lesson.steps[s.at+1:] {
		if st.more {
			out.More = append(out.More, st.title)
		}
	}
	for _, st := range s.lesson.steps {
		p := s.progress.Steps[st.title]
		if p.Solved {
			out.Solved++
			continue
		}
		if st.predict != nil && p.Done && p.Truth > 0 && p.Predicted > 0 && p.Predicted <= len(st.predict.choices) {
			out.Predicted++
			if p.Predicted == p.Truth {
				out.Right++
			}
		}
	}
	for _, q := range s.progress.Quiz {
		if q.Solved {
			continue
		}
		out.Asked++
		if q.Chosen == q.Truth {
			out.Correct++
		}
	}
	return out
}
