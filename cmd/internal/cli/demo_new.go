package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
)

func (a *app) demoNew() *cobra.Command {
	return &cobra.Command{
		Use:     "new FILE",
		Short:   "begin a demo of your own",
		Long:    "Writes the beginning of a demo into a new file. It works as it is: change it line by line.",
		Example: "  msc-sim demo new ./my-demo.md",
		Args:    exactly("the path of a new file"),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := demo.Write(args[0]); err != nil {
				return err
			}
			path := sim.Visible(asPath(args[0]))
			a.say("Play it:   msc-sim demo %s", path)
			a.say("Check it:  msc-sim demo check %s", path)
			return nil
		},
	}
}

// findDemo reads a demo by its name, or by the path of its file, which has a separator
// in it, begins with a dot, or ends with .md.
func findDemo(nameOrPath string) (*demo.Demo, error) {
	if strings.ContainsAny(nameOrPath, `/\`) || strings.HasPrefix(nameOrPath, ".") || strings.HasSuffix(nameOrPath, ".md") {
		return demo.LoadFile(nameOrPath)
	}
	return demo.Load(demo.Builtin(), nameOrPath)
}
