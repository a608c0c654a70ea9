package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

func (a *app) lessonCheck() *cobra.Command {
	var pace time.Duration
	var all bool
	c := &cobra.Command{
		Use:   "check PATH...",
		Short: "play a lesson with its own answers and list its errors",
		Long: `Reads a lesson and plays it by its answers.txt in a world of its own. Every task must
be open before anything is done and done after its answer; of every question exactly
one choice must be true; everything told must have a value.

With --pace it is played by the keys of a learner, who waits so long before each key of a
task: a lesson must be the same for quick and for slow readers. Several lessons are played side by side.`,
		Example:           "  msc-sim lesson check ./my-lesson\n  msc-sim lesson check --pace 10s rest",
		ValidArgsFunction: lessonNames,
		RunE: func(c *cobra.Command, args []string) error {
			if all {
				args = append(args, lessons.Names(lessons.Builtin())...)
			}
			if len(args) == 0 {
				return sim.Invalidf("which lesson is missing").WithFix("give the path of a lesson, or its name")
			}
			return a.checkAll(c.Context(), args, c.Flags().Changed("pace"), pace)
		},
	}
	c.Flags().DurationVar(&pace, "pace", 0, "play by the keys of a learner, who waits so long before each of them")
	c.Flags().BoolVar(&all, "all", false, "check all built-in lessons")
	return c
}

// checkAll checks lessons side by side and says what became of each when all are done.
func (a *app) checkAll(ctx context.Context, names []string, byKeys bool, pace time.Duration) error {
	play := func(fsys fs.FS, name string) (lessons.Report, error) {
		if byKeys {
			return lessons.Rehearse(ctx, fsys, name, openBare, lessons.Options{Visit: visit}, func(int) time.Duration { return pace })
		}
		return lessons.Check(ctx, fsys, name, openBare, lessons.Options{Visit: visit})
	}
	if len(names) == 1 {
		return checkOne(a.Out, names[0], play)
	}
	outs, errs := make([]bytes.Buffer, len(names)), make([]error, len(names))
	var g errgroup.Group
	for i, name := range names {
		g.Go(func() error { // ends with its lesson
			errs[i] = checkOne(&outs[i], name, play)
			return nil
		})
	}
	_ = g.Wait()
	for i := range outs {
		if _, err := a.Out.Write(outs[i].Bytes()); err != nil {
			return err
		}
	}
	bad := 0
	for i, err := range errs {
		if err == nil {
			continue
		}
		bad++
		a.say("%s: %s", sim.Visible(names[i]), sentence(sim.AsError(err)))
	}
	if bad > 0 {
		return sim.Invalidf("%d of %d lessons have problems", bad, len(names)).WithFix("correct the lines named above")
	}
	return nil
}

// checkOne checks a lesson and writes what it found.
func checkOne(out io.Writer, nameOrPath string, play func(fs.FS, string) (lessons.Report, error)) (err error) {
	fsys, name, closeAll, err := folderOf(nameOrPath)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	report, err := play(fsys, name)
	var all interface{ Unwrap() []error }
	if errors.As(err, &all) {
		for _, e := range all.Unwrap() {
			fmt.Fprintln(out, sentence(sim.AsError(e)))
		}
		return wrongs(name, len(all.Unwrap()))
	}
	if err != nil {
		return err
	}
	rows := make([][]string, len(report.Steps))
	for i, s := range report.Steps {
		rows[i] = []string{number(int64(i + 1)), sim.Visible(s.Title), fmt.Sprintf("%.1f s", s.Took.Round(100*time.Millisecond).Seconds())}
	}
	if err := table(out, rows, 0, 2); err != nil {
		return err
	}
	if n := len(report.Problems); n > 0 {
		for _, p := range report.Problems {
			fmt.Fprintln(out, sentence(p))
		}
		return wrongs(name, n)
	}
	_, err = fmt.Fprintf(out, "%s is fine.\n", sim.Visible(report.Lesson.Info.Title))
	return err
}

// wrongs is the error for a lesson with problems that were told.
func wrongs(name string, n int) error {
	problems := "problems"
	if n == 1 {
		problems = "problem"
	}
	return sim.Invalidf("%s has %d %s", sim.Visible(name), n, problems).WithFix("correct the lines named above")
}

// openBare opens the world of a lesson that is only being checked: nobody else
// may act on it.
func openBare(ctx context.Context, l *lessons.Lesson) (lessons.World, func() error, error) {
	spec, err := worldfile.Parse("world.yaml", l.World)
	if err != nil {
		return nil, nil, err
	}
	w, err := lab.Open(ctx, spec, lab.Options{})
	if err != nil {
		return nil, nil, err
	}
	return w, w.Close, nil
}
