package part

import (
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Customer is the one line on every stage: what the customer saw.
type Customer struct {
	Last   view.Seen
	Before bool          // requests have ended that are not told any more
	Follow *view.Trace   // while it goes on, the customer waits
	Now    time.Duration // the real moment that is shown
}

// Draw fills one row.
func (c Customer) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if r.Empty() {
		return
	}
	x := r.X + g.Text(r.X, r.Y, "customer: ", theme.Dim, r.W)
	left := r.Right() - x
	switch t := c.Follow; {
	case t != nil && t.BeganAt <= c.Now && (t.EndedAt == 0 || t.EndedAt > c.Now):
		waits := c.Now - t.BeganAt
		if t.EndedAt != 0 {
			waits = min(waits, t.Took)
		}
		g.Text(x, r.Y, "waits, "+sim.Human(waits)+" so far", theme.Wait, left)
	case t != nil && t.EndedAt != 0:
		n := c.ended(g, x, r.Y, left, t.Text, endingOf(th.Glyphs, t.Outcome, t.Code), t.Took)
		if t.Later.At <= c.Now {
			c.later(g, x+n, r.Y, left-n, t.Later, th)
		}
	case c.Last.Outcome != sim.Waiting:
		n := c.ended(g, x, r.Y, left, c.Last.Text, endingOf(th.Glyphs, c.Last.Outcome, c.Last.Code), c.Last.Took)
		c.later(g, x+n, r.Y, left-n, c.Last.Later, th)
	case c.Before:
		g.Text(x, r.Y, "no new request yet", theme.Dim, left)
	default:
		g.Text(x, r.Y, "no request yet", theme.Dim, left)
	}
}

// ended says how it ended: of an error the reason, when there is no room for both.
func (c Customer) ended(g *grid.Grid, x, y, w int, text string, end ending, took time.Duration) int {
	if text == "" {
		text = end.word
	}
	text, after := sim.Visible(text), " after "+sim.Human(took)
	if end.style != theme.OK { // "there is no product 999 after 0.73 ms" reads as if the time had removed it
		after = "," + after
	}
	text = reasonFor(w-grid.Width(after), text)
	n := g.Text(x, y, text, end.style, w)
	return n + g.Text(x+n, y, after, theme.Text, w-n)
}

// later adds what became of it, with its own time: "pending after 1.26 ms, confirmed
// after 41.7 s".
func (c Customer) later(g *grid.Grid, x, y, w int, l view.Later, th *theme.Theme) {
	if l.At == 0 {
		return
	}
	outcome := sim.WasAnswered
	if l.Code != sim.OK {
		outcome = sim.WasFailed
	}
	n := g.Text(x, y, ", ", theme.Text, w)
	c.ended(g, x+n, y, w-n, l.Text, endingOf(th.Glyphs, outcome, l.Code), l.Took)
}

// reasonFor is an error in at most w cells: as much of it as has room from its
// beginning, but with its reason, which stands behind a colon.
//
//	error: order o-1 failed: payment is unavailable: 503  →  payment is unavailable
func reasonFor(w int, text string) string {
	if grid.Width(text) <= w {
		return text
	}
	parts := strings.Split(strings.TrimPrefix(text, "error: "), ": ")
	for from := range min(len(parts)-1, 2) { // the last part alone says too little
		for to := len(parts); to > max(from, 1); to-- {
			if part := strings.Join(parts[from:to], ": "); grid.Width(part) <= w {
				return part
			}
		}
	}
	if first := parts[0]; len(parts) > 1 && !strings.Contains(first, " ") { // a field: what is wrong with it
		return first + ": " + brief(w-grid.Width(first)-2, parts[1])
	}
	return brief(w, parts[0])
}
