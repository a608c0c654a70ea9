// Package home draws the first screen: the lessons with their progress, the
// worlds of the playground and the demos. It lists only what can be opened.
package home

import (
	"fmt"
	"slices"
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

// Demo is one row of the demos.
type Demo struct {
	Name, Title, About string
	Minutes, Chapters  int
}

// Home is the first screen. Its rows are lessons, then worlds, then demos.
type Home struct {
	Lessons  []Lesson
	Worlds   []World
	Demos    []Demo
	Due      []string // lessons whose questions are to be recalled now
	Selected int
	Version  string
}

// Len is how many rows can be selected.
func (h *Home) Len() int { return len(h.Lessons) + len(h.Worlds) + len(h.Demos) }

// Move moves the selection and stops at the ends.
func (h *Home) Move(by int) {
	h.Selected = max(min(h.Selected+by, h.Len()-1), 0)
}

// Next selects the lesson to go on with: one that was begun, or the first that
// is not done.
func (h *Home) Next() {
	at := slices.IndexFunc(h.Lessons, func(l Lesson) bool { return !l.Done && l.Step > 0 })
	if at < 0 {
		at = slices.IndexFunc(h.Lessons, func(l Lesson) bool { return !l.Done })
	}
	h.Selected = max(at, 0)
}

// Choice is what is selected: one of the three, or nothing.
func (h *Home) Choice() (lesson *Lesson, world *World, demo *Demo) {
	return h.at(h.Selected)
}

func (h *Home) at(i int) (*Lesson, *World, *Demo) {
	if i >= 0 && i < len(h.Lessons) {
		return &h.Lessons[i], nil, nil
	}
	if i -= len(h.Lessons); i >= 0 && i < len(h.Worlds) {
		return nil, &h.Worlds[i], nil
	}
	if i -= len(h.Worlds); i >= 0 && i < len(h.Demos) {
		return nil, nil, &h.Demos[i]
	}
	return nil, nil, nil
}

// rows of the page: headings and blanks have index -1.
type row struct {
	index   int
	heading string
}

func (h *Home) rows() []row {
	var all []row
	next := 0
	add := func(heading string, n int) {
		if n == 0 {
			return
		}
		if len(all) > 0 {
			all = append(all, row{index: -1})
		}
		all = append(all, row{-1, heading})
		for range n {
			all = append(all, row{index: next})
			next++
		}
	}
	add("Lessons", len(h.Lessons))
	add("Playground", len(h.Worlds))
	add("Demos, which play by themselves", len(h.Demos))
	return all
}

// aboutRows is the room for what is selected.
const aboutRows = 4

// Draw draws the list, scrolled so that the selected row is in view, and what is
// to be known of it.
func (h *Home) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	top, rest := column(r).SplitTop(2)
	g.Text(top.X, top.Y+1, "Send real messages between real services, and see what they do.", theme.Text, top.W)
	if due := h.due(); due != "" {
		g.Text(rest.X, rest.Y, due, theme.Accent, rest.W)
		_, rest = rest.SplitTop(1)
	}
	rows := h.rows()
	list, about := rest.SplitTop(min(len(rows)+1, rest.H-aboutRows))
	list.Y++
	list.H--
	first := h.first(rows, list.H)
	for y := 0; y < list.H && first+y < len(rows); y++ {
		h.row(g, grid.Rect{X: list.X, Y: list.Y + y, W: list.W, H: 1}, rows[first+y], th)
	}
	if first+list.H < len(rows) {
		g.Right(list.Right(), list.Bottom(), "more below, ↓", theme.Accent, list.W)
	}
	part.Text{Source: h.about()}.Draw(g, grid.Rect{X: about.X + 2, Y: about.Y + 1, W: about.W - 2, H: about.H - 1}, th)
}

// due says that there is something to recall, and how.
func (h *Home) due() string {
	if len(h.Due) == 0 {
		return ""
	}
	return "Due: three questions on " + strings.Join(h.Due, ", ") + ". Leave, and type  msc-sim recall"
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
			return min(i-height+2, len(rows)-height)
		}
	}
	return 0
}

// Columns of a row: its name, then what it is called or about.
const (
	nameColumn  = 2
	titleColumn = 19
)

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
	switch l, world, demo := h.at(w.index); {
	case l != nil:
		h.lesson(g, r, *l, name, th)
	case world != nil:
		h.named(g, r, world.Name, world.About, name)
	case demo != nil:
		length := fmt.Sprintf("%d min", demo.Minutes)
		g.Right(r.Right(), r.Y, length, theme.Dim, 8)
		r.W -= 10
		h.named(g, r, demo.Name, demo.About, name)
	}
}

// named writes a name and what it is about.
func (h *Home) named(g *grid.Grid, r grid.Rect, name, about string, style grid.Style) {
	g.Text(r.X+nameColumn, r.Y, name, style, titleColumn-nameColumn-1)
	g.Text(r.X+titleColumn, r.Y, sentences(about, r.W-titleColumn), theme.Dim, r.W-titleColumn)
}

// sentences are the first sentences of a text that have room in w cells; the text
// itself where not even one has. The rest is told of what is selected.
func sentences(text string, w int) string {
	fits := ""
	for i, r := range text + " " {
		if r == ' ' && i > 0 && strings.ContainsRune(".?!", rune(text[i-1])) && grid.Width(text[:i]) <= w {
			fits = text[:i]
		}
	}
	if fits == "" {
		return text
	}
	return fits
}

// lesson writes name, title, length and progress in fixed columns.
func (h *Home) lesson(g *grid.Grid, r grid.Rect, l Lesson, name grid.Style, th *theme.Theme) {
	g.Text(r.X+nameColumn, r.Y, l.Name, name, titleColumn-nameColumn-1)
	right := r.Right()
	bar, said := progress(l, th)
	right -= max(g.Right(right, r.Y, said, theme.Dim, 12), 12) + 1
	if r.W >= 76 && l.Steps > 0 && l.Steps <= 12 {
		g.Text(right-12, r.Y, bar, theme.Accent, 12)
		right -= 14
	}
	g.Right(right, r.Y, fmt.Sprintf("%d min", l.Minutes), theme.Dim, 8)
	g.Text(r.X+titleColumn, r.Y, l.Title, theme.Text, right-8-r.X-titleColumn)
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

// about is what is to be known of the selected row.
func (h *Home) about() string {
	switch l, world, demo := h.Choice(); {
	case l != nil && len(l.Needs) > 0:
		return l.Promise + "\n\nBest after " + strings.Join(l.Needs, ", ") + "."
	case l != nil:
		return l.Promise
	case world != nil:
		return world.About + " No tasks: send requests, inject faults, swap transports."
	case demo != nil:
		return fmt.Sprintf("%s. %s %d chapters, %d minutes.", demo.Title, demo.About, demo.Chapters, demo.Minutes)
	}
	return ""
}
