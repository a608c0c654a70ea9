// Package inspect draws every byte that crossed for one message.
package inspect

import (
	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
)

// Inspect is one attempt, opened.
type Inspect struct {
	Exchange sim.Exchange
	Found    bool // the bytes are still kept
	Answer   bool
	Hex      bool
	Numbers  bool // protobuf without the contract
	Scroll   int
}

func (i Inspect) part() part.Inspector {
	return part.Inspector{Exchange: i.Exchange, Answer: i.Answer, Hex: i.Hex, Numbers: i.Numbers, Scroll: i.Scroll}
}

// Len is how many rows there are at a width.
func (i Inspect) Len(width int) int { return i.part().Len(max(width-2, 0)) }

// Raw is what crossed, for copying.
func (i Inspect) Raw() []byte {
	if i.Answer {
		return i.Exchange.Response.Raw
	}
	return i.Exchange.Request.Raw
}

// Page is where the rows of the message stand in a body.
func Page(r grid.Rect) grid.Rect {
	return grid.Rect{X: r.X + 2, Y: r.Y + 2, W: max(r.W-4, 0), H: max(r.H-2, 0)}
}

// Draw draws two tabs, request and answer, and the message below them.
func (i Inspect) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	x := r.X + 2
	for _, tab := range []struct {
		word string
		on   bool
	}{{"request", !i.Answer}, {"answer", i.Answer}} {
		style := theme.Dim
		if tab.on {
			style = theme.Accent
			g.Set(x-1, r.Y, th.Glyphs.Right, theme.Accent)
		}
		x += g.Text(x+1, r.Y, tab.word, style, 12) + 4
	}
	if !i.Found {
		g.Text(r.X+2, r.Y+2, "These bytes are no longer kept: newer ones took their place.", theme.Text, r.W-4)
		return
	}
	i.part().Draw(g, Page(r), th)
}
