package cli

import (
	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/sim"
)

func (a *app) help() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "explain a command",
		Example: "  msc-sim help serve",
		RunE: func(c *cobra.Command, args []string) error {
			at := c.Root()
			for _, w := range args {
				next, _, err := at.Find([]string{w})
				if err != nil || next == at {
					return sim.Unknown("command", w, names(at))
				}
				at = next
			}
			return at.Help()
		},
	}
}
