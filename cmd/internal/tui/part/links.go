package part

import (
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Links is the table of counts, a row a link: what crossed it by the transport that it
// takes now, as on the stage.
type Links struct {
	Links  []view.Link
	Select sim.LinkID
	Scroll int // the first link drawn
}

// linkColumn is one column of numbers.
type linkColumn struct {
	name  string
	width int
	text  func(l *view.Link) string
	bad   bool // written as a failure when it is not 0
}

// linkColumns stand in the order of their importance: those on the right are
// left out first.
var linkColumns = []linkColumn{
	{"sent", 7, func(l *view.Link) string { return number(l.Now().Sent) }, false},
	{"answered", 9, func(l *view.Link) string { return number(l.Now().Answered) }, false},
	{"accepted", 9, func(l *view.Link) string { return number(l.Now().Accepted) }, false},
	{"failed", 7, func(l *view.Link) string { return number(l.Now().Failed) }, true},
	{"waiting", 8, func(l *view.Link) string { return number(l.Waiting()) }, false},
	{"rejected", 9, func(l *view.Link) string { return number(l.Now().Rejected) }, true},
	{"degraded", 9, func(l *view.Link) string { return number(l.Now().Degraded) }, false},
	{"faults", 7, func(l *view.Link) string { return number(l.Now().FaultsHit) }, true},
	{"p50", 8, func(l *view.Link) string { return quantile(l, 0.5) }, false},
	{"p99", 8, func(l *view.Link) string { return quantile(l, 0.99) }, false},
	{"max", 8, func(l *view.Link) string { return quantile(l, 1) }, false},
	{"timed out", 10, func(l *view.Link) string { return number(l.Now().TimedOut) }, true},
	{"retries", 8, func(l *view.Link) string { return number(l.Now().Retries) }, false},
	{"lost", 6, func(l *view.Link) string { return number(l.Now().Lost) }, true},
	{"bytes out", 11, func(l *view.Link) string { return number(l.Now().BytesOut) }, false},
	{"bytes in", 11, func(l *view.Link) string { return number(l.Now().BytesIn) }, false},
}

// quantile is the time that a share of all did not exceed; "–" where too little
// was measured to tell.
func quantile(l *view.Link, p float64) string {
	if l.Took.Count() == 0 || p == 0.99 && l.Took.Count() < enough {
		return "–"
	}
	return sim.Human(l.Took.Quantile(p))
}

// Draw draws the head and as many links as fit.
func (t Links) Draw(g *grid.Grid, r grid.Rect, _ *theme.Theme) {
	if r.H < 2 || r.W < leastColumns {
		return
	}
	name := 12
	for i := range t.Links {
		name = max(name, grid.Width(sim.Visible(string(t.Links[i].ID)))+1)
	}
	name = min(name, max(r.W/3, 12))
	g.Text(r.X, r.Y, "link", theme.Dim, name)
	g.Text(r.X+name, r.Y, "by", theme.Dim, 8)
	for i := range r.H - 1 {
		if n := t.Scroll + i; n >= 0 && n < len(t.Links) {
			t.row(g, r, r.Y+1+i, name, &t.Links[n])
		}
	}
	t.columns(g, r, r.Y, name, nil)
}

func (t Links) row(g *grid.Grid, r grid.Rect, y, name int, l *view.Link) {
	g.Text(r.X, y, sim.Visible(string(l.ID)), theme.Text, name-1)
	g.Text(r.X+name, y, TransportWord(l.Transport), theme.Dim, 8)
	t.columns(g, r, y, name, l)
	if t.Select == l.ID && l.ID != "" {
		g.Restyle(grid.Rect{X: r.X, Y: y, W: r.W, H: 1}, theme.Lit)
	}
}

// rare columns are there only when one of their numbers is above 0.
func rare(name string) bool {
	return name == "accepted" || name == "rejected" || name == "degraded" || name == "faults"
}

// columns writes the numbers of a link, or the names of the columns.
func (t Links) columns(g *grid.Grid, r grid.Rect, y, name int, l *view.Link) {
	x := r.X + name + 8
	for _, c := range linkColumns {
		if rare(c.name) && !slices.ContainsFunc(t.Links, func(l view.Link) bool { return c.text(&l) != "0" }) {
			continue
		}
		if x+c.width > r.Right() {
			return
		}
		x += c.width
		if l == nil {
			g.Right(x, y, c.name, theme.Dim, c.width-1)
			continue
		}
		text, st := c.text(l), theme.Text
		switch {
		case text == "0" || text == "–":
			st = theme.Dim
		case c.bad:
			st = theme.Fail
		}
		g.Right(x, y, text, st, c.width-1)
	}
}

// Notices are what changed in the world, the newest first.
type Notices struct {
	Notices []view.Notice
	Now     time.Duration // the real moment that is shown; what is new is bright
}

// Draw draws as many as fit.
func (n Notices) Draw(g *grid.Grid, r grid.Rect, _ *theme.Theme) {
	if r.H < 1 || r.W < leastColumns {
		return
	}
	if len(n.Notices) == 0 {
		g.Text(r.X, r.Y, "nothing has changed yet", theme.Dim, r.W)
	}
	who := 0
	for _, c := range n.Notices {
		who = max(who, grid.Width(where(c)))
	}
	who = min(who, r.W/3)
	for i := range min(r.H, len(n.Notices)) {
		c := n.Notices[len(n.Notices)-1-i]
		st := theme.Dim
		if n.Now-c.At <= fresh {
			st = theme.Text
		}
		g.Right(r.X+10, r.Y+i, clock(c.At), theme.Dim, 10)
		g.Text(r.X+12, r.Y+i, where(c), st, who)
		g.Text(r.X+13+who, r.Y+i, sim.Visible(c.Text), st, r.W-13-who)
	}
}

// where a notice happened.
func where(n view.Notice) string {
	if n.Node.Service == "" {
		return "world"
	}
	if n.Part {
		return sim.Visible(n.Node.Numbered())
	}
	return sim.Visible(n.Node.String())
}
