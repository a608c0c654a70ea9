// Package lesson draws the words of a lesson: the question, the prediction
// beside the truth, what surprises, and what to do.
package lesson

import (
	"fmt"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/lessons"
)

// Lesson is the side of the screen that speaks.
type Lesson struct {
	State  lessons.State
	Focus  bool
	Scroll int // rows scrolled down from where this phase begins
	Typed  string
	Cursor int  // in runes of Typed
	Typing bool // the learner is typing the answer
}

// Draw draws the text with the task below it, and returns the cell of the
// cursor; x is -1 when nothing is typed.
func (l Lesson) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) (x, y int) {
	r = r.Inset(1, 0)
	top, do := l.split(r)
	page := l.page(top.W, th)
	first := l.first(page, top.H)
	g.Paste(top, page.grid, first)
	if l.Focus && top.H > 0 {
		g.Set(r.X-1, top.Y+page.blank(first), th.Glyphs.Right, theme.Accent)
	}
	x, y = l.task(g, do, top.H > 0, th)
	if first > 0 && top.H > 0 { // on the rule
		used := g.Right(top.Right(), top.Y-1, " more above, ↑ ", theme.Accent, top.W)
		g.Text(top.X, top.Y-1, " "+l.State.Title+" ", theme.Title, top.W-used-1)
	}
	if below := page.grid.Bounds().H - first - top.H; below > 0 && top.H > 0 {
		g.Right(top.Right(), top.Bottom(), " more below, ↓ ", theme.Accent, top.W) // on the rule
	}
	return x, y
}

// split divides r between text and task; where there is little room only the
// task is shown.
func (l Lesson) split(r grid.Rect) (text, task grid.Rect) {
	rows := l.taskRows(r)
	if rows > 0 && r.H < rows {
		return grid.Rect{}, r
	}
	return r.SplitBottom(rows)
}

// Rows is how many rows text and task fill at a width, where there are so many.
func (l Lesson) Rows(width, height int) int {
	r := grid.Rect{W: width, H: height}.Inset(1, 0)
	return l.measure(r.W).y - 1 + l.taskRows(r)
}

// Shown is which rows of the text stand in r, from the first to the one below the
// last, and how many there are. Where only the task has room all of them count.
func (l Lesson) Shown(r grid.Rect, th *theme.Theme) (first, below, rows int) {
	top, _ := l.split(r.Inset(1, 0))
	page := l.page(top.W, th)
	if rows = page.grid.Bounds().H; top.H == 0 {
		return 0, rows, rows
	}
	first = l.first(page, top.H)
	return first, min(first+top.H, rows), rows
}

// MaxScroll is how far the text can be scrolled in r.
func (l Lesson) MaxScroll(r grid.Rect, th *theme.Theme) int {
	top, _ := l.split(r.Inset(1, 0))
	page := l.page(top.W, th)
	return max(page.grid.Bounds().H-top.H-l.begin(page, top.H), 0)
}

// MinScroll is how far it can be scrolled up: 0 or less.
func (l Lesson) MinScroll(r grid.Rect, th *theme.Theme) int {
	top, _ := l.split(r.Inset(1, 0))
	return -l.begin(l.page(top.W, th), top.H)
}

// begin is the row with which this phase begins: its text, where all of the
// page does not fit.
func (l Lesson) begin(p page, height int) int {
	rows := p.grid.Bounds().H
	if rows <= height {
		return 0
	}
	return min(p.focus, rows-height)
}

func (l Lesson) first(p page, height int) int {
	rows := p.grid.Bounds().H
	return max(min(l.begin(p, height)+l.Scroll, rows-height), 0)
}

// page is the text at its full length.
type page struct {
	grid  *grid.Grid
	focus int // the row with which the news of this phase begin
}

// blank is how many rows from one on have nothing in them: 0 or 1.
func (p page) blank(row int) int {
	for x := range p.grid.Bounds().W {
		if r, _ := p.grid.At(x, row); r != ' ' && r != 0 {
			return 0
		}
	}
	return 1
}

// measure lays the text out without drawing it.
func (l Lesson) measure(width int) writer {
	w := writer{g: grid.New(width, 0), width: width, terms: l.State.Info.Words}
	l.write(&w)
	return w
}

// page lays the text out twice: once to measure, once to draw.
func (l Lesson) page(width int, th *theme.Theme) page {
	measure := l.measure(width)
	draw := writer{g: grid.New(width, max(measure.y-1, 0)), width: width, terms: l.State.Info.Words, th: th}
	l.write(&draw)
	return page{draw.g, measure.focus}
}

// write puts the blocks of this phase below each other.
func (l Lesson) write(w *writer) {
	st := l.State
	w.heading(st.Title + which(st.Predict))
	w.text(st.Prose)
	switch st.Phase {
	case lessons.Predicting, lessons.Asking:
		w.prediction(st.Predict)
	case lessons.Doing:
		if st.Predict != nil { // what stands above it was read before the choice
			w.focus = w.y
		}
		w.prediction(st.Predict)
	case lessons.Explaining:
		w.focus = w.y
		w.prediction(st.Predict)
		w.why(st.Predict)
		w.text(st.After)
	case lessons.Reading:
		if st.Predict != nil || st.After != "" { // a step that only tells begins with its text
			w.focus = w.y
		}
		w.prediction(st.Predict)
		if st.After != "" {
			w.text(st.After)
		}
	}
}

// which says which question of a quiz this is.
func which(p *lessons.Prediction) string {
	if p == nil || p.Of < 2 {
		return ""
	}
	return fmt.Sprintf(", %d of %d", p.Number, p.Of)
}

// writer writes blocks from top to bottom. Without a theme it only measures.
type writer struct {
	g     *grid.Grid
	th    *theme.Theme
	width int
	y     int
	focus int
	terms []string
}

func (w *writer) heading(s string) {
	w.g.Text(1, w.y, s, theme.Title, w.width-1)
	w.y += 2
}

func (w *writer) text(s string) {
	if s != "" {
		w.y += w.paragraph(1, s, 0) + 1
	}
}

// paragraph writes prose from column x and returns its rows.
func (w *writer) paragraph(x int, s string, style grid.Style) int {
	t := part.Text{Source: s, Terms: w.terms, Style: style}
	rows := t.Len(w.width - x)
	if w.th != nil {
		t.Draw(w.g, grid.Rect{X: x, Y: w.y, W: w.width - x, H: rows}, w.th)
	}
	return rows
}
