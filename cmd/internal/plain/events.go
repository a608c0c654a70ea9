package plain

import (
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// maxTold is how many events are told one by one between two prompts; the rest
// is counted. Nobody reads, or wants to hear, four hundred lines a second.
const maxTold = 40

// skipEvents moves to the end of the log without a word.
func (f *face) skipEvents() {
	for {
		n, cursor, _ := f.world.Timeline().Read(f.cursor, f.buf)
		f.cursor = cursor
		if n == 0 {
			return
		}
	}
}

// tellEvents writes what has happened since the last time, a line an event.
func (f *face) tellEvents() {
	silent := uint64(0)
	for {
		n, cursor, missed := f.world.Timeline().Read(f.cursor, f.buf)
		f.cursor = cursor
		silent += missed
		if n == 0 {
			break
		}
		for _, e := range f.buf[:n] {
			f.note(e)
			if windowOfTask(e.Fact) {
				continue
			}
			if f.printed >= maxTold && !important(e.Fact) {
				silent++
				continue
			}
			if line := view.Line(e); line != "" {
				f.print(sim.Visible(line))
				f.printed++
			}
		}
	}
	if silent > 0 {
		f.say("%d more events, all counted.", silent)
	}
}

// windowOfTask reports whether a fact is the mark with which a lesson begins to
// count for a task; the lesson has told its title already.
func windowOfTask(f sim.Fact) bool {
	m, marked := f.(sim.Marked)
	return marked && strings.HasPrefix(m.Text, "lesson ")
}

// note remembers the last message of each link, for open.
func (f *face) note(e sim.Event) {
	if _, sent := e.Fact.(sim.Sent); sent {
		f.last[e.Link] = e
	}
}

// important facts are told however many there are: the world itself changed.
func important(f sim.Fact) bool {
	switch f.(type) {
	case sim.Started, sim.Stopped, sim.Paused, sim.Resumed, sim.Load, sim.Shortfall, sim.Marked,
		sim.Armed, sim.Spent, sim.Cleared, sim.Guarded, sim.Moved, sim.Swapped, sim.Drained, sim.Buried, sim.Redriven:
		return true
	default:
		return false
	}
}
