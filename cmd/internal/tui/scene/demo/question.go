package demo

import (
	"strconv"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/lessons/demo"
)

// Columns of a question: the mark, the key, then the choice.
const (
	keyColumn    = 12
	choiceColumn = 15
	mostBar      = 40
)

// question draws the question in the middle, its choices, the hands of the room
// below each, and what turned out to be true beside it:
//
//	             1  nothing, until time runs out
//	                ▮▮▮▮▮▮▮▮▮ 9
//	happened ►   2  an error of the connection
//	                ▮▮▮▮▮▮▮▮▮▮▮▮▮▮▮▮▮ 17
func (d Demo) question(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	a := d.State.Ask
	if a == nil {
		return
	}
	text := part.Text{Source: a.Text, Style: theme.Title}
	head := text.Len(r.W - choiceColumn)
	gap := 2
	if r.H >= head+2+3*len(a.Choices)+2 {
		gap = 3
	}
	y := r.Y + max((r.H-head-2-gap*len(a.Choices))/2, 0)
	text.Draw(g, grid.Rect{X: r.X + choiceColumn, Y: y, W: r.W - choiceColumn, H: head}, th)
	y += head + 1
	for i := range a.Choices {
		d.choice(g, grid.Rect{X: r.X, Y: y, W: r.W, H: gap}, th, i)
		y += gap
	}
	if a.Votes == nil && a.Truth < 0 {
		g.Text(r.X+choiceColumn, y, "hands up", theme.Accent, r.W-choiceColumn)
	}
}

func (d Demo) choice(g *grid.Grid, r grid.Rect, th *theme.Theme, i int) {
	a := d.State.Ask
	style := theme.Text
	if i == a.Truth {
		style = theme.OK
		g.Text(r.X, r.Y, "happened", theme.OK, keyColumn)
		g.Set(r.X+keyColumn-3, r.Y, th.Glyphs.Right, theme.OK)
	}
	g.Text(r.X+keyColumn, r.Y, strconv.Itoa(i+1), theme.Key, 2)
	g.Text(r.X+choiceColumn, r.Y, a.Choices[i], style, r.W-choiceColumn)
	if i < len(a.Votes) {
		bar(g, r, a, i, style)
	}
}

// bar draws the hands for choice i, to the scale of the longest bar.
func bar(g *grid.Grid, r grid.Rect, a *demo.Asked, i int, style grid.Style) {
	most := 1
	for _, v := range a.Votes {
		most = max(most, v)
	}
	room := min(mostBar, r.W-choiceColumn-6)
	n := (a.Votes[i]*room + most - 1) / most
	if most <= room {
		n = a.Votes[i]
	}
	x := r.X + choiceColumn
	for k := range n {
		g.Set(x+k, r.Y+1, '▮', style)
	}
	if n > 0 {
		n++
	}
	g.Text(x+n, r.Y+1, strconv.Itoa(a.Votes[i]), style, 5)
}
