// Package inspect draws every byte that crossed for one message.
package inspect

import (
	"fmt"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
)

// Inspect is one attempt, opened.
type Inspect struct {
	Exchange sim.Exchange
	Found    bool // the bytes are still kept
	Crossing int  // which of the crossings of a message that a broker carries; 0 = the first
	Answer   bool
	Hex      bool
	Numbers  bool // protobuf without the contract
	Scroll   int
}

func (i Inspect) part() part.Inspector {
	return part.Inspector{Exchange: i.Shown(), Answer: i.Answer, Hex: i.Hex, Numbers: i.Numbers, Scroll: i.Scroll}
}

// Shown is the crossing that is shown.
func (i Inspect) Shown() sim.Exchange {
	if i.Crossing > 0 && i.Crossing <= len(i.Exchange.Then) {
		return i.Exchange.Then[i.Crossing-1]
	}
	return i.Exchange
}

// Turn goes on to the answer, and from there to the next crossing; or back.
func (i *Inspect) Turn(back bool) {
	crossings := 1 + len(i.Exchange.Then)
	if i.Answer != back {
		step := 1
		if back {
			step = crossings - 1
		}
		i.Crossing = (i.Crossing + step) % crossings
	}
	i.Answer, i.Scroll = !i.Answer, 0
}

// Len is how many rows there are at a width.
func (i Inspect) Len(width int) int { return i.part().Len(max(width-2, 0)) }

// Raw is what crossed, for copying.
func (i Inspect) Raw() []byte {
	if i.Answer {
		return i.Shown().Response.Raw
	}
	return i.Shown().Request.Raw
}

// why says what became of bytes that are not there, as the one who keeps them does.
func (i Inspect) why() string {
	if notes := i.Exchange.Request.Notes; len(notes) > 0 {
		return sim.Visible(notes[0])
	}
	return "These bytes are no longer stored: newer ones replaced them."
}

// Page is where the rows of the message stand in a body.
func Page(r grid.Rect) grid.Rect {
	return grid.Rect{X: r.X + 2, Y: r.Y + 2, W: max(r.W-4, 0), H: max(r.H-2, 0)}
}

// Draw draws two tabs, request and answer, which crossing of how many it is, and
// the message below them.
func (i Inspect) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	x := r.X + 2
	for k, word := range i.part().Halves() {
		style := theme.Dim
		if i.Answer == (k == 1) {
			style = theme.Accent
			g.Set(x-1, r.Y, th.Glyphs.Right, theme.Accent)
		}
		x += g.Text(x+1, r.Y, word, style, 12) + 4
	}
	if all := 1 + len(i.Exchange.Then); all > 1 {
		g.Right(r.Right()-2, r.Y, fmt.Sprintf("crossing %d of %d", i.Crossing+1, all), theme.Dim, r.Right()-x-2)
	}
	if !i.Found {
		part.Text{Source: i.why()}.Draw(g, Page(r), th)
		return
	}
	page := Page(r)
	i.part().Draw(g, page, th)
	if i.Scroll+page.H < i.Len(r.W-2) {
		g.Right(r.Right()-2, r.Y+1, "more below, ↓", theme.Accent, r.W-4)
	}
}
