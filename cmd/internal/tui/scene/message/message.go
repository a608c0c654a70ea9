// Package message draws a screen that has only something to say: the terminal
// is too small, a world is being opened, something could not be opened.
package message

import (
	"strconv"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// Message is a heading and a few words in the middle of the screen.
type Message struct {
	Title   string
	Text    string // light Markdown
	Trouble bool
}

// Draw draws it, centred, at most 64 columns wide.
func (m Message) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	w := min(r.W-2, 64)
	text := part.Text{Source: m.Text}
	rows := text.Len(w)
	y := r.Y + max((r.H-rows-2)/3, 0)
	x := r.X + max((r.W-w)/2, 0)
	style := theme.Title
	if m.Trouble {
		style = theme.Fail
	}
	g.Text(x, y, m.Title, style, w)
	text.Draw(g, grid.Rect{X: x, Y: y + 2, W: w, H: r.Bottom() - y - 2}, th)
}

// TooSmall says so; it fits into anything.
func TooSmall(g *grid.Grid, r grid.Rect, minW, minH int) {
	lines := []string{"too small to draw", "needs " + size(minW, minH), "has " + size(r.W, r.H), "q leaves"}
	y := r.Y + max((r.H-len(lines))/2, 0)
	for i, l := range lines {
		style := theme.Text
		if i > 0 {
			style = theme.Dim
		}
		g.Center(r.X, y+i, l, style, r.W)
	}
}

func size(w, h int) string { return strconv.Itoa(w) + "x" + strconv.Itoa(h) }
