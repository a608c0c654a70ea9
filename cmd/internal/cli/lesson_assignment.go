package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

func (a *app) lessonAssignment() *cobra.Command {
	var seed uint64
	var name, file, class string
	c := &cobra.Command{
		Use:   "assignment NAME --seed N",
		Short: "create a personal assignment from a lesson",
		Long: `Makes a personal assignment: the seed varies the numbers of the lesson, chooses the
questions of its quiz and one step beyond the core. The same seed gives the same
assignment. It is solved with msc-sim lesson NAME --assignment FILE, which keeps what
became of it in result.json; msc-sim lesson results reads those and sums the points.

With -o ada.json the answers go to ada.key beside it, with --roster to class.key. Only you
can read that file; keep it. lesson handout --assignment FILE --answers needs it. It cannot
prevent a learner from making the same assignment, and its key, from the same seed.`,
		Example:           "  msc-sim lesson assignment rest --seed 7 --name Ada -o ada.json",
		Args:              exactly("the name of a lesson"),
		ValidArgsFunction: lessonNames,
		RunE: func(c *cobra.Command, args []string) error {
			if !c.Flags().Changed("seed") {
				return sim.Invalidf("the seed is missing").WithFix("such as: msc-sim lesson assignment %s --seed 7", args[0])
			}
			l, err := findLesson(args[0])
			if err != nil {
				return err
			}
			if class != "" {
				return a.roster(l, seed, class, file)
			}
			as, err := lessons.Assign(l, seed, name)
			if err != nil {
				return err
			}
			data, err := json.MarshalIndent(as, "", "  ")
			if err != nil {
				return err
			}
			if err := a.deliver(file, append(data, '\n')); err != nil || file == "" {
				return err
			}
			if file == "-" {
				return nil
			}
			if err := a.writeKey(keyFile(file), l, as); err != nil {
				return err
			}
			a.say("Solve it:  msc-sim lesson %s --assignment %s", sim.Visible(args[0]), sim.Visible(file))
			return nil
		},
	}
	c.Flags().Uint64Var(&seed, "seed", 0, "a `number`; another seed gives another assignment")
	c.Flags().StringVar(&name, "name", "", "`name` of the learner")
	c.Flags().StringVar(&class, "roster", "", "make one for every line \"id, name\" of `FILE`; -o names the directory")
	c.Flags().StringVarP(&file, "output", "o", "", "write to `FILE`")
	return c
}

// assignmentFlags are those of lesson NAME.
type assignmentFlags struct{ file, result string }

func (f *assignmentFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.file, "assignment", "", "solve the assignment in `FILE`")
	c.Flags().StringVar(&f.result, "result", "", "write the result to `FILE` (default: result.json beside the assignment)")
}

// assigned is an assignment that is being solved.
type assigned struct {
	lessons.Assignment
	file   string
	named  string // how the lesson was named
	lesson *lessons.Lesson
	store  *lessons.Store
	result string // file
}

// opening is where a lesson and its progress come from: the assignment, if it is
// the one that was named, or the shelf.
func (a *app) opening(name string) (*lessons.Lesson, *lessons.Store, error) {
	if as := a.assigned; as != nil && name == as.named {
		return as.lesson, as.store, nil
	}
	l, err := findLesson(name)
	if err != nil {
		return nil, nil, err
	}
	store, err := a.progress()
	return l, store, err
}

// again is the command that goes on with a lesson as it was begun.
func (a *app) again(name string) string {
	command := "msc-sim lesson " + form.Quote(name)
	if a.assigned != nil {
		command += " --assignment " + form.Quote(a.assigned.file)
	}
	return command
}

// keepResult writes what became of the assignment so far.
func (a *app) keepResult() error {
	as := a.assigned
	p, note, err := as.store.Load(as.Lesson)
	if err != nil {
		return err
	}
	if p.Schema == 0 {
		if note != "" {
			a.say("%s", note)
		}
		return nil // it was not begun
	}
	data, err := lessons.ResultOf(as.Assignment, as.lesson, p, thisBuild().Version, machine()).JSON()
	if err != nil {
		return err
	}
	if err := lessons.Replace(as.result, data); err != nil {
		return sim.Errorf(sim.Denied, "%s cannot be written: %w", as.result, err).WithFix("nothing is lost: choose another place with --result")
	}
	a.say("%s", fmt.Sprintf("The result of the assignment is in %s.", sim.Visible(as.result)))
	return nil
}
