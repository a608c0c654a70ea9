package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func (a *app) lessonSolve() *cobra.Command {
	return &cobra.Command{
		Use:               "solve NAME",
		Short:             "let msc-sim solve the next open step of a lesson",
		Example:           "  msc-sim lesson solve rest",
		Args:              exactly("the name of a lesson"),
		ValidArgsFunction: lessonNames,
		RunE: func(c *cobra.Command, args []string) (err error) {
			r, session, err := a.openLesson(c.Context(), args[0])
			if err != nil {
				return unlessLeft(c.Context(), err)
			}
			defer func() { err = errors.Join(err, r.Close()) }()
			return a.solveNext(c.Context(), session)
		},
	}
}

// solveNext goes on to where something is to be done and lets it be played.
func (a *app) solveNext(ctx context.Context, s *lessons.Session) error {
	st := s.Update()
	for st.Phase == lessons.Reading || st.Phase == lessons.Explaining {
		if _, err := s.Do(ctx, sim.Next{}); err != nil {
			return err
		}
		st = s.Update()
	}
	if st.Phase == lessons.Finished {
		a.say("%s is finished. Start again: msc-sim lesson reset %s", sim.Visible(st.Info.Title), sim.Visible(st.Info.Name))
		return nil
	}
	if _, err := s.Do(ctx, sim.Solve{}); err != nil {
		return err
	}
	a.say("Solved: %s", sim.Visible(st.Title))
	for line := range strings.Lines(s.Update().After) {
		a.say("%s", sim.Visible(strings.TrimSuffix(line, "\n")))
	}
	return nil
}
