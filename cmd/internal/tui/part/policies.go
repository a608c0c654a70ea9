package part

import (
	"slices"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/world"
)

// Policies is what stands around the calls of one link: the nesting, and a
// gauge for each policy.
//
//	order:payment   retry(breaker(call))
//	retry      tries 3 (1 + 2), full jitter            12 tried again
//	breaker    OPEN      2.1 s left  ▮▮▮▮▮▮▯▯▯▯  6 of 10 failed
//
// Of a link to a gateway, the steps of the gateway follow, in the order in which a
// request takes them, with what each of them did not let through.
type Policies struct {
	Guards world.Guards
	Others int // how many more links are guarded
}

// Draw draws the gauges in one column, or in two where one is too low.
func (p Policies) Draw(g *grid.Grid, r grid.Rect, _ *theme.Theme) {
	if r.H < 1 || r.W < leastColumns {
		return
	}
	x := r.X + g.Text(r.X, r.Y, sim.Visible(string(p.Guards.Link)), theme.Title, r.W/2) + 3
	more := ""
	if p.Others > 0 {
		more = number(int64(p.Others)) + " more guarded"
	}
	right := g.Right(r.Right(), r.Y, more, theme.Dim, 20)
	if len(p.Guards.Policies)+len(p.Guards.Steps) == 0 {
		g.Text(x, r.Y, "this link has no policy; p adds one", theme.Dim, r.Right()-right-2-x)
		return
	}
	nesting := p.Guards.Nesting
	if p.Guards.Steps != nil { // what the receiver does with a call stands behind what the caller does
		nesting = sim.Visible(p.Guards.Chain)
		if len(p.Guards.Policies) > 0 {
			nesting = p.Guards.Nesting + " ▸ " + nesting
		}
	}
	n := g.Text(x, r.Y, nesting, theme.Text, r.Right()-right-2-x)
	g.Text(x+n+3, r.Y, sim.Visible(p.Guards.Preset), theme.Dim, r.Right()-right-5-x-n)
	_, rest := r.SplitTop(1)
	gauges := slices.Concat(p.Guards.Policies, p.Guards.Steps)
	if len(gauges) > rest.H && rest.W >= 110 {
		half := (len(gauges) + 1) / 2
		left, right := rest.SplitLeft(rest.W / 2)
		column(g, left, gauges[:half])
		column(g, right, gauges[half:])
		return
	}
	column(g, rest, gauges)
}

// column draws a policy a row.
func column(g *grid.Grid, r grid.Rect, gauges []policy.Gauge) {
	for i, p := range gauges {
		if i >= r.H {
			return
		}
		y := r.Y + i
		g.Text(r.X, y, p.Policy, theme.Accent, 10)
		x := r.X + 11
		for _, run := range gauge(p) {
			x += g.Text(x, y, run.text, run.style, r.Right()-1-x)
		}
		x += 3
		if did := did(p); did != "" && x+grid.Width(did) < r.Right() {
			x += g.Text(x, y, did, theme.Dim, r.Right()-1-x) + 3
		}
		if p.Of > 0 && x+grid.Width(p.About) < r.Right() {
			g.Right(r.Right()-1, y, sim.Visible(p.About), theme.Dim, r.Right()-1-x)
		}
	}
}
