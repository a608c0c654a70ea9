// Package home draws the first screen: the lessons with their progress, and the
// worlds of the playground. It lists only what can be opened.
package home

import (
	"fmt"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// Lesson is one row of the list of lessons.
type Lesson struct {
	Name, Title, Promise string
	Minutes, Level       int
	Needs                []string
	Step, Steps          int // steps done, of all core steps
	Done                 bool
}

// World is one row of the playground.
type World struct{ Name, About string }

// Home is the first screen. Its rows are lessons, then worlds.
type Home struct {
	Lessons  []Lesson
	Worlds   []World
	Selected int
	Version  string
}

// Len is how many rows can be selected.
func (h *Home) Len() int { return len(h.Lessons) + len(h.Worlds) }

// Move moves the selection and stops at the ends.
func (h *Home) Move(by int) {
	h.Selected = max(min(h.Selected+by, h.Len()-1), 0)
}

// Choice is what is selected: the name of a lesson or of a world; both are
// empty when there is nothing.
func (h *Home) Choice() (lesson, world string) {
	switch i := h.Selected - len(h.Lessons); {
	case h.Selected < 0 || h.Selected >= h.Len():
		return "", ""
	case i < 0:
		return h.Lessons[h.Selected].Name, ""
	default:
		return "", h.Worlds[i].Name
	}
}

// rows of the page: headings and blanks have index -1.
type row struct {
	index   int
	heading string
}

func (h *Home) rows() []row {
	var all []row
	add := func(heading string, from, n int) {
		if n == 0 {
			return
		}
		if len(all) > 0 {
			all = append(all, row{index: -1})
		}
		all = append(all, row{-1, heading})
		for i := range n {
			all = append(all, row{index: from + i})
		}
	}
	add("Lessons", 0, len(h.Lessons))
	add("Playground", len(h.Lessons), len(h.Worlds))
	return all
}

// Draw draws the list, scrolled so that the selected row is in view, and a line
// about what is selected.
func (h *Home) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	page := column(r)
	top, rest := page.SplitTop(3)
	g.Text(top.X, top.Y+1, "Send real messages between real services, and see what they do.", theme.Text, top.W)
	rows := h.rows()
	list, about := rest.SplitTop(min(len(rows), rest.H-min(5, rest.H/3)))
	first := h.first(rows, list.H)
	for y := 0; y < list.H && first+y < len(rows); y++ {
		h.row(g, grid.Rect{X: list.X, Y: list.Y + y, W: list.W, H: 1}, rows[first+y], th)
	}
	part.Text{Source: h.about()}.Draw(g, grid.Rect{X: about.X + 2, Y: about.Y + 2, W: about.W - 2, H: about.H - 2}, th)
}

// column is where the list stands: never wider than is pleasant to read.
func column(r grid.Rect) grid.Rect {
	w := min(r.W-4, 92)
	return grid.Rect{X: r.X + max((r.W-w)/2, 2), Y: r.Y, W: w, H: r.H}
}

// first is the first row drawn, so that the selected one is in view.
func (h *Home) first(rows []row, height int) int {
	for i, w := range rows {
		if w.index == h.Selected && i >= height-1 {
			return i - height + 2
		}
	}
	return 0
}

func (h *Home) row(g *grid.Grid, r grid.Rect, w row, th *theme.Theme) {
	if w.index < 0 {
		g.Text(r.X, r.Y, w.heading, theme.Dim, r.W)
		return
	}
	name := theme.Text
	if w.index == h.Selected {
		name = theme.Accent
		g.Set(r.X, r.Y, th.Glyphs.Right, theme.Accent)
	}
	if i := w.index - len(h.Lessons); i >= 0 {
		g.Text(r.X+2, r.Y, h.Worlds[i].Name, name, 18)
		g.Text(r.X+22, r.Y, h.Worlds[i].About, theme.Dim, r.W-22)
		return
	}
	h.lesson(g, r, h.Lessons[w.index], name, th)
}

// lesson writes name, title, length and progress in fixed columns.
func (h *Home) lesson(g *grid.Grid, r grid.Rect, l Lesson, name grid.Style, th *theme.Theme) {
	g.Text(r.X+2, r.Y, l.Name, name, 18)
	right := r.Right()
	bar, said := progress(l, th)
	right -= max(g.Right(right, r.Y, said, theme.Dim, 12), 12) + 2
	if r.W >= 76 && l.Steps > 0 && l.Steps <= 12 {
		g.Text(right-12, r.Y, bar, theme.Accent, 12)
		right -= 14
	}
	g.Right(right, r.Y, fmt.Sprintf("%d min", l.Minutes), theme.Dim, 8)
	g.Text(r.X+22, r.Y, l.Title, theme.Text, right-10-r.X-22)
}

func progress(l Lesson, th *theme.Theme) (bar, said string) {
	step := l.Step
	if l.Done {
		step = l.Steps
	}
	bar = strings.Repeat(string(th.Glyphs.Box), step) + strings.Repeat(string(th.Glyphs.Open), max(l.Steps-step, 0))
	switch {
	case l.Done:
		said = "done " + string(th.Glyphs.Done)
	case l.Step > 0:
		said = fmt.Sprintf("step %d of %d", l.Step+1, l.Steps)
	default:
		said = "new"
	}
	return bar, said
}

// about is a sentence on what is selected.
func (h *Home) about() string {
	if h.Selected >= len(h.Lessons) || h.Selected < 0 {
		return ""
	}
	l := h.Lessons[h.Selected]
	text := l.Promise
	if len(l.Needs) > 0 {
		text += "\n\nBest after " + strings.Join(l.Needs, ", ") + "."
	}
	return text
}
