package tui

import (
	"fmt"
	"strings"

	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// farewell is what is left on the normal screen.
func (m *Model) farewell() string {
	switch {
	case m.failed != nil:
		e := sim.AsError(m.failed)
		return strings.TrimRight(sim.Visible(e.Message)+"\n"+sim.Visible(e.Fix), "\n") + "\n"
	case m.demo != nil:
		return demoFarewell(m.demo.State())
	case m.run == nil:
		return ""
	case m.run.lesson != nil:
		return lessonFarewell(m.run.lesson.State(), m.again())
	default:
		return worldFarewell(m.run)
	}
}

// again is the command that goes on with the open lesson.
func (m *Model) again() string {
	if m.opts.Again != nil {
		return m.opts.Again(m.run.name)
	}
	return "msc-sim lesson " + m.run.name
}

func lessonFarewell(st lessons.State, again string) string {
	if st.Phase == lessons.Finished {
		text := st.Info.Title + " is finished."
		if s := st.Summary; s != nil && s.Predicted > 0 {
			text += fmt.Sprintf(" You predicted %d of %d right.", s.Right, s.Predicted)
		}
		return text + "\n"
	}
	kept := ""
	if st.Saved {
		kept = " All is kept."
	}
	step := fmt.Sprintf("step %d of %d", st.Step+1, st.Steps)
	if beyond(st) {
		step = "beyond the core"
	}
	return fmt.Sprintf("%s, %s.%s\nGo on with: %s\n", st.Info.Title, step, kept, sim.Visible(again))
}

// beyond reports whether a lesson is past its last counted step, also at its end.
func beyond(st lessons.State) bool { return st.More || st.Step >= st.Steps }

// worldFarewell counts what crossed each link.
func worldFarewell(r *running) string {
	var b strings.Builder
	fmt.Fprintf(&b, "world %s, %s\n", r.world.Spec().Name, sim.Human(r.player.Frame().Now))
	for _, l := range r.player.Newest().Links {
		if l.Sent > 0 {
			fmt.Fprintf(&b, "  %-24s sent %d, answered %d, failed %d\n", sim.Visible(string(l.ID)), l.Sent, l.Answered, l.Failed)
		}
	}
	return b.String()
}
