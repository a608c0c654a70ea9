package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/cmd/internal/control"
	"github.com/msc-sim/msc-sim/cmd/internal/plain"
	"github.com/msc-sim/msc-sim/cmd/internal/tui"
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

func (a *app) lesson() *cobra.Command {
	var assignment assignmentFlags
	c := &cobra.Command{
		Use:   "lesson [NAME]",
		Short: "start or continue a lesson",
		Long: `Starts a lesson, or continues where you stopped. NAME is one of msc-sim lesson list, or
the path of a folder with your own lesson. Without a name the command lists the lessons.`,
		Example:           "  msc-sim lesson rest\n  msc-sim lesson rest --plain",
		Args:              atMost(1, "one lesson"),
		ValidArgsFunction: lessonNames,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case assignment.file != "":
				return a.solveAssignment(c.Context(), assignment, args)
			case len(args) == 0:
				return a.listLessons(false)
			default:
				return a.playLesson(c.Context(), args[0])
			}
		},
	}
	c.AddCommand(a.lessonList(), a.lessonShow(), a.lessonCheck(), a.lessonNew(), a.lessonReset(), a.lessonSolve(),
		a.lessonHandout(), a.lessonAssignment(), a.lessonResults(), a.lessonSummary())
	assignment.add(c)
	return c
}

// playLesson shows a lesson until it ends or the person leaves.
func (a *app) playLesson(ctx context.Context, name string) error {
	if a.plainFace() {
		return a.plainLesson(ctx, name)
	}
	return a.screenLesson(ctx, name)
}

// solveAssignment plays an assignment and keeps what became of it.
func (a *app) solveAssignment(ctx context.Context, f assignmentFlags, args []string) error {
	name, err := a.assign(f, args)
	if err != nil {
		return err
	}
	return errors.Join(a.playLesson(ctx, name), a.keepResult())
}

// screenLesson looks for the lesson before the screen opens: what is wrong with
// its name belongs on the normal screen.
func (a *app) screenLesson(ctx context.Context, name string) error {
	if _, _, err := a.opening(name); err != nil {
		return err
	}
	return a.screen(ctx, tui.Start{Lesson: name})
}

func (a *app) plainLesson(ctx context.Context, name string) (err error) {
	r, session, err := a.openLesson(ctx, name)
	if err != nil {
		return unlessLeft(ctx, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return plain.Lesson(ctx, a.In, a.Out, r, session, plain.Options{Again: a.again(name), Quiet: a.look.quiet})
}

// openLesson opens a lesson with its world. Whatever is said through ctl goes
// through the lesson, so that it knows what was done.
func (a *app) openLesson(ctx context.Context, name string) (*running, *lessons.Session, error) {
	l, store, err := a.opening(name)
	if err != nil {
		return nil, nil, err
	}
	return a.openSession(ctx, l, lessons.Options{Progress: store, Visit: visit})
}

func (a *app) openSession(ctx context.Context, l *lessons.Lesson, o lessons.Options) (r *running, s *lessons.Session, err error) {
	spec, err := worldfile.Parse("world.yaml", l.World)
	if err != nil {
		return nil, nil, err
	}
	r, err = a.open(ctx, spec, lab.Options{}, func(b *lab.Lab) (control.World, error) {
		s, err = lessons.Start(ctx, l, b, o)
		return taught{b, s}, err
	})
	return r, s, err
}

// taught is a world whose door is that of a lesson.
type taught struct {
	*lab.Lab
	lesson *lessons.Session
}

func (t taught) Do(ctx context.Context, c sim.Command) (sim.Result, error) {
	return t.lesson.Do(ctx, c)
}

func lessonNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return lessons.Names(lessons.Builtin()), cobra.ShellCompDirectiveDefault // folders too
}
