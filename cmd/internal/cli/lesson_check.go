package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/world"
)

func (a *app) lessonCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check PATH",
		Short: "play a lesson by its own answers and say what is wrong with it",
		Long: `Reads a lesson and plays it by its answers.txt in a world of its own. Every task must
be open before anything is done and done after its answer; of every question exactly
one choice must be true; everything told must have a value.`,
		Example:           "  msc-sim lesson check ./my-lesson\n  msc-sim lesson check rest",
		Args:              exactly("the path of a lesson, or its name"),
		ValidArgsFunction: lessonNames,
		RunE:              func(c *cobra.Command, args []string) error { return a.check(c.Context(), args[0]) },
	}
}

func (a *app) check(ctx context.Context, nameOrPath string) (err error) {
	fsys, name, closeAll, err := folderOf(nameOrPath)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	report, err := lessons.Check(ctx, fsys, name, openBare, lessons.Options{Visit: visit})
	if err != nil {
		return err
	}
	rows := make([][]string, len(report.Steps))
	for i, s := range report.Steps {
		rows[i] = []string{number(int64(i + 1)), sim.Visible(s.Title), fmt.Sprintf("%.1f s", s.Took.Round(100*time.Millisecond).Seconds())}
	}
	if err := table(a.Out, rows, 0, 2); err != nil {
		return err
	}
	if n := len(report.Problems); n > 0 {
		for _, p := range report.Problems {
			a.say("%s", sentence(p))
		}
		return sim.Invalidf("%s has %d problems", name, n).WithFix("mend the lines named above")
	}
	a.say("%s is fine.", sim.Visible(report.Lesson.Info.Title))
	return nil
}

// openBare opens the world of a lesson that is only being checked: nobody else
// may act on it.
func openBare(ctx context.Context, l *lessons.Lesson) (lessons.World, func() error, error) {
	spec, err := world.Parse("world.yaml", l.World)
	if err != nil {
		return nil, nil, err
	}
	w, err := lab.Open(ctx, spec, lab.Options{})
	if err != nil {
		return nil, nil, err
	}
	return w, w.Close, nil
}
