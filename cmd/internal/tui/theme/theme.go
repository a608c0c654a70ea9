package theme

import (
	"fmt"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
)

// Color says how many colours a terminal has.
type Color uint8

const (
	TrueColor Color = iota
	Color256
	Color16
	NoColor // attributes only: bold, underline, reverse
)

// Ground is what text is drawn on.
type Ground uint8

const (
	AnyGround Ground = iota // not known: text is the terminal's own, colours fit both
	Dark
	Light
)

// Options choose a theme. The zero value is for any ground with all colours.
type Options struct {
	Ground    Ground
	Color     Color
	ASCII     bool // only characters that every terminal and every font has
	Projector bool // nothing dim: dim text is drawn as text
}

// Theme is what a screen is drawn and encoded with. It never changes after New
// and may be shared.
type Theme struct {
	Options
	Palette grid.Palette
	Glyphs  Glyphs
}

// New makes a theme.
func New(o Options) *Theme {
	t := &Theme{Options: o, Glyphs: glyphs}
	t.Palette.SGR = make([]string, int(On)+int(styles))
	for s := range grid.Style(styles) {
		t.Palette.SGR[s] = o.sgr(s, false)
		t.Palette.SGR[Lit(s)] = o.sgr(s, true)
	}
	if o.ASCII {
		t.Palette.Rune = ASCII
	}
	return t
}

// sgr is the escape sequence that selects a style from any other.
func (o Options) sgr(s grid.Style, lit bool) string {
	if o.Projector && (s == Dim || s == Edge || s == Rule) {
		s = Text
	}
	l, codes := looks[s], []string{"0"}
	if o.Color == NoColor {
		codes = add(codes, l.bare)
		if lit {
			codes = add(codes, "7")
		}
	} else {
		codes = add(codes, l.attr)
		switch {
		case lit:
			codes = append(codes, o.lit()...)
		case s != Plain:
			codes = add(codes, o.foreground(l))
		}
	}
	return "\x1b[" + strings.Join(codes, ";") + "m"
}

func add(codes []string, c string) []string {
	if c == "" {
		return codes
	}
	return append(codes, c)
}

// foreground is the code for the colour of a look; "" = the terminal's own.
func (o Options) foreground(l look) string {
	if o.Color == Color16 {
		return code16(l.ansi[o.Ground])
	}
	if o.Ground == AnyGround && l.own {
		return ""
	}
	return o.code(38, l.on(o.Ground))
}

// code is a colour of many: 38 for text, 48 for what is behind it.
func (o Options) code(what int, c uint32) string {
	if o.Color == Color256 {
		return fmt.Sprintf("%d;5;%d", what, index256(c))
	}
	return fmt.Sprintf("%d;2;%d;%d;%d", what, c>>16, c>>8&255, c&255)
}

func code16(c uint8) string {
	switch {
	case c == own:
		return ""
	case c > 7:
		return fmt.Sprint(90 + c - 8)
	default:
		return fmt.Sprint(30 + c)
	}
}

// lit is what is selected: the terminal's ground on the accent, the one accent
// there is, so that it is found at a glance.
func (o Options) lit() []string {
	switch {
	case o.Color == Color16:
		return add([]string{"7"}, o.foreground(looks[Accent]))
	case o.Ground == Dark:
		return []string{o.code(38, litTextDark), o.code(48, looks[Accent].dark)}
	default:
		return []string{o.code(38, litTextLight), o.code(48, looks[Accent].light)}
	}
}
