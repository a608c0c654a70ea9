package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func (a *app) lessonSummary() *cobra.Command {
	return &cobra.Command{
		Use:   "summary [NAME]",
		Short: "show what you did, predicted and measured (a record, not a certificate)",
		Long: `Tells what you did in a lesson: predictions beside the truth, the quiz, the numbers that
were kept from your runs, what to remember and what to try. Without a name it tells of
every lesson that you began.`,
		Example:           "  msc-sim lesson summary rest\n  msc-sim lesson summary",
		Args:              atMost(1, "one lesson"),
		ValidArgsFunction: lessonNames,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.summaries()
			}
			l, err := findLesson(args[0])
			if err != nil {
				return err
			}
			return a.summary(l)
		},
	}
}

// summaries is a line for every lesson that was begun.
func (a *app) summaries() error {
	store, err := a.progress()
	if err != nil {
		return err
	}
	rows := [][]string{{"lesson", "progress", "predicted right", "quiz right", "time", "last"}}
	for _, name := range lessons.Names(lessons.Builtin()) {
		l, err := lessons.Load(lessons.Builtin(), name)
		if err != nil {
			return err
		}
		p, _, err := store.Load(name)
		if err != nil {
			return err
		}
		if p.Schema == 0 {
			continue
		}
		s := l.Record(p).Summary
		rows = append(rows, []string{
			name, shelved{l.Info, min(p.DoneSteps(), l.Info.Steps), p.Finished}.progress(), parts(s.Right, s.Predicted),
			parts(s.Correct, s.Asked), minutes(s.Took), p.Changed.Local().Format("2 January 2006"),
		})
	}
	if len(rows) == 1 {
		a.say("No lesson was started yet. List them: msc-sim lesson list")
		return nil
	}
	if err := table(a.Out, rows); err != nil {
		return err
	}
	a.say("\nMore of one: msc-sim lesson summary %s", rows[1][0])
	return nil
}

func parts(n, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%d of %d", n, of)
}

func minutes(d time.Duration) string { return fmt.Sprintf("%.0f min", d.Minutes()) }

// summary tells of one lesson.
func (a *app) summary(l *lessons.Lesson) error {
	store, err := a.progress()
	if err != nil {
		return err
	}
	p, note, err := store.Load(l.Info.Name)
	if err != nil {
		return err
	}
	if note != "" {
		a.say("%s", note)
	}
	if p.Schema == 0 {
		a.say("%s was not started yet: msc-sim lesson %s", sim.Visible(l.Info.Title), sim.Visible(l.Info.Name))
		return nil
	}
	r := l.Record(p)
	state := "begun"
	if r.Finished {
		state = "finished"
	}
	a.say("%s: %s, %s, last on %s", sim.Visible(r.Info.Title), state, minutes(r.Summary.Took), r.Changed.Local().Format("2 January 2006"))
	a.say("A record of what you did, not a certificate.")
	a.lines("What you did", r.Summary.Did)
	if err := a.predictions(r); err != nil {
		return err
	}
	a.answers(r)
	if err := a.numbers(r); err != nil {
		return err
	}
	a.lines("What to remember", r.Summary.Remember)
	a.lines("What to try in msc-sim playground "+sim.Visible(r.Info.World), r.Summary.Try)
	return nil
}

func (a *app) lines(head string, items []string) {
	if len(items) == 0 {
		return
	}
	a.say("\n%s", head)
	for _, s := range items {
		a.say("  %s", sim.Visible(strings.ReplaceAll(s, "**", "")))
	}
}

func (a *app) predictions(r lessons.Record) error {
	if len(r.Steps) == 0 {
		return nil
	}
	a.say("\nSteps, and predictions: %s right", parts(r.Summary.Right, r.Summary.Predicted))
	rows := [][]string{{"", "step", "you said", "what was true", "hints", "by"}}
	for _, s := range r.Steps {
		mark := " "
		switch {
		case s.Predicted == "" || s.Truth == "":
		case s.Right:
			mark = "✓"
		default:
			mark = "×"
		}
		rows = append(rows, []string{mark, sim.Visible(s.Title), orDash(sim.Visible(s.Predicted)), orDash(sim.Visible(s.Truth)), number(int64(s.Hints)), s.SolvedBy})
	}
	return table(a.Out, rows, 4)
}

func (a *app) answers(r lessons.Record) {
	if len(r.Quiz) == 0 {
		return
	}
	a.say("\nQuiz: %s right", parts(r.Summary.Correct, r.Summary.Asked))
	for _, q := range r.Quiz {
		mark := "×"
		if q.Right {
			mark = "✓"
		}
		by := ""
		if q.Solved {
			by = " (solved by the program)"
		}
		a.say("%s %s", mark, sim.Visible(strings.ReplaceAll(q.Question, "**", "")))
		if !q.Right {
			a.say("    you said:  %s", sim.Visible(q.Chosen))
		}
		a.say("    true was:  %s%s", sim.Visible(q.Truth), by)
	}
}

func (a *app) numbers(r lessons.Record) error {
	if len(r.Kept) == 0 {
		return nil
	}
	a.say("\nNumbers kept from your runs")
	var rows [][]string
	for _, k := range r.Kept {
		rows = append(rows, []string{"  " + strings.ReplaceAll(k.Name, "_", " "), sim.Visible(k.Value)})
	}
	return table(a.Out, rows)
}
