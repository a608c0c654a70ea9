package lessons

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

const scheduleSchema = 1

// Day is the unit in which recall counts.
const Day = 24 * time.Hour

// Intervals are when questions of a lesson are asked again, counted from its
// end: what is recalled shortly before it would be forgotten stays longer.
func Intervals() []time.Duration { return []time.Duration{Day, 3 * Day, 7 * Day, 21 * Day} }

// Schedule says which questions are asked again, and when. The zero value is
// that of somebody who was never asked.
type Schedule struct {
	Schema  int                       `json:"schema"`
	Lessons map[string]LessonSchedule `json:"lessons"`
}

// LessonSchedule is that of one lesson.
type LessonSchedule struct {
	Asked     time.Time               `json:"asked"` // when it was asked last
	Questions map[string]QuestionTold `json:"questions"`
}

// QuestionTold counts how often a question was asked and how often the answer
// was right.
type QuestionTold struct {
	Asked int `json:"asked"`
	Right int `json:"right"`
}

// Next is when questions of a lesson that ended at a time are to be asked: at the
// first of the intervals since which nothing was asked. It is zero when all are over.
func (s Schedule) Next(lesson string, ended time.Time) time.Time {
	asked := s.Lessons[lesson].Asked
	for _, d := range Intervals() {
		if at := ended.Add(d); asked.Before(at) {
			return at
		}
	}
	return time.Time{}
}

// Choose orders the names of questions: those asked least come first, and of
// those the ones that were answered wrongly more often.
func (s Schedule) Choose(lesson string, names []string) []string {
	out := slices.Clone(names)
	told := s.Lessons[lesson].Questions
	slices.SortStableFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(told[a].Asked, told[b].Asked), cmp.Compare(told[a].Right, told[b].Right))
	})
	return out
}

// Note takes down the answer to one question.
func (s *Schedule) Note(lesson, question string, right bool, at time.Time) {
	if s.Lessons == nil {
		s.Lessons = map[string]LessonSchedule{}
	}
	l := s.Lessons[lesson]
	if l.Questions == nil {
		l.Questions = map[string]QuestionTold{}
	}
	q := l.Questions[question]
	q.Asked++
	if right {
		q.Right++
	}
	l.Questions[question], l.Asked = q, at
	s.Lessons[lesson] = l
}

// LoadSchedule reads the schedule in a directory. None is a zero one; one that
// cannot be read is an error, and is left as it is.
func LoadSchedule(dir string) (s Schedule, err error) {
	file := scheduleFile(dir)
	data, err := readBounded(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return Schedule{}, nil
	case err != nil:
		return s, sim.Errorf(sim.Denied, "%s cannot be read: %w", file, err)
	case len(data) > maxProgress || json.Unmarshal(data, &s) != nil || s.Schema != scheduleSchema:
		return Schedule{}, sim.Errorf(sim.Conflict, "%s is not what this version of msc-sim writes", file).
			WithFix("move it away: questions are then asked as if for the first time")
	}
	return s, nil
}

// Save keeps the schedule in a directory.
func (s Schedule) Save(dir string) error {
	s.Schema = scheduleSchema
	data, err := json.MarshalIndent(s, "", "  ")
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = Replace(scheduleFile(dir), append(data, '\n'))
	}
	if err != nil {
		return sim.Errorf(sim.Unavailable, "what was asked cannot be kept: %w", err).WithFix("set MSC_SIM_HOME to a directory of yours")
	}
	return nil
}

func scheduleFile(dir string) string { return filepath.Join(dir, "recall.json") }
