// Package words draws the glossary.
package words

import (
	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// Word is a term and what it means.
type Word struct{ Term, Meaning string }

// Words is the glossary, scrolled.
type Words struct {
	Words  []Word
	Scroll int // the first row drawn
}

const indent = 18

// Len is how many rows the glossary takes at a width.
func (w Words) Len(width int) int {
	n := 0
	for _, it := range w.Words {
		n += max(meaning(it).Len(width-indent), 1) + 1
	}
	return n
}

func meaning(w Word) part.Text { return part.Text{Source: w.Meaning} }

// Draw draws the rows that fit.
func (w Words) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	page := grid.New(r.W, max(w.Len(r.W), 1))
	y := 0
	for _, it := range w.Words {
		text := meaning(it)
		rows := max(text.Len(r.W-indent), 1)
		page.Text(0, y, it.Term, theme.Accent, indent-2)
		text.Draw(page, grid.Rect{X: indent, Y: y, W: r.W - indent, H: rows}, th)
		y += rows + 1
	}
	g.Paste(r, page, w.Scroll)
}
