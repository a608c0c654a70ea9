package part

import (
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Events is a list of what happened, in columns, the newest at the bottom.
type Events struct {
	Events   []sim.Event
	Filter   string // said in the head; Filtered applies it
	Selected int    // index into Events; -1 = none: the newest stay in view
}

// leastColumns is the width below which a list in columns says nothing.
const leastColumns = 30

// Draw draws the head and as many events as fit.
func (e Events) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if r.H < 2 || r.W < leastColumns {
		return
	}
	c := columnsFor(r)
	e.head(g, r, c)
	first := e.first(r.H - 1)
	if len(e.Events) == 0 {
		text := "nothing has happened yet"
		if e.Filter != "" {
			text = "no event matches the filter"
		}
		g.Text(r.X, r.Y+1, text, theme.Dim, r.W)
		return
	}
	for i := first; i < min(first+r.H-1, len(e.Events)); i++ {
		y := r.Y + 1 + i - first
		c.row(g, y, e.Events[i], th)
		if i == e.Selected {
			g.Restyle(grid.Rect{X: r.X, Y: y, W: r.W, H: 1}, theme.Lit)
		}
	}
}

// first is the first event drawn in rows, so that the selected one is among them.
func (e Events) first(rows int) int {
	last := max(len(e.Events)-rows, 0)
	if e.Selected < 0 {
		return last
	}
	return min(max(e.Selected-rows/2, 0), last)
}

// At is the event that stands in row y of r; -1 for none.
func (e Events) At(r grid.Rect, y int) int {
	i := e.first(r.H-1) + y - r.Y - 1
	if y <= r.Y || y >= r.Bottom() || i >= len(e.Events) {
		return -1
	}
	return i
}

// eventColumns are the left edges and widths of the columns.
type eventColumns struct {
	time, who, what, mark, took int // left edges; time and took are right-aligned before the next
	whoW, whatW, end            int
}

func columnsFor(r grid.Rect) eventColumns {
	c := eventColumns{time: r.X, end: r.Right()}
	c.who = r.X + 14
	c.whoW = min(max(r.W/4, 14), 30)
	c.what = c.who + c.whoW + 1
	c.took = c.end - 8
	c.mark = c.took - 2
	c.whatW = c.mark - c.what - 1
	return c
}

func (e Events) head(g *grid.Grid, r grid.Rect, c eventColumns) {
	g.Right(c.who-2, r.Y, "time", theme.Dim, 12)
	g.Text(c.who, r.Y, "from → to", theme.Dim, c.whoW)
	what := "what"
	if e.Filter != "" {
		what += "   / " + sim.Visible(e.Filter)
	}
	g.Text(c.what, r.Y, what, theme.Dim, c.whatW)
	g.Right(c.end, r.Y, "took", theme.Dim, 8)
}

// row draws one event.
func (c eventColumns) row(g *grid.Grid, y int, e sim.Event, th *theme.Theme) {
	s := view.Short(e)
	what, took, o, code, timed := ended(e)
	if !timed {
		what = s.What
	}
	g.Right(c.who-2, y, strconv.FormatFloat(e.At.Seconds(), 'f', 6, 64)+" s", theme.Dim, 12)
	who := s.From
	if s.To != "" {
		who += " → " + s.To
	}
	g.Text(c.who, y, who, theme.Text, c.whoW)
	st, room := theme.Text, c.end-c.what
	if timed {
		room = c.whatW
		g.Right(c.end, y, took, theme.Text, 7)
	}
	if o != sim.Waiting {
		end := endingOf(th.Glyphs, o, code)
		g.Set(c.mark, y, end.sign, end.style)
		st = end.text()
	}
	g.Text(c.what, y, what, st, room)
}

// ended is how an event that took its time is told in columns: without its
// duration, which has a column of its own. The outcome is Waiting where nothing
// has ended for its caller.
func ended(e sim.Event) (what, took string, o sim.Outcome, code sim.Code, timed bool) {
	var d time.Duration
	switch f := e.Fact.(type) {
	case sim.Replied:
		what, d = "replies "+verdict("", f.Status, f.Code), f.Took
	case sim.Answered:
		what, d, o, code = verdict("", f.Status, f.Code), f.Took, sim.WasAnswered, f.Code
	case sim.Failed:
		what, d, o = f.Reason, f.Took, sim.WasFailed
		if f.Code == sim.Timeout {
			o = sim.WasTimedOut
		}
		if what == "" {
			what = verdict("", f.Status, f.Code)
		}
	case sim.Accepted:
		what, d = "accepted", f.Took
	case sim.Settled:
		what, d = "settled: "+verdict("", 0, f.Code), f.Took
	case sim.Lost:
		what, d, o = "no service received it", f.Took, sim.WasLost
	case sim.Ended:
		what, d, o, code = f.Text, f.Took, f.Outcome, f.Code
		if f.Late {
			what += " later"
		}
		if f.UseCase != "" {
			what = f.UseCase + ": " + what
		}
	default:
		return "", "", 0, 0, false
	}
	return sim.Visible(what), sim.Human(d), o, code, true
}

// Filtered are the events whose line (view.Line) contains every word of filter,
// in any case.
func Filtered(events []sim.Event, filter string) []sim.Event {
	words := strings.Fields(strings.ToLower(filter))
	if len(words) == 0 {
		return events
	}
	var out []sim.Event
	for _, e := range events {
		if matches(strings.ToLower(view.Line(e)), words) {
			out = append(out, e)
		}
	}
	return out
}

func matches(line string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(line, w) {
			return false
		}
	}
	return true
}
