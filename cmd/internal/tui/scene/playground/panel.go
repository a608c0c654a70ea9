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

// The tabs, in their order.
const (
	Events Tab = iota
	Latency
	Links
	Tabs int = iota
)

func (t Tab) String() string { return [...]string{"events", "latency", "links"}[t] }

// Panel is what one tab shows.
type Panel struct {
	Tab     Tab
	Focus   bool
	Events  part.Events
	Latency part.Latency
	Links   part.Links
	Notices part.Notices
}

// Content is where the tab's own rows stand in a panel.
func Content(r grid.Rect) grid.Rect {
	head := 2
	if r.H < 8 {
		head = 1
	}
	return grid.Rect{X: r.X + 1, Y: r.Y + head, W: max(r.W-2, 0), H: max(r.H-head, 0)}
}

// Draw draws the tabs and the one that is open.
func (p Panel) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	x := r.X + 2
	for t := range Tab(Tabs) {
		key, word := theme.Key, theme.Dim
		if t == p.Tab {
			word = theme.Title
			if p.Focus {
				word = theme.Accent
				g.Set(x-1, r.Y, th.Glyphs.Right, theme.Accent)
			}
		}
		x += g.Text(x, r.Y, string(rune('1'+t)), key, 2) + 1
		x += g.Text(x, r.Y, t.String(), word, r.Right()-x) + 3
	}
	area := Content(r)
	switch p.Tab {
	case Events:
		p.Events.Draw(g, area, th)
	case Latency:
		p.Latency.Draw(g, area, th)
	case Links:
		links, notices := area.SplitTop(max(area.H-6, len(p.Links.Links)+2))
		p.Links.Draw(g, links, th)
		p.Notices.Draw(g, notices, th)
	}
}
