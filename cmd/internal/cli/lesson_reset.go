package cli

import (
	"github.com/spf13/cobra"
)

func (a *app) lessonReset() *cobra.Command {
	return &cobra.Command{
		Use:               "reset NAME",
		Short:             "forget the progress of a lesson",
		Example:           "  msc-sim lesson reset rest",
		Args:              exactly("the name of a lesson"),
		ValidArgsFunction: lessonNames,
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := findLesson(args[0])
			if err != nil {
				return err
			}
			store, err := a.progress()
			if err != nil {
				return err
			}
			if err := store.Reset(l.Info.Name); err != nil {
				return err
			}
			a.say("%s starts from the beginning next time.", l.Info.Title)
			return nil
		},
	}
}
