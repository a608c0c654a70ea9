package cli

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/cmd/internal/control"
	"github.com/msc-sim/msc-sim/sim"
)

// listed is a running world as ctl list shows it: without its token.
type listed struct {
	ID      string    `json:"id"`
	World   string    `json:"world"`
	PID     int       `json:"pid"`
	Addr    string    `json:"addr"`
	Started time.Time `json:"started"`
}

func (a *app) ctlList() *cobra.Command {
	c := &cobra.Command{
		Use:     "list",
		Short:   "name the worlds that run on this machine",
		Example: "  msc-sim ctl list",
		Args:    atMost(0, "nothing more"),
	}
	asJSON := format(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		dir, err := a.runDir()
		if err != nil {
			return err
		}
		records, err := control.List(c.Context(), dir)
		if err != nil {
			return err
		}
		all := make([]listed, len(records))
		rows := [][]string{{"id", "world", "process", "control"}}
		for i, r := range records {
			all[i] = listed{r.ID, r.World, r.PID, r.Addr, r.Started}
			rows = append(rows, []string{sim.Visible(r.ID), sim.Visible(r.World), strconv.Itoa(r.PID), sim.Visible(r.Addr)})
		}
		switch {
		case asJSON():
			return json.NewEncoder(a.Out).Encode(map[string]any{"schema": 1, "worlds": all})
		case len(all) == 0:
			a.say("No world is running. Start one: msc-sim serve checkout")
			return nil
		default:
			return table(a.Out, rows, 2)
		}
	}
	return c
}
