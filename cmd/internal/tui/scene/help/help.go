// Package help draws what `?` shows: the next hint first, then the keys, then
// the words of the lesson.
package help

import (
	"fmt"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/words"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// Help is the page.
type Help struct {
	Hints     []string // those asked for so far, the newest last
	HintsLeft int
	Task      bool // there is a task hints belong to
	Keys      []Key
	Words     []words.Word
	Scroll    int // the first row drawn
}

// Key is a key and what it does here; Not says why it does nothing now.
type Key struct{ Key, Help, Not string }

// Len is how many rows the page takes at a width.
func (h Help) Len(width int) int { return h.draw(grid.New(width, 0), nil) }

// Draw draws the rows that fit.
func (h Help) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	page := grid.New(r.W, h.Len(r.W))
	h.draw(page, th)
	g.Paste(r, page, h.Scroll)
}

// draw writes the page and returns how many rows it took. Without a theme it
// only measures.
func (h Help) draw(g *grid.Grid, th *theme.Theme) int {
	y := h.hints(g, th)
	y = heading(g, y, "Keys")
	for _, k := range h.Keys {
		text, style := k.Help, theme.Text
		if k.Not != "" {
			text, style = k.Help+" · not now: "+k.Not, theme.Dim
		}
		g.Text(2, y, k.Key, theme.Key, 12)
		y += paragraph(g, th, 14, y, text, style)
	}
	if len(h.Words) > 0 {
		y = heading(g, y+1, "Words")
		w := words.Words{Words: h.Words}
		rows := w.Len(g.Bounds().W - 2)
		if th != nil {
			w.Draw(g, grid.Rect{X: 2, Y: y, W: g.Bounds().W - 2, H: rows}, th)
		}
		y += rows
	}
	y = heading(g, y+1, "Signs")
	for _, sign := range theme.Legend() {
		g.Set(2, y, sign.Sign, theme.Key)
		g.Text(14, y, sign.Means, theme.Text, g.Bounds().W-14)
		y++
	}
	return y
}

func (h Help) hints(g *grid.Grid, th *theme.Theme) int {
	if !h.Task {
		return 0
	}
	y := heading(g, 0, "Hint")
	for i, hint := range h.Hints {
		style := theme.Dim
		if i == len(h.Hints)-1 {
			style = theme.Text
		}
		g.Text(2, y, fmt.Sprintf("%d", i+1), style, 2)
		y += paragraph(g, th, 5, y, hint, style)
	}
	left := "no hint is left; the last one is the exact line"
	if h.HintsLeft > 0 {
		left = fmt.Sprintf("? again for the next one, %d left", h.HintsLeft)
	}
	g.Text(2, y, left, theme.Dim, g.Bounds().W-2)
	return y + 2
}

func heading(g *grid.Grid, y int, s string) int {
	g.Text(0, y, s, theme.Title, g.Bounds().W)
	return y + 1
}

func paragraph(g *grid.Grid, th *theme.Theme, x, y int, s string, style grid.Style) int {
	t := part.Text{Source: s, Style: style}
	w := g.Bounds().W - x
	rows := max(t.Len(w), 1)
	if th != nil {
		t.Draw(g, grid.Rect{X: x, Y: y, W: w, H: rows}, th)
	}
	return rows
}
