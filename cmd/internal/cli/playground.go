package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/cmd/internal/plain"
	"github.com/msc-sim/msc-sim/cmd/internal/tui"
)

func (a *app) playground() *cobra.Command {
	c := &cobra.Command{
		Use:               "playground [WORLD]",
		Short:             "experiment with a running world on a screen",
		Long:              "Runs a world for your own experiments. WORLD is a built-in world or a YAML file; the\ndefault is checkout.",
		Example:           "  msc-sim playground checkout",
		Args:              atMost(1, "one world"),
		ValidArgsFunction: worldNames,
		RunE: func(c *cobra.Command, args []string) error {
			name := first(args, "checkout")
			if a.plainFace() {
				return a.watch(c.Context(), name)
			}
			return a.screen(c.Context(), tui.Start{World: name})
		},
	}
	a.attach.add(c)
	return c
}

// watch is the playground line by line.
func (a *app) watch(ctx context.Context, name string) (err error) {
	r, err := a.openWorld(ctx, name)
	if err != nil {
		return unlessLeft(ctx, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	a.tellAttached(r)
	return plain.Watch(ctx, a.In, a.Out, r, plain.Options{Quiet: a.look.quiet})
}

// unlessLeft is err, or nil when it only says that the person pressed Ctrl-C.
func unlessLeft(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
