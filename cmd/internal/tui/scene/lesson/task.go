package lesson

import (
	"fmt"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/lessons"
)

// showsTask reports whether this phase has something to do.
func (l Lesson) showsTask() bool {
	return l.State.Task != nil && (l.State.Phase == lessons.Doing || l.State.Phase == lessons.Reading)
}

// TaskRows is how many rows the task takes in a side that shows only the task.
func (l Lesson) TaskRows(width int) int {
	return max(l.taskRows(grid.Rect{W: width - 2, H: roomy})-1, 0)
}

// roomy is the height of a side from which on a task that is done still shows
// its text.
const roomy = 20

// taskRows is how many rows the task takes at the bottom of r.
func (l Lesson) taskRows(r grid.Rect) int {
	if !l.showsTask() {
		return 0
	}
	if l.short(r) {
		return 1 + l.came(true).Len(r.W-3)
	}
	rows := 1 + part.Text{Source: l.State.Task.Text}.Len(r.W-3)
	switch t := l.State.Task; {
	case t.Done:
		rows += l.came(false).Len(r.W - 3)
	case l.now().Source != "":
		rows += l.now().Len(r.W - 3)
	case t.Send != "":
		rows += l.send().Len(l.sendWidth(r.W - 3))
	}
	if l.State.Task.WantsValue {
		rows++
	}
	return rows
}

// short reports whether of a task that is done only what came of it is shown.
func (l Lesson) short(r grid.Rect) bool {
	return l.State.Phase == lessons.Reading && l.State.Task.Done && r.H < roomy
}

// task writes what is to be done below a rule, with what came of it.
func (l Lesson) task(g *grid.Grid, r grid.Rect, rule bool, th *theme.Theme) (x, y int) {
	if !l.showsTask() || r.Empty() {
		return -1, 0
	}
	t := l.State.Task
	y = r.Y
	if rule {
		g.HLine(r.X-2, y, r.W+3, theme.Rule)
		y++
	}
	sign, style := th.Glyphs.Open, theme.Accent
	if t.Done && (!t.WantsValue || t.ValueRight) {
		sign, style = th.Glyphs.Box, theme.OK
	}
	g.Set(r.X+1, y, sign, style)
	if short := l.came(true); rule && t.Done && l.State.Phase == lessons.Reading && r.H == 1+short.Len(r.W-3) {
		short.Draw(g, grid.Rect{X: r.X + 3, Y: y, W: r.W - 3, H: r.H - 1}, th)
		return -1, 0
	}
	text := part.Text{Source: t.Text}
	rows := text.Len(r.W - 3)
	text.Draw(g, grid.Rect{X: r.X + 3, Y: y, W: r.W - 3, H: rows}, th)
	y += rows
	switch below := (grid.Rect{X: r.X + 3, Y: y, W: r.W - 3, H: r.Bottom() - y}); {
	case t.Done:
		rows := l.came(false).Len(below.W)
		l.came(false).Draw(g, grid.Rect{X: below.X, Y: y, W: below.W, H: rows}, th)
		y += rows
	case l.now().Source != "":
		rows := l.now().Len(below.W)
		l.now().Draw(g, grid.Rect{X: below.X, Y: y, W: below.W, H: rows}, th)
		y += rows
	case t.Send != "":
		y += l.line(g, below, th)
	}
	if !t.WantsValue {
		return -1, 0
	}
	return l.value(g, grid.Rect{X: r.X + 3, Y: y, W: r.W - 3, H: 1}, th)
}

// now is what stands in the place of the line that enter sends: what goes on, or
// what did not happen.
func (l Lesson) now() part.Text {
	switch t := l.State.Task; {
	case t.Running != "":
		return part.Text{Source: "running: " + t.Running, Style: theme.Dim, Plain: true}
	case t.Missed != "":
		return part.Text{Source: t.Missed + " **enter** does the step again."}
	default:
		return part.Text{}
	}
}

// send is the line that enter sends.
func (l Lesson) send() part.Text {
	return part.Text{Source: l.State.Task.Send, Style: theme.Code, Plain: true}
}

// sendWidth is the room for it: before it stands the key, behind it how far the
// task has come.
func (l Lesson) sendWidth(width int) int {
	width -= grid.Width("enter") + 2
	if l.State.Task.Of > 1 {
		width -= grid.Width(l.come()) + 2
	}
	return width
}

func (l Lesson) come() string { return fmt.Sprintf("%d of %d", l.State.Task.At, l.State.Task.Of) }

// line writes what enter does now, and how far it has come; it returns its rows.
func (l Lesson) line(g *grid.Grid, r grid.Rect, th *theme.Theme) int {
	if l.State.Task.Of > 1 {
		g.Right(r.Right(), r.Y, l.come(), theme.Dim, r.W)
	}
	x := r.X + g.Text(r.X, r.Y, "enter", theme.Key, r.W) + 2
	w := l.sendWidth(r.W)
	rows := l.send().Len(w)
	l.send().Draw(g, grid.Rect{X: x, Y: r.Y, W: w, H: rows}, th)
	return rows
}

// came is what came of the task, with the value that was right where that has no row
// of its own.
func (l Lesson) came(value bool) part.Text {
	t := l.State.Task
	text := t.Result
	if value && t.ValueRight {
		text += " · " + t.ValueGiven + " is right"
	}
	return part.Text{Source: text, Style: theme.OK, Plain: true}
}

// value is the field in which the learner types what was read.
func (l Lesson) value(g *grid.Grid, r grid.Rect, th *theme.Theme) (x, y int) {
	t := l.State.Task
	switch {
	case t.ValueRight:
		n := g.Text(r.X, r.Y, t.ValueGiven, theme.OK, r.W-9)
		g.Text(r.X+n+2, r.Y, "is right", theme.OK, r.W-n-2)
		return -1, 0
	case l.Typing:
		return l.field(g, r, th)
	case t.ValueWrong:
		g.Text(r.X, r.Y, wrong(t, r.W), theme.Fail, r.W)
	case !t.Done:
		g.Text(r.X, r.Y, "then type what you read", theme.Dim, r.W)
	default:
		g.Text(r.X, r.Y, "a types the answer", theme.Dim, r.W)
	}
	return -1, 0
}

// wrong says in at most w cells what is said of a value that was not right. The
// learner has just typed the value, so the judgement has the room.
func wrong(t *lessons.Task, w int) string {
	text := t.ValueGiven + " " + t.ValueSays
	if grid.Width(text) > w {
		return strings.TrimPrefix(t.ValueSays, "is ")
	}
	return text
}

func (l Lesson) field(g *grid.Grid, r grid.Rect, th *theme.Theme) (x, y int) {
	g.Set(r.X, r.Y, th.Glyphs.Right, theme.Accent)
	runes, room, from := []rune(l.Typed), r.W-3, 0
	if l.Cursor > room {
		from = l.Cursor - room
	}
	n := g.Text(r.X+2, r.Y, string(runes[from:]), theme.Text, room+1)
	if n == 0 && l.State.Task.ValueWrong {
		g.Text(r.X+3, r.Y, wrong(l.State.Task, room-1), theme.Dim, room-1)
	} else if n == 0 {
		g.Text(r.X+3, r.Y, "type what you read, then enter", theme.Dim, room-1)
	}
	return r.X + 2 + grid.Width(string(runes[from:min(max(l.Cursor, from), len(runes))])), r.Y
}
