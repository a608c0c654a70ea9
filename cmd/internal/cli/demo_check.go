package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
)

func (a *app) demoCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check [NAME]",
		Short: "play all chapters without pauses, and check terminal and ports",
		Long: `Run this in the room, an hour before the talk. The command checks the size, colours and
signs of the terminal and the ports, and plays every chapter without pauses. Without a name
the command plays all demos.`,
		Example:           "  msc-sim demo check lecture",
		Args:              atMost(1, "one demo"),
		ValidArgsFunction: demoNames,
		RunE: func(c *cobra.Command, args []string) error {
			names := demo.Names(demo.Builtin())
			if len(args) > 0 {
				names = args
			}
			return a.checkDemos(c.Context(), names)
		},
	}
}

func (a *app) checkDemos(ctx context.Context, names []string) error {
	var demos []*demo.Demo
	for _, name := range names {
		d, err := findDemo(name)
		if err != nil {
			return err
		}
		demos = append(demos, d)
	}
	findings := []finding{a.terminal(), a.colours(), a.signs(), loopback(), standardPort(), a.directory("running worlds", a.runDir)}
	a.tellFindings(findings)
	a.say("")
	if err := a.glyphTable(); err != nil {
		return err
	}
	problems := 0
	for _, d := range demos {
		a.say("")
		r, err := demo.Check(ctx, d, openStage)
		if err != nil {
			return err
		}
		if err := a.tellReport(r); err != nil {
			return err
		}
		problems += len(r.Problems)
	}
	if err := verdict(findings); err != nil {
		return err
	}
	if problems > 0 {
		return sim.Errorf(sim.Conflict, "%d checks failed", problems).WithFix("see the list above; a busy machine may be the reason")
	}
	a.say("\nEverything is ready.")
	return nil
}

// glyphTable shows every sign as this terminal draws it, between bars: where a
// bar is out of its column, the font draws that sign too wide.
func (a *app) glyphTable() error {
	ascii := a.ascii().use
	rows := [][]string{{"sign", "", "means"}}
	for _, s := range theme.Legend() {
		sign := string(s.Sign)
		if ascii {
			sign = string(theme.ASCII(s.Sign))
		}
		rows = append(rows, []string{"|" + sign + "|", string(theme.ASCII(s.Sign)), s.Means})
	}
	a.say("Signs, and what --ascii draws for them. The bars must stand below each other.")
	return table(a.Out, rows)
}

func (a *app) tellReport(r demo.Report) error {
	a.say("demo %s, %d minutes", r.Info.Name, r.Info.Minutes)
	rows := [][]string{{"", "chapter", "by itself", "ready in", "checked in"}}
	var all time.Duration
	for i, c := range r.Chapters {
		rows = append(rows, []string{number(int64(i + 1)), sim.Visible(c.Title), clock(c.Takes), fmt.Sprintf("%d ms", c.Ready.Milliseconds()), fmt.Sprintf("%.1f s", c.Took.Seconds())})
		all += c.Took
	}
	if err := table(a.Out, rows, 0, 2, 3, 4); err != nil {
		return err
	}
	for _, p := range r.Problems {
		a.say("%s", sentence(p))
	}
	a.say("all chapters in %.1f s", all.Seconds())
	return nil
}

// clock writes a time as a clock counts it: 1:05.
func clock(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
