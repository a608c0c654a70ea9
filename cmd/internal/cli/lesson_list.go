package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/lessons"
)

// shelved is a lesson with how far the learner has come.
type shelved struct {
	info     lessons.Info
	done     int
	finished bool
}

func (l shelved) progress() string {
	switch {
	case l.finished:
		return "finished"
	case l.done > 0:
		return fmt.Sprintf("%d of %d", l.done, l.info.Steps)
	default:
		return "–"
	}
}

// shelf is every lesson that comes with the program, in an order in which they
// can be learnt: none before those it needs.
func (a *app) shelf() (all []shelved, err error) {
	store, err := a.progress()
	if err != nil {
		return nil, err
	}
	for _, name := range lessons.Names(lessons.Builtin()) {
		l, err := lessons.Load(lessons.Builtin(), name)
		if err != nil {
			return nil, err
		}
		p, _, err := store.Load(name)
		if err != nil {
			return nil, err
		}
		all = append(all, shelved{l.Info, min(p.DoneSteps(), l.Info.Steps), p.Finished})
	}
	whole := slices.Clone(all)
	slices.SortStableFunc(all, func(x, y shelved) int {
		return cmp.Or(cmp.Compare(depth(x.info, whole, 0), depth(y.info, whole, 0)), cmp.Compare(x.info.Level, y.info.Level))
	})
	return all, nil
}

// depth is how many lessons stand one upon the other below this one. Lessons
// that need each other end the count.
func depth(i lessons.Info, all []shelved, above int) (most int) {
	if above > len(all) {
		return 0
	}
	for _, l := range all {
		if slices.Contains(i.Needs, l.info.Name) {
			most = max(most, 1+depth(l.info, all, above+1))
		}
	}
	return most
}

// nextLesson is the first one that is not finished, or the first.
func nextLesson(all []shelved) string {
	for _, l := range all {
		if !l.finished {
			return l.info.Name
		}
	}
	return all[0].info.Name
}

func (a *app) lessonList() *cobra.Command {
	c := &cobra.Command{
		Use:     "list",
		Short:   "list the lessons with your progress",
		Example: "  msc-sim lesson list",
		Args:    atMost(0, "nothing more"),
	}
	asJSON := format(c)
	c.RunE = func(*cobra.Command, []string) error { return a.listLessons(asJSON()) }
	return c
}

func (a *app) listLessons(asJSON bool) error {
	all, err := a.shelf()
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(a.Out).Encode(map[string]any{"schema": 1, "lessons": asLessonJSON(all)})
	}
	rows := [][]string{{"lesson", "title", "minutes", "level", "needs", "progress"}}
	for _, l := range all {
		rows = append(rows, []string{
			l.info.Name, l.info.Title, number(int64(l.info.Minutes)), number(int64(l.info.Level)),
			orDash(strings.Join(l.info.Needs, ", ")), l.progress(),
		})
	}
	return table(a.Out, rows, 2, 3)
}

// lessonJSON is a lesson as lesson list --format json writes it.
type lessonJSON struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Minutes  int      `json:"minutes"`
	Level    int      `json:"level"`
	Needs    []string `json:"needs"`
	Steps    int      `json:"steps"`
	Done     int      `json:"done"`
	Finished bool     `json:"finished"`
}

func asLessonJSON(all []shelved) []lessonJSON {
	out := make([]lessonJSON, len(all))
	for i, l := range all {
		out[i] = lessonJSON{l.info.Name, l.info.Title, l.info.Minutes, l.info.Level, l.info.Needs, l.info.Steps, l.done, l.finished}
	}
	return out
}
