package cli

import (
	"path/filepath"
	"strings"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// classKey is the file of the key of a whole roster, beside its assignments.
const classKey = "class.key"

// keyFile is where the key of one assignment stands: beside it.
func keyFile(assignment string) string {
	return strings.TrimSuffix(assignment, filepath.Ext(assignment)) + ".key"
}

// writeKey writes the answers of assignments, for nobody else to read.
func (a *app) writeKey(file string, l *lessons.Lesson, all ...lessons.Assignment) error {
	key, err := lessons.KeyOf(l, all...)
	if err != nil {
		return err
	}
	data, err := key.JSON()
	if err != nil {
		return err
	}
	if err := lessons.Replace(file, data); err != nil { // a new file that only its owner reads
		return sim.Errorf(sim.Denied, "%s cannot be written: %w", file, err).WithFix("choose another place with -o")
	}
	a.say("%s has the answers. It stays with you: lesson handout --answers needs it.", sim.Visible(file))
	return nil
}

// needKey refuses the answers of an assignment without its key: the file that is
// named, or what stands beside the assignment.
func needKey(a lessons.Assignment, assignment, named string) error {
	files := []string{keyFile(assignment), filepath.Join(filepath.Dir(assignment), classKey)}
	if named != "" {
		files = []string{named}
	}
	var first error
	for _, file := range files {
		data, err := readWhole(file)
		var key lessons.AnswerKey
		if err == nil {
			key, err = lessons.ParseKey(data)
		}
		switch {
		case err == nil && key.Opens(a):
			return nil
		case err == nil:
			err = sim.Invalidf("%s is the key of another assignment", sim.Visible(file))
		default:
			err = sim.Errorf(sim.CodeOf(err), "%s is no key of this assignment: %s", sim.Visible(file), sim.AsError(err).Message)
		}
		if first == nil {
			first = err
		}
	}
	return sim.AsError(first).WithFix("name the key file with --key FILE; lesson assignment wrote it beside the assignment")
}
