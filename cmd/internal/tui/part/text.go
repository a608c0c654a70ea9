package part

import (
	"strings"
	"unicode"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
)

// Text is prose in light Markdown: paragraphs, *emphasis*, **strong**, `code`,
// lists ("- " or "1. "), fenced code and "## headings". Words of Terms are
// underlined where they first stand.
type Text struct {
	Source string
	Terms  []string   // words of the glossary
	Scroll int        // the first row drawn
	Style  grid.Style // of the plain words; 0 = theme.Text
	Plain  bool       // one paragraph without marks: what people typed
}

// run is a piece of text in one style.
type run struct {
	text  string
	style grid.Style
}

// row is one wrapped row.
type row struct {
	indent int
	runs   []run
}

// Len is how many rows the text takes at a width.
func (t Text) Len(width int) int { return len(t.rows(width)) }

// Draw draws the rows from Scroll on.
func (t Text) Draw(g *grid.Grid, r grid.Rect, _ *theme.Theme) {
	rows := t.rows(r.W)
	for i := range r.H {
		if n := t.Scroll + i; n >= 0 && n < len(rows) {
			rows[n].draw(g, r.X, r.Y+i, r.W)
		}
	}
}

func (w row) draw(g *grid.Grid, x, y, width int) {
	at := w.indent
	for _, r := range w.runs {
		at += g.Text(x+at, y, r.text, r.style, width-at)
	}
}

// rows wraps the whole text.
func (t Text) rows(width int) []row {
	if width < 1 {
		return nil
	}
	if t.Style == 0 {
		t.Style = theme.Text
	}
	if t.Plain {
		return fill([]run{{sim.Visible(t.Source), t.Style}}, 0, width)
	}
	var out []row
	seen := map[string]bool{}
	for _, b := range blocks(t.Source) {
		if len(out) > 0 && !(b.item && b.tight) {
			out = append(out, row{})
		}
		out = append(out, t.wrap(b, width, seen)...)
	}
	return out
}

// block is a paragraph, a heading, an item of a list or fenced code.
type block struct {
	text    string
	mark    string // of an item: "-" or "1."
	heading bool
	code    bool
	item    bool
	tight   bool // an item that follows another one
}

// blocks splits the source.
func blocks(source string) []block {
	var out []block
	var cur *block
	fence := false
	for line := range strings.SplitSeq(source, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "```"):
			fence = !fence
			if cur = nil; fence {
				out = append(out, block{code: true})
				cur = &out[len(out)-1]
			}
		case fence:
			cur.text += line + "\n"
		case trimmed == "":
			cur = nil
		case strings.HasPrefix(trimmed, "#"):
			out = append(out, block{text: strings.TrimLeft(trimmed, "# "), heading: true})
			cur = nil
		default:
			if mark, rest, ok := listItem(trimmed); ok {
				out = append(out, block{text: rest, mark: mark, item: true, tight: cur != nil && cur.item})
				cur = &out[len(out)-1]
				continue
			}
			if cur == nil {
				out = append(out, block{})
				cur = &out[len(out)-1]
			}
			cur.text += " " + trimmed
		}
	}
	return out
}

// listItem splits the mark off an item of a list.
func listItem(s string) (mark, rest string, ok bool) {
	mark, rest, ok = strings.Cut(s, " ")
	if !ok || mark == "" {
		return "", "", false
	}
	number := strings.TrimSuffix(mark, ".")
	digits := strings.Trim(number, "0123456789") == "" && number != "" && number != mark
	return mark, rest, mark == "-" || mark == "*" || digits
}

// wrap breaks a block into rows.
func (t Text) wrap(b block, width int, seen map[string]bool) []row {
	switch {
	case b.code:
		var out []row
		for line := range strings.SplitSeq(strings.TrimRight(b.text, "\n"), "\n") {
			out = append(out, row{min(2, width-1), []run{{sim.Visible(strings.ReplaceAll(line, "\t", "    ")), theme.Code}}})
		}
		return out
	case b.heading:
		return fill([]run{{sim.Visible(b.text), theme.Title}}, 0, width)
	}
	indent := 0
	if b.item {
		indent = min(len(b.mark)+1, width-1)
	}
	rows := fill(t.inline(strings.TrimSpace(b.text), seen), indent, width)
	if b.item && len(rows) > 0 {
		mark := b.mark
		if mark == "*" {
			mark = "-"
		}
		rows[0].indent = 0
		rows[0].runs = append([]run{{mark + " ", theme.Dim}}, rows[0].runs...)
	}
	return rows
}

// inline splits prose at its marks: **strong**, *emphasis*, `code`. A mark
// without its partner is text.
func (t Text) inline(s string, seen map[string]bool) []run {
	var out []run
	plain := func(text string) { out = append(out, t.terms(sim.Visible(text), seen)...) }
	for s != "" {
		i := strings.IndexAny(s, "*`")
		if i < 0 {
			plain(s)
			break
		}
		mark, st := s[i:i+1], theme.Emphasis
		switch {
		case mark == "`":
			st = theme.Code
		case strings.HasPrefix(s[i:], "**"):
			mark, st = "**", theme.Strong
		}
		end := strings.Index(s[i+len(mark):], mark)
		if end <= 0 {
			plain(s[:i+len(mark)])
			s = s[i+len(mark):]
			continue
		}
		if i > 0 {
			plain(s[:i])
		}
		s = s[i+len(mark):]
		out = append(out, run{sim.Visible(s[:end]), st})
		s = s[end+len(mark):]
	}
	return out
}

// terms underlines the words of the glossary where they first stand.
func (t Text) terms(s string, seen map[string]bool) []run {
	var out []run
	for {
		at, n := -1, 0
		for _, term := range t.Terms {
			if i := findWord(s, term); i >= 0 && !seen[term] && (at < 0 || i < at || i == at && len(term) > n) {
				at, n = i, len(term)
			}
		}
		if at < 0 {
			return append(out, run{s, t.Style})
		}
		for _, term := range t.Terms {
			if strings.EqualFold(term, s[at:at+n]) {
				seen[term] = true
			}
		}
		if at > 0 {
			out = append(out, run{s[:at], t.Style})
		}
		out = append(out, run{s[at : at+n], theme.Term})
		s = s[at+n:]
	}
}

// findWord is where term stands in s as a word of its own, in any case; -1 for nowhere.
func findWord(s, term string) int {
	if term == "" {
		return -1
	}
	letter := func(i int) bool {
		return i >= 0 && i < len(s) && (s[i] >= 0x80 || unicode.IsLetter(rune(s[i])) || unicode.IsDigit(rune(s[i])))
	}
	for i := 0; i+len(term) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(term)], term) && !letter(i-1) && !letter(i+len(term)) {
			return i
		}
	}
	return -1
}
