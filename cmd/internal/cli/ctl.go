package cli

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/cmd/internal/control"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/lab"
)

func (a *app) ctl() *cobra.Command {
	c := &cobra.Command{
		Use:               "ctl WORDS…",
		Short:             "send a command to a running world",
		Long:              "Sends one command to a world that another msc-sim runs on this machine. The commands are:\n\n" + verbs(),
		Example:           "  msc-sim ctl send order.place item=101 qty=2\n  msc-sim ctl show order:payment --format json",
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: a.completeLine,
	}
	asJSON := format(c)
	id := c.Flags().String("world", "", "which world, if several run (see ctl list)")
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return c.Help()
		}
		command, err := door.ParseWords(args)
		if err != nil {
			return err
		}
		dir, err := a.runDir()
		if err != nil {
			return err
		}
		at, err := control.Find(c.Context(), dir, *id)
		if err != nil {
			return err
		}
		if s, ok := command.(sim.Show); ok {
			return a.show(c.Context(), at, strings.TrimSpace(s.What+" "+s.Of), asJSON())
		}
		return a.do(c.Context(), at, door.Format(command), asJSON())
	}
	c.AddCommand(a.ctlList())
	all := c.HelpFunc()
	c.SetHelpFunc(func(c *cobra.Command, args []string) { // ctl guard -h
		i := slices.IndexFunc(door.Verbs(), func(v door.Verb) bool { return slices.Contains(args, v.Word) })
		if i < 0 || c.Name() != "ctl" {
			all(c, args)
			return
		}
		v := door.Verbs()[i]
		a.say("%s\n    %s\n\nSuch as:  msc-sim ctl %s", v.Usage, v.About, v.Example)
	})
	return c
}

// do says a line to a running world and prints what it did.
func (a *app) do(ctx context.Context, at control.Record, line string, asJSON bool) error {
	done, err := at.Do(ctx, line)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(a.Out).Encode(done)
	}
	if done.Text == "" {
		done.Text = "done"
	}
	a.say("%s", sim.Visible(done.Text))
	return nil
}

// verbs lists the words of the door with what they do.
func verbs() string {
	var rows [][]string
	for _, v := range door.Verbs() {
		about := v.About
		if v.Lesson {
			about += " (in a lesson)"
		}
		rows = append(rows, []string{"  " + v.Usage, ""}, []string{"      " + about, ""})
	}
	var out strings.Builder
	_ = table(&out, rows) // a strings.Builder takes everything
	return out.String()
}

// completeLine completes the words of the door with the names of the world that
// runs, if it can be found.
func (a *app) completeLine(c *cobra.Command, args []string, last string) ([]string, cobra.ShellCompDirective) {
	var all []string
	for _, s := range door.Complete(strings.Join(append(args, last), " "), a.vocabulary(c.Context())) {
		all = append(all, cobra.CompletionWithDesc(s.Text, s.About))
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) vocabulary(ctx context.Context) door.Vocabulary {
	dir, err := a.runDir()
	if err != nil {
		return door.Vocabulary{}
	}
	at, err := control.Find(ctx, dir, "")
	if err != nil {
		return door.Vocabulary{}
	}
	who, err := at.Identity(ctx)
	if err != nil {
		return door.Vocabulary{}
	}
	v := lab.Vocabulary()
	v.Names = who.Names
	return v
}
