package lessons

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

const (
	assignmentKind   = "msc-sim assignment"
	assignmentSchema = 1
	maxAssignment    = 64 << 10 // bytes
	maxLearner       = 80       // signs of a name
)

// Assignment is a lesson for one person: a seed makes other numbers of it, and
// chooses what is asked. What follows the seed is told for people to read; it is
// made again from the seed when the assignment is begun.
type Assignment struct {
	Schema  int               `json:"schema"`
	Kind    string            `json:"kind"`
	Lesson  string            `json:"lesson"`
	Edition string            `json:"edition"` // of the lesson it was made from
	Name    string            `json:"name"`    // whose it is; "" = nobody's in particular
	Seed    uint64            `json:"seed"`
	Changed map[string]string `json:"changed"`         // words of the lesson, and what stands in their place
	Quiz    []string          `json:"quiz"`            // names of the questions, in their order
	Bonus   string            `json:"bonus,omitempty"` // the step that goes beyond the core
	Begin   string            `json:"begin"`           // how
}

// Assign makes the assignment of a lesson for one person. The same lesson, seed
// and name give the same assignment.
func Assign(l *Lesson, seed uint64, name string) (Assignment, error) {
	name = strings.TrimSpace(name)
	if sim.Visible(name) != name || len([]rune(name)) > maxLearner {
		return Assignment{}, sim.Invalidf("%q cannot be a name", sim.Visible(name)).WithFix("at most %d letters, without control characters", maxLearner)
	}
	p, changed, err := l.personal(seed)
	if err != nil {
		return Assignment{}, err
	}
	a := Assignment{
		Schema: assignmentSchema, Kind: assignmentKind, Lesson: l.Info.Name, Edition: l.edition(), Name: name, Seed: seed,
		Changed: changed, Begin: "msc-sim lesson " + l.Info.Name + " --assignment FILE",
	}
	for _, st := range p.steps {
		for _, q := range st.quiz {
			a.Quiz = append(a.Quiz, q.name)
		}
		if i := l.find(st.title); l.steps[i].more {
			a.Bonus = st.title
		}
	}
	return a, nil
}

// ParseAssignment reads the file of an assignment. A file of another kind is an
// Invalid error; one of a newer version is a Conflict.
func ParseAssignment(data []byte) (a Assignment, err error) {
	if err := readForm(data, maxAssignment, assignmentKind, assignmentSchema, &a); err != nil {
		return Assignment{}, err
	}
	if !validName(a.Lesson) {
		return Assignment{}, sim.Invalidf("it names no lesson")
	}
	return a, nil
}

// Personal is l as the assignment makes it. An assignment that was made from
// another edition of the lesson is a Conflict: it would ask something else.
func (a Assignment) Personal(l *Lesson) (*Lesson, error) {
	switch {
	case a.Lesson != l.Info.Name:
		return nil, sim.Invalidf("this assignment is for the lesson %s, not for %s", a.Lesson, l.Info.Name)
	case a.Edition != l.edition():
		return nil, sim.Errorf(sim.Conflict, "this assignment was made from another edition of the lesson %s", a.Lesson).
			WithFix("use the version of msc-sim it was made with, or ask for a new one")
	}
	p, _, err := l.personal(a.Seed)
	return p, err
}

// readForm reads a file of ours: its kind and its schema first, so that a
// foreign file is told from a broken one.
func readForm(data []byte, most int, kind string, schema int, into any) error {
	if len(data) > most {
		return sim.Invalidf("it is larger than %d KiB", most>>10)
	}
	var head struct {
		Schema int    `json:"schema"`
		Kind   string `json:"kind"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return sim.Invalidf("it is no complete JSON: %v", err)
	}
	switch {
	case head.Kind != kind:
		return sim.Invalidf("it is no %s", kind)
	case head.Schema > schema:
		return sim.Errorf(sim.Conflict, "it was written by a newer version of msc-sim").WithFix("read it with that version")
	case head.Schema != schema:
		return sim.Invalidf("it has the schema %d, not %d", head.Schema, schema)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return sim.Invalidf("it is not what msc-sim writes: %v", err)
	}
	return nil
}
