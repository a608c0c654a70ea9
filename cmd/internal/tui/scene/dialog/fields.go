package dialog

import (
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
)

// form draws the selected word with its fields.
func (d Dialog) form(g *grid.Grid, r grid.Rect, th *theme.Theme) (x, y int) {
	if d.Selected < 0 || d.Selected >= len(d.Words) {
		return -1, -1
	}
	w := d.Words[d.Selected]
	if d.rowOf(0, r) > r.Y { // not scrolled away
		n := g.Text(r.X, r.Y, w.Word, theme.Title, r.W)
		g.Text(r.X+n+3, r.Y, w.Kind, theme.Dim, r.W-n-3)
		about := part.Text{Source: w.About, Scroll: d.scroll(r)}
		about.Draw(g, grid.Rect{X: r.X, Y: r.Y + 1, W: r.W, H: d.rowOf(0, r) - r.Y - 2}, th)
	}
	if w.Why != "" {
		_, rest := r.SplitTop(d.rowOf(0, r) - r.Y)
		part.Text{Source: w.Why, Style: theme.Fail}.Draw(g, rest, th)
		return -1, -1
	}
	x, y = d.fields(g, r, th)
	for i, s := range d.More {
		if row := d.rowOf(len(d.Fields), r) + 1 + i; row < r.Bottom() {
			g.Text(r.X, row, s, theme.Dim, r.W)
		}
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
		at := d.field(g, grid.Rect{X: r.X, Y: row, W: r.W, H: 1}, i, th)
		if i != d.Field {
			continue
		}
		rest := grid.Rect{X: r.X + nameW, Y: row + 1, W: r.W - nameW, H: min(d.helpRows(r), r.Bottom()-row-1)}
		d.help(g, rest)
		if !d.Fields[i].Choice {
			x, y = at, row
		}
	}
	return x, y
}

// rowOf is the row of a field. The one that is typed into has its help below it.
func (d Dialog) rowOf(i int, r grid.Rect) int {
	row := d.top(r) + i - d.scroll(r)
	if d.Field >= 0 && i > d.Field {
		row += d.helpRows(r)
	}
	return row
}

// top is the row of the first field, before it is scrolled.
func (d Dialog) top(r grid.Rect) int {
	return r.Y + 2 + part.Text{Source: d.Words[d.Selected].About}.Len(r.W)
}

// scroll is how far the fields are moved up, so that the one that is typed into
// and its help are in view.
func (d Dialog) scroll(r grid.Rect) int {
	if d.Field < 0 {
		return 0
	}
	return max(d.top(r)+d.Field+d.helpRows(r)-r.Bottom()+1, 0)
}

// helpRows is how many rows of help the field that is typed into has: one more
// where its explanation did not fit beside it.
func (d Dialog) helpRows(r grid.Rect) int {
	if f := d.Fields[d.Field]; f.Trouble == "" && !fits(f.About, r) {
		return 2
	}
	return 1
}

// fits reports whether an explanation has room beside its field.
func fits(about string, r grid.Rect) bool { return grid.Width(about) <= r.W-nameW-valueW }

// field draws one field and returns the column of its cursor.
func (d Dialog) field(g *grid.Grid, r grid.Rect, i int, th *theme.Theme) int {
	f, name := d.Fields[i], theme.Text
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
	text, cursor := f.shown(valueW - 2)
	if i == d.Field && f.Choice {
		g.Set(x-2, r.Y, th.Glyphs.Left, theme.Accent)
		g.Set(x+grid.Width(text)+1, r.Y, th.Glyphs.Right, theme.Accent)
	}
	g.Text(x, r.Y, text, value, valueW)
	if i != d.Field || fits(f.About, r) {
		g.Text(x+valueW, r.Y, f.About, theme.Dim, r.Right()-x-valueW)
	}
	if i == d.Field {
		g.Restyle(grid.Rect{X: x, Y: r.Y, W: valueW - 1, H: 1}, theme.Lit)
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
func (d Dialog) help(g *grid.Grid, r grid.Rect) {
	f := d.Fields[d.Field]
	if f.Trouble != "" {
		g.Text(r.X, r.Y, f.Trouble, theme.Fail, r.W)
		return
	}
	if r.H > 1 {
		g.Text(r.X, r.Y, f.About, theme.Text, r.W)
	}
	text := f.Bounds
	if f.Unit != "" && !strings.HasPrefix(text, "one of") {
		text = f.Unit + ", " + text
	}
	g.Text(r.X, r.Bottom()-1, text, theme.Dim, r.W)
}
