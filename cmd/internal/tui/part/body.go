package part

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
)

// bodyRows shows a body: JSON indented and coloured by its structure, other
// text as it is, anything else as bytes.
func bodyRows(m sim.Captured, width int) []row {
	if len(m.Body) == 0 {
		return []row{plain("no body", theme.Dim)}
	}
	var indented bytes.Buffer
	if json.Indent(&indented, m.Body, "", "  ") == nil {
		return jsonRows(indented.String(), width)
	}
	if !utf8.Valid(m.Body) {
		return hexRows(m.Body, width)
	}
	var rows []row
	for line := range strings.SplitSeq(strings.ReplaceAll(string(m.Body), "\r\n", "\n"), "\n") {
		for _, p := range pieces(sim.Visible(line), width) {
			rows = append(rows, plain(p, theme.Text))
		}
	}
	return rows
}

// jsonRows colours indented JSON and wraps its long lines under themselves.
func jsonRows(src string, width int) []row {
	var rows []row
	for line := range strings.SplitSeq(src, "\n") {
		trimmed := strings.TrimLeft(line, " ")
		indent := min(len(line)-len(trimmed), max(width-12, 0))
		for k, w := range fill(jsonRuns(trimmed), indent, width) {
			if k > 0 {
				w.indent = min(indent+2, width-1)
			}
			rows = append(rows, w)
		}
	}
	return rows
}

// jsonRuns colours one line of indented JSON: names, strings, numbers and words.
func jsonRuns(s string) []run {
	var out []run
	for s != "" {
		n, st := jsonToken(s)
		out = append(out, run{sim.Visible(s[:n]), st})
		s = s[n:]
	}
	return out
}

// jsonToken is the length and the style of the first token of s.
func jsonToken(s string) (int, grid.Style) {
	if s[0] == '"' {
		n := 1
		for n < len(s) && s[n] != '"' {
			if s[n] == '\\' {
				n++
			}
			n++
		}
		n = min(n+1, len(s))
		if strings.HasPrefix(s[n:], ":") {
			return n, theme.Name
		}
		return n, theme.String
	}
	if !inNumber(s[0]) {
		return 1, theme.Dim
	}
	n := 1
	for n < len(s) && inNumber(s[n]) {
		n++
	}
	return n, theme.Number
}

// inNumber reports whether c belongs to a number, true, false or null.
func inNumber(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || strings.IndexByte("+-.E", c) >= 0
}
