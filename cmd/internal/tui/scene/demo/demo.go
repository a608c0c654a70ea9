// Package demo draws what an audience looks at: the title of a chapter, a
// caption below the stage, a question with the hands of the room beside the
// truth, and the end.
package demo

import (
	"strconv"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
)

// Demo is one moment of a demo. Scenes without the stage are drawn by Draw; the
// caption below the stage by DrawCaption.
type Demo struct {
	State demo.State
	Wall  bool // for a projector: captions alone, nothing more to read
}

// Draw draws a title, a question or the end.
func (d Demo) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	switch d.State.Scene {
	case demo.Question:
		d.question(g, column(r, 76), th)
	case demo.End:
		d.chapters(g, column(r, 100), th, d.State.Info.Title+" is over", true)
	default:
		d.chapters(g, column(r, 100), th, d.State.Info.Title, false)
	}
}

// column is the middle of r, at most so wide.
func column(r grid.Rect, most int) grid.Rect {
	w := min(r.W-4, most)
	return grid.Rect{X: r.X + (r.W-w)/2, Y: r.Y, W: w, H: r.H}
}

// titleColumn is where the titles of chapters stand, behind their numbers. What was
// said last stands behind the longest of them.
const titleColumn = 4

// chapters lists all of them with the keys that jump there, and beside those
// that were played what was said last, in the numbers of this run.
func (d Demo) chapters(g *grid.Grid, r grid.Rect, th *theme.Theme, heading string, over bool) {
	st := d.State
	n := len(st.Chapters)
	gap := 1
	if r.H >= 2*n+4 {
		gap = 2
	}
	y, wide := r.Y+max((r.H-2-gap*n)/2, 0), 0
	for _, title := range st.Chapters {
		wide = max(wide, grid.Width(sim.Visible(title)))
	}
	said := min(titleColumn+wide+3, r.W*2/3)
	g.Text(r.X, y, sim.Visible(heading), theme.Title, r.W)
	y += 2
	for i, title := range st.Chapters {
		now := i == st.Chapter && !over
		style := theme.Dim
		switch {
		case now:
			style = theme.Title
			g.Set(r.X-2, y, th.Glyphs.Right, theme.Accent)
		case st.Ended[i] != "":
			style = theme.Text
		}
		g.Text(r.X, y, strconv.Itoa(i+1), theme.Key, titleColumn-1)
		g.Text(r.X+titleColumn, y, sim.Visible(title), style, said-titleColumn-1)
		if !now {
			g.Text(r.X+said, y, sim.Visible(st.Ended[i]), theme.Text, r.W-said)
		}
		y += gap
	}
}

// CaptionRows is how many rows below the stage the caption takes of body, its
// rule among them.
func (d Demo) CaptionRows(body grid.Rect) int {
	switch {
	case d.Wall:
		return 4
	case body.H >= 30:
		return 7
	default:
		return 6
	}
}

// DrawCaption draws the caption.
func (d Demo) DrawCaption(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	st := d.State
	y := r.Y
	if r.H >= 6 || d.Wall {
		y++
	}
	if st.Mode == demo.Stuck {
		e := sim.AsError(st.Trouble)
		g.Text(r.X+2, y, sim.Visible(e.Message), theme.Fail, r.W-4)
		g.Text(r.X+2, y+1, sim.Visible(e.Fix), theme.Text, r.W-4)
		return
	}
	if d.Wall {
		g.Center(r.X+2, y, st.Caption, theme.Title, r.W-4)
		return
	}
	if st.Caption != "" {
		g.Set(r.X+1, y, th.Glyphs.Right, theme.Accent)
	}
	g.Text(r.X+3, y, st.Caption, theme.Title, r.W-5)
	text := part.Text{Source: st.Full, Style: theme.Text}
	text.Draw(g, grid.Rect{X: r.X + 3, Y: y + 1, W: min(r.W-6, 96), H: r.Bottom() - y - 1}, th)
}
