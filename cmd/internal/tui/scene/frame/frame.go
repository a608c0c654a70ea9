// Package frame draws what stands around every screen: a header, the line of
// what was just said, and the footer with the keys that matter now.
package frame

import (
	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// Frame is what stands around a screen.
type Frame struct {
	Name  string   // where we are: "REST", "playground"
	Facts []Fact   // after the name, from the left
	Right []string // from the right edge inwards; those that do not fit are left out
	Keys  []Key
}

// Fact is a few words in the header with a style of their own.
type Fact struct {
	Text  string
	Style grid.Style
}

// Key is a key of the footer and what it does.
type Key struct{ Key, Word string }

// Note is what the program last said: a calm line with what can be done.
type Note struct {
	Text, Fix string
	Trouble   bool
	Holds     func() bool // whether it is still so; nil = it stays until the next key
}

// Rows is how many rows a frame takes from a screen.
const Rows = 4

// Body is what a frame leaves for its screen.
func Body(r grid.Rect) grid.Rect {
	return grid.Rect{X: r.X, Y: r.Y + 2, W: r.W, H: max(r.H-Rows, 0)}
}

// Draw draws the frame around Body(r). It comes before the body, whose lines
// then join its rules.
func (f Frame) Draw(g *grid.Grid, r grid.Rect) {
	f.header(g, r)
	g.Rule(r, r.Y+1, theme.Rule)
	g.Rule(r, r.Bottom()-2, theme.Rule)
	Footer(g, grid.Rect{X: r.X, Y: r.Bottom() - 1, W: r.W, H: 1}, f.Keys)
}

// header writes name and facts from the left, Right from the right. What is on
// the left wins.
func (f Frame) header(g *grid.Grid, r grid.Rect) {
	x, right := r.X+1, r.Right()-1
	x += g.Text(x, r.Y, f.Name, theme.Title, right-x)
	for _, fact := range f.Facts {
		if fact.Text == "" || x+3+grid.Width(fact.Text) > right {
			continue
		}
		x += 3 + g.Text(x+3, r.Y, fact.Text, fact.Style, right-x-3)
	}
	for _, s := range f.Right {
		if s == "" || right-grid.Width(s) < x+3 {
			continue
		}
		right -= g.Right(right, r.Y, s, theme.Dim, right-x) + 4
	}
}

// gap is the space between two keys of a footer.
const gap = 3

// FooterWidth is how many columns a footer needs.
func FooterWidth(keys []Key) int {
	w := 2
	for i, k := range keys {
		w += grid.Width(k.Key) + 1 + grid.Width(k.Word)
		if i > 0 {
			w += gap
		}
	}
	return w
}

// Footer writes keys and words with even space between them, as many as fit.
func Footer(g *grid.Grid, r grid.Rect, keys []Key) {
	x := r.X + 1
	for _, k := range keys {
		w := grid.Width(k.Key) + 1 + grid.Width(k.Word)
		if x+w > r.Right()-1 {
			return
		}
		x += g.Text(x, r.Y, k.Key, theme.Key, w) + 1
		x += g.Text(x, r.Y, k.Word, theme.Dim, w) + gap
	}
}

// mostNote is how many rows of a text a note shows; a fix stands below it.
const mostNote = 3

// rows are the text of the note in rows of a screen of a width, and whether its fix
// has room behind the last of them.
func (n Note) rows(width int) (text []string, beside bool) {
	text = []string{n.Text}
	if grid.Width(n.Text) > width-6 {
		text = part.Wrap(n.Text, width-6)
		text = text[:min(len(text), mostNote)]
	}
	return text, grid.Width(text[len(text)-1])+2+grid.Width(n.Fix) <= width-6
}

// Rows is how many rows the note covers on a screen of a width.
func (n Note) Rows(width int) int {
	if n.Text == "" {
		return 0
	}
	text, beside := n.rows(width)
	if n.Fix != "" && !beside {
		return len(text) + 1
	}
	return len(text)
}

// Draw writes the note over the lower rule of the frame around Body(r), and over
// the rows above it when it needs more.
func (n Note) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if n.Text == "" {
		return
	}
	style, sign := theme.Accent, th.Glyphs.Right
	if n.Trouble {
		style, sign = theme.Fail, th.Glyphs.Fail
	}
	text, beside := n.rows(r.W)
	y := r.Bottom() - 1 - n.Rows(r.W)
	for i, s := range text {
		fix := ""
		if beside && i == len(text)-1 {
			fix = n.Fix
		}
		n.line(g, r, y, s, fix, style, sign)
		sign = ' '
		y++
	}
	if n.Fix != "" && !beside {
		n.line(g, r, y, n.Fix, "", theme.Text, th.Glyphs.Right)
	}
}

func (n Note) line(g *grid.Grid, r grid.Rect, y int, text, fix string, style grid.Style, sign rune) {
	if y < r.Y {
		return
	}
	g.Fill(grid.Rect{X: r.X, Y: y, W: r.W, H: 1}, ' ', theme.Plain)
	g.Set(r.X+1, y, sign, style)
	x := r.X + 3
	x += g.Text(x, y, text, style, r.Right()-1-x)
	if fix != "" {
		g.Text(x+2, y, fix, theme.Text, r.Right()-3-x)
	}
}
