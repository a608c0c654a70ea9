package grid

import (
	"strings"
	"unicode/utf8"
)

// Palette is what a theme gives for encoding.
type Palette struct {
	// SGR holds, for every style, the complete escape sequence that selects it
	// from any other one. Styles beyond its length are written plain.
	SGR []string
	// Rune replaces runes on their way out, such as ● by o where only ASCII
	// can be shown, and must give one of width one. Nil leaves them.
	Rune func(rune) rune
}

const reset = "\x1b[m"

// Encode writes the grid as one string, rows separated by newlines, the style
// switched only where it changes. Trailing blanks are left out.
func (g *Grid) Encode(p Palette) string {
	b, pen := g.buf[:0], Style(0)
	for y := range g.h {
		if y > 0 {
			b = append(b, '\n')
		}
		row := g.cells[y*g.w : (y+1)*g.w]
		for _, c := range row[:visible(row)] {
			if c.r == 0 { // the second half of a wide rune
				if p.Rune == nil {
					continue
				}
				c.r = ' '
			}
			if c.s != pen {
				if int(c.s) < len(p.SGR) {
					b = append(b, p.SGR[c.s]...)
				} else {
					b = append(b, reset...)
				}
				pen = c.s
			}
			switch {
			case c.r < utf8.RuneSelf:
				b = append(b, byte(c.r))
			case p.Rune != nil:
				b = utf8.AppendRune(b, p.Rune(c.r))
			default:
				b = utf8.AppendRune(b, c.r)
			}
		}
		if pen != 0 {
			b = append(b, reset...)
			pen = 0
		}
	}
	g.buf = b
	return string(b)
}

// visible is the length of row without its trailing plain blanks.
func visible(row []cell) int {
	end := len(row)
	for end > 0 && row[end-1] == blank {
		end--
	}
	return end
}

// Lines is the text of the grid without styles, one string a row, trailing
// blanks left out: what tests compare.
func (g *Grid) Lines() []string {
	out := make([]string, g.h)
	for y := range g.h {
		var b strings.Builder
		for _, c := range g.cells[y*g.w : (y+1)*g.w] {
			if c.r != 0 {
				b.WriteRune(c.r)
			}
		}
		out[y] = strings.TrimRight(b.String(), " ")
	}
	return out
}
