package cli

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func (a *app) lessonNew() *cobra.Command {
	return &cobra.Command{
		Use:     "new PATH",
		Short:   "create your own lesson",
		Long:    "Writes a small lesson that works into a new folder. Change it step by step.",
		Example: "  msc-sim lesson new ./my-lesson",
		Args:    exactly("the path of a new folder"),
		RunE: func(_ *cobra.Command, args []string) error {
			path := filepath.Clean(args[0])
			dir, name := filepath.Split(path)
			if err := lessons.New(filepath.Clean(dir), name); err != nil {
				return err
			}
			a.say("%s holds lesson.md, world.yaml and answers.txt.", sim.Visible(path))
			a.say("Look at it:  msc-sim lesson %s", sim.Visible(asPath(path)))
			a.say("Check it:    msc-sim lesson check %s", sim.Visible(asPath(path)))
			return nil
		},
	}
}

// asPath writes a path so that it cannot be taken for the name of a lesson.
func asPath(path string) string {
	if filepath.Base(path) == path {
		return "." + string(filepath.Separator) + path
	}
	return path
}
