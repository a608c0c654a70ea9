package lessons

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
)

// spot is a place in a file. Line and column count from 1; columns count
// characters. Column 0 means the line as a whole.
type spot struct {
	file      string
	line, col int
}

func (s spot) String() string {
	switch {
	case s.line == 0:
		return s.file
	case s.col == 0:
		return fmt.Sprintf("%s:%d", s.file, s.line)
	default:
		return fmt.Sprintf("%s:%d:%d", s.file, s.line, s.col)
	}
}

// invalid is an error at s.
func (s spot) invalid(format string, args ...any) *sim.Error {
	return sim.Invalidf("%s: %s", s, sim.Visible(fmt.Sprintf(format, args...)))
}

// unknown is the error for a word that is not among words.
func (s spot) unknown(what, word string, words []string) *sim.Error {
	return s.wrap(sim.Unknown(what, sim.Visible(word), words))
}

// wrap says where err happened and keeps what can be done about it.
func (s spot) wrap(err error) *sim.Error {
	e := sim.AsError(err)
	out := s.invalid("%s", e.Message)
	out.Fix, out.Err = e.Fix, err
	return out
}

// piece is text with the place where it stands.
type piece struct {
	text string
	at   spot
}

// from is the part of p that begins at byte i.
func (p piece) from(i int) piece { return piece{p.text[i:], p.spot(i)} }

// part is the part of p between two bytes.
func (p piece) part(i, j int) piece { return piece{p.text[i:j], p.spot(i)} }

// spot is where byte i of p stands.
func (p piece) spot(i int) spot {
	at := p.at
	before := p.text[:min(i, len(p.text))]
	if n := strings.Count(before, "\n"); n > 0 {
		at.line += n
		at.col = 1
		before = before[strings.LastIndexByte(before, '\n')+1:]
	}
	at.col += utf8.RuneCountInString(before)
	return at
}

// trim is p without the space around it.
func (p piece) trim() piece {
	start := len(p.text) - len(strings.TrimLeft(p.text, " \t\n"))
	out := p.from(start)
	out.text = strings.TrimRight(out.text, " \t\n")
	return out
}

// cut parts p around the first sep.
func (p piece) cut(sep string) (before, after piece, found bool) {
	i := strings.Index(p.text, sep)
	if i < 0 {
		return p, piece{at: p.at}, false
	}
	return p.part(0, i), p.from(i + len(sep)), true
}

// word takes the first word of p.
func (p piece) word() (word string, rest piece) {
	i := strings.IndexAny(p.text, " \t\n")
	if i < 0 {
		return p.text, p.from(len(p.text))
	}
	return p.text[:i], p.from(i).trim()
}
