package lesson

import (
	"fmt"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// Summary draws the end of a lesson: what was done, what to remember, what to try.
type Summary struct {
	State  lessons.State
	Scroll int
}

// Len is how many rows it takes at a width.
func (s Summary) Len(width int) int {
	w := writer{g: grid.New(width, 0), width: width}
	s.write(&w)
	return w.y
}

// Draw draws the rows that fit.
func (s Summary) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	r = Column(r)
	w := writer{g: grid.New(r.W, s.Len(r.W)), width: r.W, th: th}
	s.write(&w)
	g.Paste(r, w.g, s.Scroll)
}

// Column is where a summary stands in a body: no wider than is pleasant to read.
func Column(r grid.Rect) grid.Rect {
	w := min(r.W-4, 84)
	return grid.Rect{X: r.X + max((r.W-w)/2, 0), Y: r.Y + 1, W: w, H: max(r.H-1, 0)}
}

func (s Summary) write(w *writer) {
	i, sum := s.State.Info, s.State.Summary
	w.heading(i.Title + " is finished")
	if sum == nil {
		return
	}
	w.text(result(sum))
	w.list("What you did", sum.Did)
	w.list("What to remember", sum.Remember)
	w.list("What to try in the playground "+i.World, sum.Try)
	w.list("More steps, for advanced learners (n)", sum.More)
}

// result is one sentence on how it went.
func result(s *lessons.Summary) string {
	text := ""
	if s.Predicted > 0 {
		text = fmt.Sprintf("You predicted %d of %d right. ", s.Right, s.Predicted)
	}
	if s.Solved == 1 {
		text += "One task was solved for you. "
	} else if s.Solved > 1 {
		text += fmt.Sprintf("%d tasks were solved for you. ", s.Solved)
	}
	if s.Took > 0 {
		text += "It took " + sim.Human(s.Took) + "."
	}
	return text
}

func (w *writer) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	w.g.Text(1, w.y, title, theme.Accent, w.width-1)
	w.y++
	for _, it := range items {
		if w.th != nil {
			w.g.Set(1, w.y, w.th.Glyphs.Faint, theme.Dim)
		}
		w.y += max(w.paragraph(3, it, 0), 1)
	}
	w.y++
}
