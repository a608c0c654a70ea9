// Package dialog draws a form that makes one line of the door: a list of words
// on the left, the fields of the selected one on the right, the line below.
package dialog

import (
	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Dialog is a form as it stands.
type Dialog struct {
	At       string // what it acts on: "order:payment"
	Turns    bool   // there are others to act on
	Now      string // what stands there now; "" = nothing worth a word
	Words    []Word
	Selected int
	Fields   []Field // of the selected word
	Field    int     // the one that is typed into; -1 = the list has the keys
	More     []string
	Line     string // what enter does
	Trouble  string // why enter does nothing; "" = it does
	Undo     string // how it is taken away again
}

// Word is a row of the list.
type Word struct {
	Word, About string
	Group       string // written above the first word of it
	Kind        string // after the word: "counted per message"
	Why         string // why it cannot be; "" = it can
	On          bool   // it stands there already
}

// Field is one parameter.
type Field struct {
	Name, About  string
	Value        string // "" = not said: the default holds
	Default      string
	Bounds, Unit string
	Trouble      string   // what is wrong with Value
	Choices      []string // turned, not typed; nil = typed
	Cursor       int      // in runes, where it is typed
}

// Fields are what a dialog asks for parameters.
func Fields(params []form.Param) []Field {
	all := make([]Field, len(params))
	for i, p := range params {
		all[i] = Field{Name: p.Name, About: p.About, Default: p.Default, Bounds: p.Bounds(), Unit: p.Unit, Choices: p.Choices}
	}
	return all
}

// Sizes of the dialog.
const (
	leastListW = 18 // of the list of words
	nameW      = 12 // of the names of fields
	headH      = 2
	footH      = 4
)

// listW is the width of the list: that of its longest word, with a sign before
// and behind it.
func (d Dialog) listW() int {
	w := leastListW
	for _, word := range d.Words {
		w = max(w, grid.Width(word.Word)+6)
	}
	return w
}

// areas are the list, the fields, and what stands below both.
func (d Dialog) areas(r grid.Rect) (list, fields, foot grid.Rect) {
	rest, foot := r.Inset(1, 0).SplitBottom(footH)
	_, rest = rest.SplitTop(headH)
	list, fields = rest.SplitLeft(d.listW())
	_, fields = fields.SplitLeft(3)
	return list, fields, foot
}

// Draw covers r and returns the cell of the cursor, or -1 where nothing is typed.
func (d Dialog) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) (x, y int) {
	d.head(g, r, th)
	list, fields, foot := d.areas(r)
	d.list(g, list, th)
	g.Rule(r, foot.Y, theme.Rule)
	g.VLine(fields.X-2, list.Y, list.H+1, theme.Rule)
	x, y = d.form(g, fields, th)
	d.foot(g, foot, th)
	return x, y
}

// head says what is acted on, and what stands there now: beside it, or below it
// where that is long.
func (d Dialog) head(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	x := r.X + 2
	if d.Turns && d.Field < 0 {
		g.Set(x, r.Y, th.Glyphs.Left, theme.Accent)
		x += 2
	}
	x += g.Text(x, r.Y, d.At, theme.Title, r.W/2)
	if d.Turns && d.Field < 0 {
		g.Set(x+1, r.Y, th.Glyphs.Right, theme.Accent)
		x += 2
	}
	if at := x + 3; grid.Width(d.Now) <= r.Right()-at-2 {
		g.Text(at, r.Y, d.Now, theme.Dim, r.Right()-at-2)
		return
	}
	g.Text(r.X+2, r.Y+1, d.Now, theme.Dim, r.W-4)
}

// row is a row of the list: a word, or the name of a group.
type row struct {
	word  int // -1 for a group
	group string
}

func (d Dialog) rows() (rows []row, at int) {
	group := ""
	for i, w := range d.Words {
		if w.Group != group {
			group = w.Group
			rows = append(rows, row{-1, group})
		}
		if i == d.Selected {
			at = len(rows)
		}
		rows = append(rows, row{i, ""})
	}
	return rows, at
}

// first is the first row of the list that is drawn.
func first(rows []row, at, height int) int {
	if len(rows) <= height {
		return 0
	}
	return min(max(at-height/2, 0), len(rows)-height)
}

func (d Dialog) list(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	rows, at := d.rows()
	from := first(rows, at, r.H)
	for i := range min(r.H, len(rows)-from) {
		w, y := rows[from+i], r.Y+i
		if w.word < 0 {
			g.Text(r.X+1, y, w.group, theme.Dim, r.W-1)
			continue
		}
		d.word(g, grid.Rect{X: r.X, Y: y, W: r.W, H: 1}, w.word, th)
	}
	if from > 0 {
		g.Set(r.Right()-1, r.Y, '↑', theme.Dim)
	}
	if from+r.H < len(rows) {
		g.Set(r.Right()-1, r.Bottom()-1, '↓', theme.Dim)
	}
}

func (d Dialog) word(g *grid.Grid, r grid.Rect, i int, th *theme.Theme) {
	w, style := d.Words[i], theme.Text
	if w.Why != "" {
		style = theme.Dim
	}
	if i == d.Selected {
		style = theme.Title
		if d.Field < 0 {
			style = theme.Accent
		}
		g.Set(r.X+1, r.Y, th.Glyphs.Right, style)
	}
	n := g.Text(r.X+3, r.Y, w.Word, style, r.W-4)
	if w.On {
		on := string(th.Glyphs.Done) + " on"
		if n+5+grid.Width(on) > r.W {
			on = string(th.Glyphs.Done)
		}
		g.Right(r.Right()-1, r.Y, on, theme.OK, r.W-4-n)
	}
}

// foot writes the line of the door, and how to undo it or why it cannot be.
// Either may take a second row.
func (d Dialog) foot(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	line, note := part.Text{Source: d.Line, Plain: true}, part.Text{Source: d.Undo, Style: theme.Dim, Plain: true}
	if d.Trouble != "" {
		line.Style, note = theme.Dim, part.Text{Source: d.Trouble, Style: theme.Fail, Plain: true}
	}
	room := grid.Rect{X: r.X + 3, Y: r.Y + 1, W: r.W - 4, H: 2}
	room.H = min(line.Len(room.W), room.H)
	g.Set(r.X+1, room.Y, ':', theme.Accent)
	line.Draw(g, room, th)
	room.Y, room.H = room.Bottom(), r.Bottom()-room.Bottom()
	if d.Trouble != "" {
		g.Set(r.X+1, room.Y, th.Glyphs.Fail, theme.Fail)
	}
	note.Draw(g, room, th)
}

// Hit is the word or the field at a cell; -1 for neither.
func (d Dialog) Hit(r grid.Rect, x, y int) (word, field int) {
	list, fields, _ := d.areas(r)
	if list.Contains(x, y) {
		rows, at := d.rows()
		if i := first(rows, at, list.H) + y - list.Y; i < len(rows) {
			return rows[i].word, -1
		}
	}
	if fields.Contains(x, y) {
		for i := range d.Fields {
			if at := y - d.rowOf(i, fields); at >= 0 && at < d.height(i, fields.W) {
				return -1, i
			}
		}
	}
	return -1, -1
}
