package part

import (
	"slices"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
)

// chunk is what stands together on a row: a word, perhaps in several styles.
type chunk struct {
	runs  []run
	gap   bool       // a blank stands before it
	style grid.Style // of that blank
}

func (c chunk) width() int {
	n := 0
	for _, r := range c.runs {
		n += grid.Width(r.text)
	}
	return n
}

// fill packs words into rows of a width, every row indented.
func fill(runs []run, indent, width int) []row {
	room := max(width-indent, 1)
	out, used := []row{{indent: indent}}, 0
	for _, c := range chunks(runs, room) {
		need := c.width()
		if c.gap && used > 0 {
			need++
		}
		switch {
		case used+need > room && used > 0:
			out = append(out, row{indent: indent})
			used = 0
			need = c.width()
		case c.gap && used > 0:
			out[len(out)-1].put(run{" ", c.style})
		}
		for _, r := range c.runs {
			out[len(out)-1].put(r)
		}
		used += need
	}
	return out
}

// Wrap is one text in rows of a width, one at least.
func Wrap(s string, width int) []string {
	var out []string
	for _, w := range fill([]run{{text: s}}, 0, width) {
		line := ""
		for _, r := range w.runs {
			line += r.text
		}
		out = append(out, line)
	}
	return out
}

// put appends a run, joined with the one before when it has the same style.
func (w *row) put(r run) {
	if n := len(w.runs); n > 0 && w.runs[n-1].style == r.style {
		w.runs[n-1].text += r.text
		return
	}
	w.runs = append(w.runs, r)
}

// chunks splits runs at blanks. A word that is wider than room is split where
// it must be.
func chunks(runs []run, room int) []chunk {
	var out []chunk
	cur := chunk{}
	flush := func() {
		if len(cur.runs) > 0 {
			out = append(out, cur.split(room)...)
		}
		cur = chunk{}
	}
	for _, r := range runs {
		from := 0
		for i := range len(r.text) {
			if r.text[i] != ' ' {
				continue
			}
			if i > from {
				cur.runs = append(cur.runs, run{r.text[from:i], r.style})
			}
			flush()
			cur.gap, cur.style = true, r.style
			from = i + 1
		}
		if from < len(r.text) {
			cur.runs = append(cur.runs, run{r.text[from:], r.style})
		}
	}
	flush()
	return out
}

// split cuts a chunk that is wider than room into pieces that are not.
func (c chunk) split(room int) []chunk {
	if c.width() <= room {
		return []chunk{c}
	}
	var out []chunk
	for _, r := range c.runs {
		for _, piece := range pieces(r.text, room) {
			out = append(out, chunk{runs: []run{{piece, r.style}}})
		}
	}
	out[0].gap, out[0].style = c.gap, c.style
	return out
}

// pieces cuts s into parts of at most room cells.
func pieces(s string, room int) []string {
	var out []string
	from, used := 0, 0
	for i, r := range s {
		w := grid.Width(string(r))
		if used+w > room && i > from {
			out = append(out, s[from:i])
			from, used = i, 0
		}
		used += w
	}
	return append(slices.Clip(out), s[from:])
}
