package plain

import (
	"fmt"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// maxTold is how many events are told one by one between two prompts, or in a second;
// the rest is counted, and so is all of a load.
const maxTold = 40

// tally is what was counted and not told.
type tally struct {
	events, sent, answered, accepted, failed uint64
	since                                    time.Time // when it began; zero = nothing is in it
}

func (t *tally) add(f sim.Fact, now time.Time) {
	if t.since.IsZero() {
		t.since = now
	}
	t.events++
	switch f.(type) {
	case sim.Sent:
		t.sent++
	case sim.Answered:
		t.answered++
	case sim.Accepted:
		t.accepted++
	case sim.Failed, sim.Lost:
		t.failed++
	}
}

// String is a line such as "148 calls sent, 146 answered, 2 failed."
func (t tally) String() string {
	var parts []string
	for _, p := range []struct {
		n    uint64
		word string
	}{{t.sent, "sent"}, {t.answered, "answered"}, {t.accepted, "accepted"}, {t.failed, "failed"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("%d more events.", t.events)
	}
	return "Calls: " + strings.Join(parts, ", ") + "."
}

// summarize writes what was counted, once it covers a second, or now.
func (f *face) summarize(now bool) {
	if f.tally.events == 0 || !now && time.Since(f.tally.since) < time.Second {
		return
	}
	f.say("%s", f.tally)
	f.tally = tally{}
}

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

// tellEvents writes what has happened since the last time: a line an event, and of
// what is too much a line a second.
func (f *face) tellEvents() {
	for {
		n, cursor, missed := f.world.Timeline().Read(f.cursor, f.buf)
		f.cursor = cursor
		f.tally.events += missed
		if n == 0 {
			break
		}
		for _, e := range f.buf[:n] {
			f.note(e)
			if windowOfTask(e.Fact) {
				continue
			}
			if load, ok := e.Fact.(sim.Load); ok {
				f.loaded = load.Rate > 0
			}
			if (f.quiet || f.loaded || f.printed >= maxTold) && !important(e.Fact) {
				f.tally.add(e.Fact, time.Now())
				continue
			}
			if line := view.Line(e); line != "" {
				f.print(sim.Visible(line))
				f.printed++
			}
		}
	}
	f.summarize(false)
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
