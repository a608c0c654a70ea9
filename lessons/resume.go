package lessons

import (
	"encoding/json"
	"reflect"
)

// resume takes over what was kept and finds the step to go on with. What the
// lesson no longer has is dropped.
func (s *Session) resume() {
	p := &s.progress
	p.Schema, p.Lesson = progressSchema, s.lesson.Info.Name
	if p.Steps == nil {
		p.Steps = map[string]StepProgress{}
	}
	if p.Quiz == nil {
		p.Quiz = map[string]QuizProgress{}
	}
	if p.Kept == nil {
		p.Kept = map[string]json.RawMessage{}
	}
	if p.Begun.IsZero() {
		p.Begun = s.active
	}
	s.ev.remember(s.lesson, *p)
	if s.at = s.lesson.find(p.At); s.at < 0 {
		s.at = s.firstOpen()
	}
	if p.Finished && !s.lesson.steps[s.at].more {
		s.at, s.phase = s.lesson.coreSteps()-1, Finished
	}
}

// firstOpen is the first step that is neither done nor skipped.
func (s *Session) firstOpen() int {
	for i, st := range s.lesson.steps {
		if p := s.progress.Steps[st.title]; !p.Done && !p.Skipped {
			return i
		}
	}
	return 0
}

// remember makes what was kept and predicted known to expressions.
func (e *evidence) remember(l *Lesson, p Progress) {
	for name, example := range l.kept {
		v := reflect.New(reflect.TypeOf(example))
		if raw, ok := p.Kept[name]; ok && json.Unmarshal(raw, v.Interface()) == nil {
			e.kept[name] = v.Elem().Interface()
		}
	}
	for _, st := range l.steps {
		if st.predict != nil {
			e.predictedIn(st, p.Steps[st.title])
		}
	}
}

// predictedIn makes what was predicted in a step known to expressions.
func (e *evidence) predictedIn(st step, p StepProgress) {
	if p.Predicted == 0 {
		return
	}
	made := prediction{Choice: p.Predicted, Text: Unknowing, Right: p.Predicted == p.Truth}
	if p.Predicted <= len(st.predict.choices) {
		made.Text, _ = st.predict.choices[p.Predicted-1].text.fill(e)
	}
	e.predicted[st.predict.name] = made
}
