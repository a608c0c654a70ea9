package lessons

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// progressSchema is the version of the form of a Progress file.
const progressSchema = 1

// maxProgress bounds a progress file.
const maxProgress = 1 << 20

// Progress is how far a learner has come in one lesson, and what they found
// there. The zero value is a lesson that was not begun.
type Progress struct {
	Schema   int                        `json:"schema"`
	Lesson   string                     `json:"lesson"`
	At       string                     `json:"at"` // title of the step to go on with
	Finished bool                       `json:"finished"`
	Took     time.Duration              `json:"took_ns"` // time spent, pauses left out
	Begun    time.Time                  `json:"begun,omitzero"`
	Ended    time.Time                  `json:"ended,omitzero"` // when it was finished first
	Changed  time.Time                  `json:"changed"`
	Steps    map[string]StepProgress    `json:"steps"` // by title
	Quiz     map[string]QuizProgress    `json:"quiz"`  // by name of the question
	Kept     map[string]json.RawMessage `json:"kept"`  // numbers that later steps use
}

// StepProgress is what became of one step.
type StepProgress struct {
	Done      bool   `json:"done"`
	Solved    bool   `json:"solved,omitempty"`    // by `solve`
	Skipped   bool   `json:"skipped,omitempty"`   // by going on without it
	Hints     int    `json:"hints,omitempty"`     // asked for
	Predicted int    `json:"predicted,omitempty"` // 1 is the first choice; 0 = not yet
	Truth     int    `json:"truth,omitempty"`     // what turned out to be true; 0 = not known
	Value     string `json:"value,omitempty"`     // what was read and typed
	Result    string `json:"result,omitempty"`
	After     string `json:"after,omitempty"` // what was told then, with the numbers of then

	Took time.Duration `json:"took_ns,omitempty"` // time spent on it, pauses left out
}

// QuizProgress is the answer to one question.
type QuizProgress struct {
	Chosen int  `json:"chosen"` // 1 is the first
	Truth  int  `json:"truth"`
	Solved bool `json:"solved,omitempty"`
}

// DoneSteps is how many steps are done.
func (p Progress) DoneSteps() int {
	n := 0
	for _, s := range p.Steps {
		if s.Done {
			n++
		}
	}
	return n
}

// Store keeps progress in a directory of its own, one file a lesson. Files are
// replaced as a whole, so a crash leaves either the old one or the new one. Many
// goroutines and processes may use a directory; the last one to write wins.
type Store struct{ Dir string }

// Load returns what is kept of a lesson. What cannot be read is moved aside, never
// overwritten, and note says where to; the lesson then begins anew. A file of a
// newer version of this program is an error, and stays as it is.
func (s *Store) Load(lesson string) (p Progress, note string, err error) {
	file := s.file(lesson)
	data, err := readBounded(file)
	if errors.Is(err, os.ErrNotExist) {
		return Progress{}, "", nil
	}
	if err == nil {
		p, err = parseProgress(lesson, data)
	}
	var newer *sim.Error
	switch {
	case err == nil:
		return p, "", nil
	case errors.As(err, &newer) && newer.Code == sim.Conflict:
		return Progress{}, "", err
	case errors.Is(err, os.ErrPermission):
		return Progress{}, "", sim.Errorf(sim.Denied, "%s cannot be read: %w", file, err).WithFix("set MSC_SIM_HOME to a directory of yours")
	}
	aside := fmt.Sprintf("%s.unreadable-%d", file, os.Getpid())
	if moved := os.Rename(file, aside); moved != nil {
		return Progress{}, "", sim.Errorf(sim.Internal, "%s cannot be read, nor moved aside: %w", file, moved)
	}
	return Progress{}, sim.Visible(fmt.Sprintf("The progress of this lesson could not be read (%s). It was moved to %s; nothing else is lost.",
		sim.AsError(err).Message, aside)), nil
}

// Save keeps p on disk and returns when it is there.
func (s *Store) Save(p Progress) error {
	if !validName(p.Lesson) {
		return sim.Invalidf("%q is not the name of a lesson", p.Lesson)
	}
	p.Schema = progressSchema
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return sim.Errorf(sim.Internal, "progress cannot be written: %w", err)
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return sim.Errorf(sim.Denied, "progress cannot be kept: %w", err).WithFix("set MSC_SIM_HOME to a directory of yours")
	}
	if err := Replace(s.file(p.Lesson), append(data, '\n')); err != nil {
		return sim.Errorf(sim.Unavailable, "progress cannot be kept: %w", err).WithFix("is there room on the disk?")
	}
	return nil
}

// Reset forgets the progress of one lesson.
func (s *Store) Reset(lesson string) error {
	if !validName(lesson) {
		return sim.Invalidf("%q is not the name of a lesson", sim.Visible(lesson))
	}
	if err := os.Remove(s.file(lesson)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return sim.Errorf(sim.Denied, "the progress of %s cannot be removed: %w", lesson, err)
	}
	return nil
}

func (s *Store) file(lesson string) string { return filepath.Join(s.Dir, lesson+".json") }

func parseProgress(lesson string, data []byte) (p Progress, err error) {
	if len(data) > maxProgress {
		return p, sim.Invalidf("it is larger than %d KiB", maxProgress>>10)
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return Progress{}, sim.Invalidf("it is not complete: %v", err)
	}
	switch {
	case p.Schema > progressSchema:
		return Progress{}, sim.Errorf(sim.Conflict, "this progress was written by a newer version of this program").
			WithFix("use that version, or start again: msc-sim lesson reset %s", lesson)
	case p.Schema != progressSchema || p.Lesson != lesson:
		return Progress{}, sim.Invalidf("it is not the progress of %s", lesson)
	}
	return p, nil
}

// readBounded reads a file, and one byte more than is allowed at most.
func readBounded(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxProgress+1))
}

// Replace puts data in the place of a file at once: it is written beside it,
// brought to the disk, and then renamed.
func Replace(file string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	return err
}
