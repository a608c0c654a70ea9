package lessons

import (
	"encoding/json"
	"slices"

	"github.com/msc-sim/msc-sim/sim"
)

const (
	keyKind   = "msc-sim assignment key"
	keySchema = 1
	maxKey    = 1 << 20 // bytes
)

// AnswerKey belongs to whoever gives assignments: what solves each of them. It
// stays with the teacher; the assignments themselves have no answers.
type AnswerKey struct {
	Schema  int         `json:"schema"`
	Kind    string      `json:"kind"`
	Lesson  string      `json:"lesson"`
	Edition string      `json:"edition"`
	Keys    []PersonKey `json:"keys"`
}

// PersonKey solves one assignment.
type PersonKey struct {
	Name   string    `json:"name"`
	Seed   uint64    `json:"seed"`
	Points int       `json:"points"`
	Steps  []StepKey `json:"steps"`
}

// StepKey solves one step.
type StepKey struct {
	Title  string   `json:"title"`
	Points int      `json:"points"`
	Lines  []string `json:"lines,omitempty"` // typed after ":", those of a task
	Quiz   []string `json:"quiz,omitempty"`  // when each choice of a question is the true one
}

// KeyOf is the key of assignments of one lesson.
func KeyOf(l *Lesson, all ...Assignment) (AnswerKey, error) {
	k := AnswerKey{Schema: keySchema, Kind: keyKind, Lesson: l.Info.Name, Edition: l.edition()}
	for _, a := range all {
		p, err := a.Personal(l)
		if err != nil {
			return k, err
		}
		one := PersonKey{Name: a.Name, Seed: a.Seed}
		for _, st := range p.steps {
			if st.points > 0 {
				one.Points += st.points
				one.Steps = append(one.Steps, p.stepKey(st))
			}
		}
		k.Keys = append(k.Keys, one)
	}
	return k, nil
}

func (l *Lesson) stepKey(st step) StepKey {
	k := StepKey{Title: st.title, Points: st.points}
	if st.task != nil {
		for _, a := range l.answers[st.title] {
			k.Lines = append(k.Lines, a.plain)
		}
	}
	for _, q := range st.quiz {
		for i, c := range q.choices {
			k.Quiz = append(k.Quiz, q.name+" "+keyOf(i)+isTrueWhen+c.true.source)
		}
	}
	return k
}

// Opens reports whether k has the answers of an assignment.
func (k AnswerKey) Opens(a Assignment) bool {
	return k.Lesson == a.Lesson && k.Edition == a.Edition &&
		slices.ContainsFunc(k.Keys, func(p PersonKey) bool { return p.Seed == a.Seed && p.Name == a.Name })
}

// JSON is k as its file has it.
func (k AnswerKey) JSON() ([]byte, error) {
	data, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return nil, sim.Errorf(sim.Internal, "the key cannot be written: %w", err)
	}
	return append(data, '\n'), nil
}

// ParseKey reads the file of a key. What is none is an Invalid error.
func ParseKey(data []byte) (k AnswerKey, err error) {
	err = readForm(data, maxKey, keyKind, keySchema, &k)
	return k, err
}
