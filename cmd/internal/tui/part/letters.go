package part

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
)

// Letter is a dead letter.
type Letter struct {
	Broker, Why, Body string
	Tries             int       // how often it was handed out; 0 = not known
	At                time.Time // since when it lies there; zero = not known
	Headers           [][2]string
}

// Letters is the list of the dead letters of a queue, the oldest first, and below
// it the selected one with its body and its headers.
type Letters struct {
	Letters []Letter
	Select  int
	Scroll  int // of the selected one
}

// areas divides r: the list has what it needs, at most two fifths.
func (l Letters) areas(r grid.Rect) (list, one grid.Rect) {
	list, rest := r.SplitTop(min(len(l.Letters)+1, max(r.H*2/5, 3)))
	_, one = rest.SplitTop(2)
	return list, one
}

// Len is how many rows the selected letter has, and how many of them are seen.
func (l Letters) Len(r grid.Rect) (all, seen int) {
	_, one := l.areas(r)
	return len(l.text(one.W)), one.H
}

// Draw draws both.
func (l Letters) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if len(l.Letters) == 0 {
		g.Text(r.X, r.Y, "the dead-letter queue is empty", theme.Dim, r.W)
		return
	}
	list, one := l.areas(r)
	l.list(g, list, th)
	g.HLine(r.X, one.Y-1, r.W, theme.Rule)
	rows := l.text(one.W)
	for i := range min(one.H, len(rows)-l.Scroll) {
		rows[l.Scroll+i].draw(g, one.X, one.Y+i, one.W)
	}
}

func (l Letters) list(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	g.Text(r.X+2, r.Y, "since", theme.Dim, 9)
	g.Right(r.X+17, r.Y, "tries", theme.Dim, 6)
	g.Text(r.X+20, r.Y, "why", theme.Dim, r.W-20)
	rows := r.H - 1
	first := min(max(l.Select-rows/2, 0), max(len(l.Letters)-rows, 0))
	for i := range min(rows, len(l.Letters)-first) {
		x, y := l.Letters[first+i], r.Y+1+i
		g.Set(r.X, y, th.Glyphs.Fail, theme.Fail)
		since, tries := "–", "–"
		if !x.At.IsZero() {
			since = x.At.Format(time.TimeOnly)
		}
		if x.Tries > 0 {
			tries = strconv.Itoa(x.Tries)
		}
		g.Text(r.X+2, y, since, theme.Text, 9)
		g.Right(r.X+17, y, tries, theme.Text, 6)
		g.Text(r.X+20, y, sim.Visible(x.Why), theme.Text, r.W-20)
		if first+i == l.Select {
			g.Restyle(grid.Rect{X: r.X, Y: y, W: r.W, H: 1}, theme.Lit)
		}
	}
}

// text is the selected letter in rows of a width: its body, who keeps it, its headers.
func (l Letters) text(width int) (rows []row) {
	if l.Select < 0 || l.Select >= len(l.Letters) {
		return nil
	}
	x := l.Letters[l.Select]
	body := x.Body
	if indented := new(bytes.Buffer); json.Indent(indented, []byte(body), "", "  ") == nil {
		body = indented.String()
	}
	for line := range strings.SplitSeq(body, "\n") {
		for _, piece := range cut(sim.Visible(line), width) {
			rows = append(rows, row{runs: []run{{piece, theme.Text}}})
		}
	}
	rows = append(rows, row{})
	const name = 24
	for _, h := range append([][2]string{{"kept by", x.Broker}}, x.Headers...) {
		for i, line := range cut(sim.Visible(h[1]), width-name) {
			label := ""
			if i == 0 {
				label = cut(sim.Visible(h[0]), name-2)[0]
			}
			rows = append(rows, row{runs: []run{{pad(label, name), theme.Dim}, {line, theme.Text}}})
		}
	}
	return rows
}

// pad is s with blanks up to w cells.
func pad(s string, w int) string { return s + strings.Repeat(" ", max(w-grid.Width(s), 0)) }

// cut divides a text into pieces of at most w cells; there is at least one.
func cut(s string, w int) (pieces []string) {
	from, cells := 0, 0
	for i, r := range s {
		n := grid.Width(string(r))
		if cells+n > max(w, 1) {
			pieces, from, cells = append(pieces, s[from:i]), i, 0
		}
		cells += n
	}
	return append(pieces, s[from:])
}
