package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/cmd/internal/control"
	"github.com/msc-sim/msc-sim/cmd/internal/plain"
	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
)

// glance is how often the notes look where the demo stands.
const glance = 250 * time.Millisecond

func (a *app) demoNotes() *cobra.Command {
	return &cobra.Command{
		Use:   "notes",
		Short: "show the speaker's notes in a second terminal",
		Long: `Shows the notes of the chapter that plays in another terminal of this machine, what
comes next, and how long the chapter takes. The notes follow the demo until the demo
ends. Control the demo with: msc-sim ctl next, msc-sim ctl vote 9 17 5.`,
		Example: "  msc-sim demo notes",
		Args:    atMost(0, "nothing more"),
		RunE:    func(c *cobra.Command, _ []string) error { return a.notes(c.Context()) },
	}
}

// notes follows the demo that runs until it ends.
func (a *app) notes(ctx context.Context) error {
	at, err := a.runningDemo(ctx)
	if err != nil {
		return err
	}
	clear := !a.plainFace()
	last := ""
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		s, err := scriptOf(ctx, at)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			a.say("The demo has ended.")
			return nil
		}
		if page := plain.Notes(s); page != last {
			last = page
			if clear {
				_, _ = io.WriteString(a.Out, "\x1b[2J\x1b[H") // a fresh page; nothing is lost without it
			}
			if _, err := fmt.Fprintln(a.Out, page); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// runningDemo finds the one demo that runs on this machine.
func (a *app) runningDemo(ctx context.Context) (control.Record, error) {
	dir, err := a.runDir()
	if err != nil {
		return control.Record{}, err
	}
	all, err := control.List(ctx, dir)
	if err != nil {
		return control.Record{}, err
	}
	for _, r := range all {
		if _, err := scriptOf(ctx, r); err == nil {
			return r, nil
		}
	}
	return control.Record{}, sim.Errorf(sim.Unavailable, "no demo is running on this machine").WithFix("start one in another terminal: msc-sim demo order")
}

func scriptOf(ctx context.Context, r control.Record) (s demo.Script, err error) {
	data, err := r.Show(ctx, "demo")
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(data, &s)
}
