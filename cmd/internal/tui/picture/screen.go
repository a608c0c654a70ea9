// Package picture turns what a terminal shows into text and into pictures, in
// pure Go: the output goes through a terminal emulator, letters come from the
// Go fonts, and lines, blocks and signs are drawn from geometry, so they are
// crisp and need no font on the machine.
package picture

import (
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// Screen is a terminal of a fixed size after something was written to it.
type Screen struct {
	w, h int
	e    *vt.Emulator
}

// NewScreen shows content, as a View gives it with rows separated by newlines,
// on a terminal of w by h cells. Content must not query the terminal.
func NewScreen(content string, w, h int) *Screen {
	s := &Screen{w: w, h: h, e: vt.NewEmulator(w, h)}
	_, _ = s.e.WriteString(strings.ReplaceAll(content, "\n", "\r\n")) // the emulator never fails to take text
	return s
}

// Lines are the rows as text, trailing blanks left out.
func (s *Screen) Lines() []string {
	out := make([]string, s.h)
	for y := range s.h {
		var b strings.Builder
		for x := range s.w {
			b.WriteString(s.cell(x, y).Content)
		}
		out[y] = strings.TrimRight(b.String(), " ")
	}
	return out
}

var empty = uv.Cell{Content: " ", Width: 1}

// cell is the cell at x, y; the second half of a wide one is without content.
func (s *Screen) cell(x, y int) uv.Cell {
	if c := s.e.CellAt(x, y); c != nil {
		return *c
	}
	return empty
}
