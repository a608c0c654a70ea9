package cli

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// finding is what doctor found out about one thing.
type finding struct {
	What  string `json:"what"`
	State string `json:"state"` // ok, note, failed
	Says  string `json:"says"`
	Fix   string `json:"fix,omitempty"`
}

// States of a finding. With a note everything works, but not as well as it could.
const (
	isOK     = "ok"
	isNote   = "note"
	isFailed = "failed"
)

func (a *app) doctor() *cobra.Command {
	c := &cobra.Command{
		Use:     "doctor",
		Short:   "check the terminal, the network and the limits of this machine",
		Example: "  msc-sim doctor\n  msc-sim doctor --fidelity",
		Args:    atMost(0, "nothing more"),
	}
	asJSON := format(c)
	fidelity := c.Flags().Bool("fidelity", false, "show what is real, what is simulated, and how built-in brokers differ from real ones")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *fidelity {
			return a.tellFidelity(asJSON())
		}
		findings := []finding{
			program(), oneProcess(), a.terminal(), a.colours(), a.signs(),
			loopback(), standardPort(), openFiles(), a.directory("progress", a.stateDir), a.directory("running worlds", a.runDir),
		}
		if asJSON() {
			err := json.NewEncoder(a.Out).Encode(map[string]any{"schema": 1, "findings": findings})
			if err != nil {
				return err
			}
		} else {
			a.tellFindings(findings)
		}
		return verdict(findings)
	}
	return c
}

// tellFidelity prints what a world shows of its fidelity when nothing is attached.
func (a *app) tellFidelity(asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.Out).Encode(map[string]any{"schema": 1, "fidelity": lab.Limits()})
	}
	return table(a.Out, limitRows(lab.Limits()))
}

func (a *app) tellFindings(findings []finding) {
	var rows [][]string
	for _, f := range findings {
		rows = append(rows, []string{f.State, f.What, sim.Visible(f.Says)})
		if f.Fix != "" {
			rows = append(rows, []string{"", "", "→ " + sim.Visible(f.Fix)})
		}
	}
	_ = table(a.Out, rows) // nobody is left to tell
}

// verdict is an error when something is missing without which nothing works.
func verdict(findings []finding) error {
	for _, f := range findings {
		if f.State == isFailed {
			return sim.Errorf(sim.Unavailable, "msc-sim cannot work here: %s", f.Says).WithFix("%s", f.Fix)
		}
	}
	return nil
}
