package part

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/world"
)

// Faults is the list of what goes wrong on purpose, each with its receipt:
//
//	f1  order:payment  latency delay=300ms share=30%
//	    armed · hit 7 of 20 messages · 13 missed because the draw spared them
//
// Where there is room both stand in one row.
type Faults struct {
	Faults []world.Receipt
	Select string // an id
	Hint   string // what stands there when there is none
}

// wideFaults is the width from which on a fault takes one row.
const wideFaults = 116

// RowsOf is how many rows a fault takes in r.
func (f Faults) RowsOf(r grid.Rect) int {
	if r.W >= wideFaults {
		return 1
	}
	return 2
}

// Draw draws as many faults as fit, the selected one among them; the newest
// ones when none is selected.
func (f Faults) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if r.H < 1 || r.W < leastColumns {
		return
	}
	if len(f.Faults) == 0 {
		g.Text(r.X, r.Y, orElse(f.Hint, "no fault is injected"), theme.Dim, r.W)
		return
	}
	rows := f.RowsOf(r)
	from := f.first(r)
	for i := from; i < len(f.Faults); i++ {
		at := grid.Rect{X: r.X, Y: r.Y + (i-from)*rows, W: r.W, H: rows}
		if at.Y >= r.Bottom() {
			return
		}
		f.fault(g, at, f.Faults[i], th)
	}
}

// first is the first fault that is drawn in r.
func (f Faults) first(r grid.Rect) int {
	fit := max(r.H/f.RowsOf(r), 1)
	at := slices.IndexFunc(f.Faults, func(x world.Receipt) bool { return x.ID == f.Select })
	last := max(len(f.Faults)-fit, 0)
	if at < 0 {
		return last
	}
	return min(max(at-fit/2, 0), last)
}

// At is the fault that stands in a row of r; "" for none.
func (f Faults) At(r grid.Rect, y int) string {
	if i := f.first(r) + (y-r.Y)/f.RowsOf(r); y >= r.Y && i < len(f.Faults) {
		return f.Faults[i].ID
	}
	return ""
}

func (f Faults) fault(g *grid.Grid, r grid.Rect, x world.Receipt, th *theme.Theme) {
	sign, id := th.Glyphs.Fail, theme.Fail
	switch {
	case x.Verified:
		sign, id = th.Glyphs.Done, theme.OK
	case x.Cleared:
		sign, id = th.Glyphs.Held, theme.Wait
	case x.Spent:
		sign, id = th.Glyphs.Held, theme.Dim
	}
	g.Set(r.X, r.Y, sign, id)
	g.Text(r.X+2, r.Y, x.ID, id, 5)
	target, what := sim.Visible(x.Target), sim.Visible(x.Text)
	if r.H == 1 {
		g.Text(r.X+7, r.Y, target, theme.Text, 20)
		g.Text(r.X+28, r.Y, what, theme.Text, 30)
		receipt(x).draw(g, r.X+59, r.Y, r.W-59)
	} else {
		n := g.Text(r.X+7, r.Y, target, theme.Title, r.W-7)
		g.Text(r.X+7+n+2, r.Y, what, theme.Text, r.W-9-n)
		receipt(x).draw(g, r.X+7, r.Y+1, r.W-7)
	}
	if x.ID == f.Select {
		g.Restyle(r, theme.Lit)
	}
}

// receipt is what a fault did, in the words of its panel.
func receipt(x world.Receipt) row {
	state := run{"armed", theme.Fail}
	switch {
	case x.Verified:
		state = run{"cleared, verified", theme.OK}
	case x.Cleared:
		state = run{fmt.Sprintf("cleared, %d of %d verified", x.Untouched, world.Untouched), theme.Wait}
	case x.Spent:
		state = run{"used up, hits no more", theme.Dim}
	}
	parts := []string{hits(x)}
	if why := missed(x); why != "" {
		parts = append(parts, why)
	}
	if s := x.SideEffect; s != nil && s.Before+s.During+s.After > 0 {
		parts = append(parts, fmt.Sprintf("before the side effect %d, during %d, after %d", s.Before, s.During, s.After))
	}
	return row{runs: []run{state, {" · " + strings.Join(parts, " · "), theme.Dim}}}
}

// hits counts what was touched of what was seen.
func hits(x world.Receipt) string {
	switch {
	case x.Hit == 0 && x.Cleared:
		return "hit nothing"
	case x.Hit == 0 && x.Of == 0:
		return "no call met it yet"
	case x.Hit == 0:
		return "has hit none of " + units(x.Of, x.Unit)
	default:
		return "hit " + number(x.Hit) + " of " + units(x.Of, x.Unit)
	}
}

func units(n int64, unit string) string {
	if n == 1 {
		return "1 " + sim.Visible(unit)
	}
	return number(n) + " " + sim.Visible(unit) + "s"
}

// missed says why units were not touched, the most frequent reason first.
func missed(x world.Receipt) string {
	if x.Missed == 0 || len(x.MissedBecause) == 0 {
		return ""
	}
	why := slices.SortedFunc(maps.Keys(x.MissedBecause), func(a, b string) int {
		return cmp.Or(cmp.Compare(x.MissedBecause[b], x.MissedBecause[a]), cmp.Compare(a, b))
	})
	if len(why) == 1 {
		return number(x.Missed) + " missed because " + because(why[0])
	}
	parts := make([]string, len(why))
	for i, w := range why {
		parts[i] = number(x.MissedBecause[w]) + " " + because(w)
	}
	return number(x.Missed) + " missed: " + strings.Join(parts, ", ")
}

// because turns the word of a parameter into a reason.
func because(why string) string {
	switch why {
	case "share":
		return "not drawn by share="
	case "first":
		return "first= is used up"
	case "every":
		return "every= hits each n-th"
	default:
		return sim.Visible(why)
	}
}
