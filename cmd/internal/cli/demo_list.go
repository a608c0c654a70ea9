package cli

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/lessons/demo"
)

func (a *app) demoList() *cobra.Command {
	c := &cobra.Command{
		Use:     "list",
		Short:   "list the demos",
		Example: "  msc-sim demo list",
		Args:    atMost(0, "nothing more"),
	}
	asJSON := format(c)
	c.RunE = func(*cobra.Command, []string) error { return a.listDemos(asJSON()) }
	return c
}

// demoJSON is a demo as demo list --format json writes it.
type demoJSON struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	About    string   `json:"about"`
	Minutes  int      `json:"minutes"`
	Audience string   `json:"audience"`
	Chapters []string `json:"chapters"`
}

func (a *app) listDemos(asJSON bool) error {
	var all []demoJSON
	rows := [][]string{{"demo", "minutes", "chapters", "what it shows"}}
	for _, name := range demo.Names(demo.Builtin()) {
		d, err := demo.Load(demo.Builtin(), name)
		if err != nil {
			return err
		}
		i, chapters := d.Info, d.Chapters()
		all = append(all, demoJSON{i.Name, i.Title, i.About, i.Minutes, i.Audience, chapters})
		rows = append(rows, []string{i.Name, number(int64(i.Minutes)), number(int64(len(chapters))), i.About})
	}
	if asJSON {
		return json.NewEncoder(a.Out).Encode(map[string]any{"schema": 1, "demos": all})
	}
	return table(a.Out, rows, 1, 2)
}
