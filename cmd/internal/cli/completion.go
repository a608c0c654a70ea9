package cli

import (
	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/sim"
)

func (a *app) completion() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "print the script that completes msc-sim commands in a shell",
		Long:      "Prints the script that completes msc-sim commands in bash, zsh, fish or powershell.",
		Example:   "  source <(msc-sim completion bash)\n  msc-sim completion fish | source",
		Args:      exactly("one shell: bash, zsh, fish or powershell"),
		ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			switch root := c.Root(); args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.Out, true)
			case "zsh":
				return root.GenZshCompletion(a.Out)
			case "fish":
				return root.GenFishCompletion(a.Out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.Out)
			default:
				return sim.Unknown("shell", args[0], shells)
			}
		},
	}
}
