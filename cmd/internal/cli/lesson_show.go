package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/sim"
)

func (a *app) lessonShow() *cobra.Command {
	return &cobra.Command{
		Use:               "show NAME",
		Short:             "show what a lesson teaches, step by step",
		Example:           "  msc-sim lesson show rest",
		Args:              exactly("the name of a lesson"),
		ValidArgsFunction: lessonNames,
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := findLesson(args[0])
			if err != nil {
				return err
			}
			core, more := l.Outline()
			a.say("%s: %s", sim.Visible(l.Info.Name), sim.Visible(l.Info.Title))
			a.say("%s", sim.Visible(l.Info.Promise))
			a.say("%d minutes, level %d, in the world %s", l.Info.Minutes, l.Info.Level, sim.Visible(l.Info.World))
			if len(l.Info.Needs) > 0 {
				a.say("Best after: %s", sim.Visible(strings.Join(l.Info.Needs, ", ")))
			}
			a.outline("Steps", core)
			a.outline("For those who want more", more)
			if len(l.Info.Words) > 0 {
				a.say("\nWords: %s", sim.Visible(strings.Join(l.Info.Words, ", ")))
			}
			return nil
		},
	}
}

func (a *app) outline(head string, titles []string) {
	if len(titles) == 0 {
		return
	}
	a.say("\n%s", head)
	for i, t := range titles {
		a.say("%4d  %s", i+1, sim.Visible(t))
	}
}
