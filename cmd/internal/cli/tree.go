package cli

import "github.com/spf13/cobra"

// Tree is the tree of commands, for manual pages and completions made of it. Its
// commands are not to be run.
func Tree() *cobra.Command { return (&app{}).root() }
