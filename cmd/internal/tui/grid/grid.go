// Package grid is the surface everything is drawn on: a compact grid of cells,
// each a rune and the index of a style. Colours are not known here; they come
// with the palette when a finished grid is encoded to one string.
//
// A frame of 120x40 costs a few hundredths of a millisecond, against 0.5–4 ms
// for a styled string a cell or a canvas of cells with style values.
package grid

import (
	"github.com/charmbracelet/x/ansi"
)

// Style is an index into a [Palette]. What each index means is the theme's business.
type Style uint8

// cell is one place of the grid. A rune of 0 is the second half of a wide rune.
type cell struct {
	r rune
	s Style
}

var blank = cell{r: ' '}

// Grid is a screen of cells. The zero value is an empty grid; Resize gives it
// a size. Cells outside are ignored, so drawing never needs bounds of its own.
// A grid belongs to one goroutine.
type Grid struct {
	w, h  int
	cells []cell
	buf   []byte // of the last Encode, kept for its capacity
}

// New returns a blank grid.
func New(w, h int) *Grid {
	g := &Grid{}
	g.Resize(w, h)
	return g
}

// Resize gives the grid a size and clears it.
func (g *Grid) Resize(w, h int) {
	g.w, g.h = max(w, 0), max(h, 0)
	if n := g.w * g.h; cap(g.cells) >= n {
		g.cells = g.cells[:n]
	} else {
		g.cells = make([]cell, n)
	}
	g.Clear()
}

// Bounds is the whole grid.
func (g *Grid) Bounds() Rect { return Rect{0, 0, g.w, g.h} }

// Clear makes every cell blank.
func (g *Grid) Clear() {
	for i := range g.cells {
		g.cells[i] = blank
	}
}

// Set puts one rune of width one into a cell.
func (g *Grid) Set(x, y int, r rune, s Style) {
	if x >= 0 && y >= 0 && x < g.w && y < g.h {
		g.cells[y*g.w+x] = cell{r, s}
	}
}

// At returns what stands in a cell; a blank for cells outside.
func (g *Grid) At(x, y int) (rune, Style) {
	if x < 0 || y < 0 || x >= g.w || y >= g.h {
		return ' ', 0
	}
	c := g.cells[y*g.w+x]
	return c.r, c.s
}

// Fill puts r into every cell of a rectangle.
func (g *Grid) Fill(r Rect, ch rune, s Style) {
	for y := max(r.Y, 0); y < min(r.Bottom(), g.h); y++ {
		for x := max(r.X, 0); x < min(r.Right(), g.w); x++ {
			g.cells[y*g.w+x] = cell{ch, s}
		}
	}
}

// Restyle gives every cell of a rectangle the style that f makes of its own:
// how a row is lit, or everything behind a dialog is dimmed.
func (g *Grid) Restyle(r Rect, f func(Style) Style) {
	for y := max(r.Y, 0); y < min(r.Bottom(), g.h); y++ {
		for x := max(r.X, 0); x < min(r.Right(), g.w); x++ {
			c := &g.cells[y*g.w+x]
			c.s = f(c.s)
		}
	}
}

// Text writes s from x, y and returns how many cells it took, at most maxw.
// What does not fit is cut and ends in "…". Control characters are the
// caller's concern (sim.Visible); runes without width are left out.
func (g *Grid) Text(x, y int, s string, st Style, maxw int) int {
	if maxw <= 0 {
		return 0
	}
	room := maxw
	if Width(s) > maxw {
		room = maxw - 1 // the last cell is for the ellipsis
	}
	used := 0
	for _, r := range s {
		w := runeWidth(r)
		if used+w > room {
			g.Set(x+used, y, '…', st)
			return used + 1
		}
		switch w {
		case 1:
			g.Set(x+used, y, r, st)
		case 2:
			g.Set(x+used, y, r, st)
			g.Set(x+used+1, y, 0, st)
		}
		used += w
	}
	return used
}

// Right writes s so that it ends before column x, in at most maxw cells, and
// returns how many it took.
func (g *Grid) Right(x, y int, s string, st Style, maxw int) int {
	w := min(Width(s), max(maxw, 0))
	return g.Text(x-w, y, s, st, w)
}

// Center writes s in the middle of the maxw cells from x.
func (g *Grid) Center(x, y int, s string, st Style, maxw int) int {
	w := min(Width(s), max(maxw, 0))
	return g.Text(x+(maxw-w)/2, y, s, st, w)
}

// Width is how many cells Text would take for s if there were room.
func Width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// runeWidth is the width of one rune: 0, 1 or 2 cells. The runes we draw with
// are all below the first wide block.
func runeWidth(r rune) int {
	switch {
	case r >= 0x20 && r < 0x7f:
		return 1
	case r < 0x20 || r == 0x7f:
		return 0
	case r >= 0x2010 && r < 0x2328, r >= 0x2500 && r < 0x25fd:
		if r < 0x2030 && r >= 0x2028 || r >= 0x2060 && r < 0x2070 {
			return 0
		}
		return 1
	default:
		return ansi.StringWidth(string(r))
	}
}
