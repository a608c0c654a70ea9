package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/cmd/internal/plain"
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// recallAtOnce is how many questions are asked at once: half a minute each.
const recallAtOnce = 3

func (a *app) recall() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "recall",
		Short: "answer three questions from lessons that you finished",
		Long: `Asks three questions of the quizzes of lessons that you finished 1, 3, 7 and 21 days ago.
If a question is about a number, the number is measured again before the question. Your
answers are stored: questions that were asked least come first.`,
		Example: "  msc-sim recall\n  msc-sim recall --all",
		Args:    atMost(0, "nothing more"),
		RunE:    func(c *cobra.Command, _ []string) error { return a.askAgain(c.Context(), all) },
	}
	c.Flags().BoolVar(&all, "all", false, "ask from all finished lessons, also before they are due")
	return c
}

// finishedLesson is one that can be asked about.
type finishedLesson struct {
	lesson *lessons.Lesson
	due    time.Time // zero = never again
}

func (f finishedLesson) isDue(now time.Time) bool {
	return !f.due.IsZero() && !now.Before(f.due)
}

// asking is one question that is going to be asked.
type asking struct {
	lesson *lessons.Lesson
	name   string
}

func (a *app) askAgain(ctx context.Context, all bool) error {
	dir, err := a.stateDir()
	if err != nil {
		return err
	}
	schedule, err := lessons.LoadSchedule(dir)
	if err != nil {
		return err
	}
	finished, err := a.finishedLessons(schedule, a.say)
	if err != nil {
		return err
	}
	now := time.Now()
	questions := chooseQuestions(finished, schedule, now, all)
	if len(questions) > 0 {
		recalled, err := a.measureAgain(ctx, questions)
		if err != nil {
			return unlessLeft(ctx, err)
		}
		right, answered := 0, 0
		err = plain.Recall(ctx, a.In, a.Out, recalled, func(i, choice int) error {
			answered++
			ok := choice == recalled[i].Question.Truth
			if ok {
				right++
			}
			schedule.Note(questions[i].lesson.Info.Name, questions[i].name, ok, now)
			return schedule.Save(dir)
		}, plain.Options{})
		if err != nil {
			return err
		}
		a.say("\n%d of %d right.", right, answered)
	}
	return a.tellNext(schedule, now, len(questions) > 0)
}

// dueNames are the lessons of which questions are due now. What cannot be read
// is told by recall itself.
func (a *app) dueNames() (names []string) {
	dir, err := a.stateDir()
	if err != nil {
		return nil
	}
	schedule, err := lessons.LoadSchedule(dir)
	if err != nil {
		return nil
	}
	finished, _ := a.finishedLessons(schedule, func(string, ...any) {})
	for _, f := range finished {
		if f.isDue(time.Now()) {
			names = append(names, f.lesson.Info.Name)
		}
	}
	return names
}

// finishedLessons are the built-in lessons that were finished, with when
// questions of them are due; say is told of progress that was mended.
func (a *app) finishedLessons(s lessons.Schedule, say func(string, ...any)) (all []finishedLesson, err error) {
	store, err := a.progress()
	if err != nil {
		return nil, err
	}
	for _, name := range lessons.Names(lessons.Builtin()) {
		p, note, err := store.Load(name)
		if err != nil {
			return nil, err
		}
		if note != "" {
			say("%s", note)
		}
		if !p.Finished {
			continue
		}
		l, err := lessons.Load(lessons.Builtin(), name)
		if err != nil {
			return nil, err
		}
		ended := p.Ended
		if ended.IsZero() {
			ended = p.Changed
		}
		all = append(all, finishedLesson{l, s.Next(name, ended)})
	}
	slices.SortStableFunc(all, func(x, y finishedLesson) int { return x.due.Compare(y.due) })
	return all, nil
}

// chooseQuestions takes one question of each lesson that is due, and then the
// next, until there are enough.
func chooseQuestions(finished []finishedLesson, s lessons.Schedule, now time.Time, all bool) (questions []asking) {
	var ordered [][]asking
	for _, f := range finished {
		if !all && !f.isDue(now) {
			continue
		}
		var of []asking
		for _, name := range s.Choose(f.lesson.Info.Name, f.lesson.QuizNames()) {
			of = append(of, asking{f.lesson, name})
		}
		ordered = append(ordered, of)
	}
	for n := 0; len(questions) < recallAtOnce; n++ {
		before := len(questions)
		for _, of := range ordered {
			if n < len(of) && len(questions) < recallAtOnce {
				questions = append(questions, of[n])
			}
		}
		if len(questions) == before {
			break
		}
	}
	slices.SortStableFunc(questions, func(x, y asking) int { return strings.Compare(x.lesson.Info.Name, y.lesson.Info.Name) })
	return questions
}

// measureAgain makes questions ready, a lesson at a time.
func (a *app) measureAgain(ctx context.Context, questions []asking) (all []plain.Recalled, err error) {
	for len(questions) > 0 {
		l := questions[0].lesson
		var names []string
		for len(questions) > 0 && questions[0].lesson == l {
			names = append(names, questions[0].name)
			questions = questions[1:]
		}
		again, err := lessons.AskAgain(ctx, l, names, openBare, lessons.Options{Visit: visit}, func(_, _ int, title string) {
			fmt.Fprintf(a.Err, "Measuring again: %s, %s\n", sim.Visible(l.Info.Title), sim.Visible(title))
		})
		if err != nil {
			return nil, err
		}
		for _, q := range again {
			all = append(all, plain.Recalled{Lesson: l.Info.Title, Question: q})
		}
	}
	return all, nil
}

// tellNext says when questions are due next.
func (a *app) tellNext(s lessons.Schedule, now time.Time, asked bool) error {
	finished, err := a.finishedLessons(s, a.say)
	if err != nil {
		return err
	}
	if len(finished) == 0 {
		a.say("Nothing to recall: no lesson is finished yet. List them: msc-sim lesson list")
		return nil
	}
	if !asked {
		a.say("No question is due now. msc-sim recall --all asks anyway.")
	}
	for _, f := range finished {
		switch name := f.lesson.Info.Name; {
		case f.due.IsZero():
			a.say("%s: asked for the last time", name)
		case f.due.After(now):
			a.say("%s: next on %s", name, f.due.Local().Format("2 January 2006"))
		default:
			a.say("%s: due now", name)
		}
	}
	return nil
}
