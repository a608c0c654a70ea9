// Package palette draws the line in which the words of the door are typed, with
// what may come next above it.
package palette

import (
	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim/door"
)

// Palette is a line being typed.
type Palette struct {
	Sign     rune // ':' or '/'
	Line     string
	Cursor   int // in runes
	Suggest  []door.Suggestion
	Selected int // among Suggest; -1 = none
	Help     string
}

// maxRows is how many suggestions are shown at once.
const maxRows = 8

// Rows is how many rows the palette covers, upwards from the bottom of a screen.
func (p Palette) Rows() int { return 2 + min(len(p.Suggest), maxRows) }

// Draw covers the bottom rows of r and returns the cell of the cursor.
func (p Palette) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) (x, y int) {
	_, box := r.SplitBottom(p.Rows())
	g.Fill(box, ' ', theme.Plain)
	g.Rule(box, box.Y, theme.Accent)
	g.Text(box.X+2, box.Y, helpTitle(p.Help), theme.Dim, box.W-4)
	first := 0
	if p.Selected >= maxRows {
		first = p.Selected - maxRows + 1
	}
	row := box.Y + 1
	for i := first; i < min(len(p.Suggest), first+maxRows); i++ {
		p.suggestion(g, grid.Rect{X: box.X, Y: row, W: box.W, H: 1}, i, th)
		row++
	}
	return p.line(g, grid.Rect{X: box.X, Y: box.Bottom() - 1, W: box.W, H: 1})
}

func helpTitle(s string) string {
	if s == "" {
		return ""
	}
	return " " + s + " "
}

func (p Palette) suggestion(g *grid.Grid, r grid.Rect, i int, th *theme.Theme) {
	s, style := p.Suggest[i], theme.Text
	if i == p.Selected {
		style = theme.Accent
		g.Set(r.X+1, r.Y, th.Glyphs.Right, theme.Accent)
	}
	g.Text(r.X+3, r.Y, s.Text, style, 28)
	g.Text(r.X+33, r.Y, s.About, theme.Dim, r.W-34)
}

// line writes what was typed; a line longer than the row is shown by its end.
func (p Palette) line(g *grid.Grid, r grid.Rect) (x, y int) {
	g.Set(r.X+1, r.Y, p.Sign, theme.Accent)
	runes, room, from := []rune(p.Line), r.W-5, 0
	if p.Cursor > room {
		from = p.Cursor - room
	}
	g.Text(r.X+3, r.Y, string(runes[from:]), theme.Text, room+1)
	return r.X + 3 + grid.Width(string(runes[from:min(p.Cursor, len(runes))])), r.Y
}
