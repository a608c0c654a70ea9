package cli

import (
	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/cmd/internal/reference"
	"github.com/msc-sim/msc-sim/sim"
)

// topics are what help explains besides commands.
func topics() (all []*cobra.Command) {
	for _, t := range reference.Topics() {
		all = append(all, &cobra.Command{Use: t.Name, Short: t.Short, Long: t.Text(helpWidth)})
	}
	return all
}

// helpWidth is the width of the narrowest terminal that is supported.
const helpWidth = 80

func (a *app) help() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND|TOPIC]",
		Short:   "explain a command or a topic",
		Example: "  msc-sim help serve\n  msc-sim help faults",
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
