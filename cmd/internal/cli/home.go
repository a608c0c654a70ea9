package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/msc-sim/msc-sim/cmd/internal/tui"
)

// home is msc-sim without a command: the home screen, or what it would offer as
// lines.
func (a *app) home(c *cobra.Command, _ []string) error {
	if !a.plainFace() {
		return a.screen(c.Context(), tui.Start{})
	}
	a.say("msc-sim: see how microservices communicate\n")
	rows := [][]string{{"lesson", "", "minutes", "progress"}}
	all, err := a.shelf()
	if err != nil {
		return err
	}
	for _, l := range all {
		rows = append(rows, []string{l.info.Name, l.info.Title, number(int64(l.info.Minutes)), l.progress()})
	}
	if err := table(a.Out, rows, 2); err != nil {
		return err
	}
	a.say("\nBegin:         msc-sim lesson %s", nextLesson(all))
	if due := a.dueNames(); len(due) > 0 {
		a.say("Recall:        msc-sim recall   (questions on %s are due)", strings.Join(due, ", "))
	}
	a.say("Watch:         msc-sim demo order")
	a.say("Try things:    msc-sim playground checkout")
	a.say("Use curl:      msc-sim serve checkout")
	a.say("Everything:    msc-sim --help")
	return nil
}
