package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/cmd/internal/handout"
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func (a *app) lessonHandout() *cobra.Command {
	var answers bool
	var file, assignment, key string
	form := oneOf("md", "html")
	c := &cobra.Command{
		Use:   "handout NAME",
		Short: "print a lesson, with gaps for learners or answers for teachers",
		Long: `Plays the lesson once by its answers, on this machine, and prints what it asks and
tells with the numbers and pictures of that run. Without --answers there are gaps for
predictions, tasks and quiz. The answers of an assignment need its key, which msc-sim lesson
assignment wrote beside it.`,
		Example:           "  msc-sim lesson handout rest --format html -o rest.html\n  msc-sim lesson handout rest --answers",
		Args:              exactly("the name of a lesson"),
		ValidArgsFunction: lessonNames,
		RunE: func(c *cobra.Command, args []string) error {
			name := args[0]
			if assignment != "" {
				if _, err := a.assign(assignmentFlags{file: assignment}, args); err != nil {
					return err
				}
				if answers {
					if err := needKey(a.assigned.Assignment, assignment, key); err != nil {
						return err
					}
				}
			}
			return a.handout(c.Context(), name, answers, form.value == "html", file)
		},
	}
	c.Flags().BoolVar(&answers, "answers", false, "for the teacher: print the right answers, the reasons and the solutions")
	c.Flags().StringVar(&assignment, "assignment", "", "print the assignment in `FILE` instead")
	c.Flags().StringVar(&key, "key", "", "with --answers: `FILE` with the answers of the assignment (default: beside the assignment)")
	c.Flags().Var(form, "format", "output format")
	c.Flags().StringVarP(&file, "output", "o", "", "write to `FILE`")
	return c
}

func (a *app) handout(ctx context.Context, name string, answers, asHTML bool, file string) error {
	l, _, err := a.opening(name)
	if err != nil {
		return err
	}
	s, err := lessons.PlaySheet(ctx, l, openBare, lessons.Options{Visit: visit}, a.playing("Playing"))
	if err != nil {
		return unlessLeft(ctx, err)
	}
	write := handout.Markdown
	if asHTML {
		write = handout.HTML
	}
	var out bytes.Buffer
	if err := write(&out, s, handout.Options{Answers: answers, Machine: machine(), Version: thisBuild().Version}); err != nil {
		return err
	}
	return a.deliver(file, out.Bytes())
}

// playing tells how far the playing of a lesson has come, once it takes longer
// than a second. It writes to Err, because Out may be the document.
func (a *app) playing(doing string) func(step, of int, title string) {
	began := time.Now()
	return func(step, of int, title string) {
		if time.Since(began) > time.Second {
			fmt.Fprintf(a.Err, "%s step %d of %d: %s\n", doing, step, of, sim.Visible(title))
		}
	}
}

// machine is what numbers were measured on, as far as it may be told.
func machine() string {
	return fmt.Sprintf("%s/%s, %d processors, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
}

// deliver writes a document to a file, or to Out.
func (a *app) deliver(file string, data []byte) error {
	if file == "" || file == "-" {
		_, err := io.Copy(a.Out, bytes.NewReader(data))
		return err
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		return sim.Errorf(sim.Denied, "%s cannot be written: %w", file, err).WithFix("choose another place with -o")
	}
	a.say("%s is written.", sim.Visible(file))
	return nil
}
