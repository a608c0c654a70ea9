// Package playground draws the panel beside the stage: one thing at a time,
// chosen by tabs.
package playground

import (
	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// Tab is one of the things a panel shows.
type Tab int

// The tabs, in their order. The number of a tab is its key, whichever are shown.
const (
	Events Tab = iota
	Latency
	Links
	Faults
	Policies
	Queues
	Tabs int = iota
)

func (t Tab) String() string {
	return [...]string{"events", "latency", "links", "faults", "policies", "queues"}[t]
}

// Panel is what one tab shows.
type Panel struct {
	Tab      Tab
	Shown    [Tabs]bool // those that have something to show
	Focus    bool
	Events   part.Events
	Latency  part.Latency
	Links    part.Links
	Notices  part.Notices
	Faults   part.Faults
	Policies part.Policies
	Queues   part.Queues
}

// Content is where the tab's own rows stand in a panel.
func Content(r grid.Rect) grid.Rect {
	head := 2
	if r.H < 8 {
		head = 1
	}
	return grid.Rect{X: r.X, Y: r.Y + head, W: r.W, H: max(r.H-head, 0)}.Inset(part.Margin, 0)
}

// Draw draws the tabs and the one that is open.
func (p Panel) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	for t := range Tab(Tabs) {
		x := p.place(t, r)
		if x < 0 {
			continue
		}
		word := theme.Dim
		if t == p.Tab {
			word = theme.Title
			if p.Focus {
				word = theme.Accent
				g.Set(x-1, r.Y, th.Glyphs.Right, theme.Accent)
			}
		}
		g.Text(x, r.Y, string(rune('1'+t)), theme.Key, 1)
		g.Text(x+2, r.Y, t.String(), word, r.Right()-x-2)
	}
	p.content(g, Content(r), th)
}

func (p Panel) content(g *grid.Grid, area grid.Rect, th *theme.Theme) {
	switch p.Tab {
	case Events:
		p.Events.Draw(g, area, th)
	case Latency:
		p.Latency.Draw(g, area, th)
	case Links:
		links, notices := area.SplitTop(max(area.H-6, len(p.Links.Links)+2))
		p.Links.Draw(g, links, th)
		p.Notices.Draw(g, notices, th)
	case Faults:
		p.Faults.Draw(g, area, th)
	case Policies:
		p.Policies.Draw(g, area, th)
	case Queues:
		p.Queues.Draw(g, area, th)
	}
}

// place is the column of a tab's number; -1 when it is not shown.
func (p Panel) place(t Tab, r grid.Rect) int {
	x := r.X + 2
	for u := range t {
		if p.Shown[u] {
			x += grid.Width(u.String()) + 5
		}
	}
	if !p.Shown[t] {
		return -1
	}
	return x
}

// Hit is the tab whose name stands at a cell of a panel.
func (p Panel) Hit(r grid.Rect, x, y int) (Tab, bool) {
	for t := range Tab(Tabs) {
		if at := p.place(t, r); at >= 0 && y == r.Y && x >= at-1 && x < at+2+grid.Width(t.String()) {
			return t, true
		}
	}
	return 0, false
}
