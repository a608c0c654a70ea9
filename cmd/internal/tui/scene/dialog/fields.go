package dialog

import (
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// form draws the selected word with its fields. What has no room is below, and
// comes into view when its field has the keys.
func (d Dialog) form(g *grid.Grid, r grid.Rect, th *theme.Theme) (x, y int) {
	if d.Selected < 0 || d.Selected >= len(d.Words) {
		return -1, -1
	}
	w, scroll := d.Words[d.Selected], d.scroll(r)
	if scroll == 0 {
		n := g.Text(r.X, r.Y, w.Word, theme.Title, r.W)
		g.Text(r.X+n+3, r.Y, w.Kind, theme.Dim, r.W-n-3)
	}
	above := max(1-scroll, 0)
	about := part.Text{Source: w.About, Scroll: max(scroll-1, 0)}
	about.Draw(g, grid.Rect{X: r.X, Y: r.Y + above, W: r.W, H: min(d.rowOf(0, r), r.Bottom()) - r.Y - above}, th)
	if w.Why != "" {
		_, rest := r.SplitTop(d.rowOf(0, r) - r.Y)
		part.Text{Source: w.Why, Style: theme.Fail}.Draw(g, rest, th)
		return -1, -1
	}
	x, y = d.fields(g, r, th)
	d.more(g, r, th)
	if d.rowOf(len(d.Fields), r)+d.moreRows(r) > r.Bottom() {
		g.Set(r.Right()-1, r.Bottom()-1, '↓', theme.Dim)
	}
	return x, y
}

// fields draws the fields and returns the cell of the cursor.
func (d Dialog) fields(g *grid.Grid, r grid.Rect, th *theme.Theme) (x, y int) {
	x, y = -1, -1
	for i := range d.Fields {
		row := d.rowOf(i, r)
		if row < r.Y || row >= r.Bottom() {
			continue
		}
		at := d.field(g, grid.Rect{X: r.X, Y: row, W: r.W, H: min(d.height(i, r.W), r.Bottom()-row)}, i, th)
		if i == d.Field && len(d.Fields[i].Choices) == 0 {
			x, y = at, row
		}
	}
	return x, y
}

// more lists what else is to be known, below the fields.
func (d Dialog) more(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	row := d.rowOf(len(d.Fields), r) + 1
	for _, s := range d.More {
		t := part.Text{Source: s, Style: theme.Dim}
		t.Draw(g, grid.Rect{X: r.X, Y: row, W: r.W, H: min(t.Len(r.W), r.Bottom()-row)}, th)
		row += t.Len(r.W)
	}
}

// moreRows is how many rows that takes, with the blank one above.
func (d Dialog) moreRows(r grid.Rect) int {
	rows := min(len(d.More), 1)
	for _, s := range d.More {
		rows += part.Text{Source: s}.Len(r.W)
	}
	return rows
}

// rowOf is the first row of a field, perhaps outside of r.
func (d Dialog) rowOf(i int, r grid.Rect) int { return r.Y + d.offset(i, r.W) - d.scroll(r) }

// offset is how many rows stand above a field.
func (d Dialog) offset(i, width int) int {
	rows := 2 + part.Text{Source: d.Words[d.Selected].About}.Len(width)
	for k := range i {
		rows += d.height(k, width)
	}
	return rows
}

// scroll is how far the fields are moved up, so that the one that is typed into
// and its help are in view; from the last one on, all that follows it.
func (d Dialog) scroll(r grid.Rect) int {
	if d.Field < 0 {
		return 0
	}
	end := d.offset(d.Field+1, r.W)
	if d.Field == len(d.Fields)-1 {
		end = min(end+d.moreRows(r), d.offset(d.Field, r.W)+r.H)
	}
	return max(end-r.H, 0)
}

// height is how many rows a field takes: those of its explanation, and the help
// below where it is typed into.
func (d Dialog) height(i, width int) int {
	n := max(part.Text{Source: d.Fields[i].About}.Len(aboutW(width)), 1)
	if i == d.Field {
		n += d.Fields[i].help().Len(width - nameW)
	}
	return n
}

// valueW is the width of values: less where explanations need the room.
func valueW(width int) int {
	if width < 80 {
		return 14
	}
	return 18
}

// aboutW is the room for explanations.
func aboutW(width int) int { return width - nameW - valueW(width) }

// field draws one field and returns the column of its cursor.
func (d Dialog) field(g *grid.Grid, r grid.Rect, i int, th *theme.Theme) int {
	f, name, room := d.Fields[i], theme.Text, valueW(r.W)
	if i == d.Field {
		name = theme.Accent
	}
	g.Text(r.X, r.Y, f.Name, name, nameW-1)
	x, value := r.X+nameW, theme.Title
	if f.Value == "" {
		value = theme.Dim
	}
	if f.Trouble != "" {
		value = theme.Fail
		g.Set(x-2, r.Y, th.Glyphs.Fail, theme.Fail)
	}
	text, cursor := f.shown(room - 2)
	if i == d.Field && len(f.Choices) > 0 {
		g.Set(x-2, r.Y, th.Glyphs.Left, theme.Accent)
		g.Set(x+grid.Width(text)+1, r.Y, th.Glyphs.Right, theme.Accent)
	}
	g.Text(x, r.Y, text, value, room)
	about := part.Text{Source: f.About, Style: theme.Dim}
	about.Draw(g, grid.Rect{X: x + room, Y: r.Y, W: aboutW(r.W), H: r.H}, th)
	if i == d.Field {
		_, below := r.SplitTop(max(about.Len(aboutW(r.W)), 1))
		f.help().Draw(g, grid.Rect{X: x, Y: below.Y, W: r.W - nameW, H: below.H}, th)
		g.Restyle(grid.Rect{X: x, Y: r.Y, W: room - 1, H: 1}, theme.Lit)
	}
	return x + cursor
}

// shown is what a field says in w cells, the end of it where it is longer, and
// where in that the cursor stands.
func (f Field) shown(w int) (text string, cursor int) {
	if f.Value == "" {
		if f.Default == "" {
			return "–", 0
		}
		return f.Default, 0
	}
	runes, from := []rune(f.Value), 0
	if f.Cursor > w {
		from = f.Cursor - w
	}
	from = min(from, len(runes))
	return string(runes[from:]), grid.Width(string(runes[from:min(max(f.Cursor, from), len(runes))]))
}

// help says below a field what may be given, or what is wrong.
func (f Field) help() part.Text {
	if f.Trouble != "" {
		return part.Text{Source: f.Trouble, Style: theme.Fail, Plain: true}
	}
	text := f.Bounds
	if f.Unit != "" && !strings.HasPrefix(text, "one of") {
		text = f.Unit + ", " + text
	}
	return part.Text{Source: text, Style: theme.Dim}
}
