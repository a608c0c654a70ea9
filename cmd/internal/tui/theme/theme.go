package theme

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/charmbracelet/x/ansi"

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

// Options choose a theme. The zero value is for a light ground with all colours.
type Options struct {
	Dark      bool
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

func (o Options) foreground(l look) string {
	c := l.light
	if o.Dark {
		c = l.dark
	}
	switch o.Color {
	case Color256:
		return fmt.Sprintf("38;5;%d", ansi.Convert256(rgb(c)))
	case Color16:
		switch {
		case l.ansi == own:
			return ""
		case l.ansi > 7:
			return fmt.Sprint(90 + l.ansi - 8)
		default:
			return fmt.Sprint(30 + l.ansi)
		}
	default:
		return fmt.Sprintf("38;2;%d;%d;%d", c>>16, c>>8&255, c&255)
	}
}

// lit is what is selected: the terminal's ground on the accent, the one accent
// there is, so that it is found at a glance.
func (o Options) lit() []string {
	if o.Color == Color16 {
		return []string{o.foreground(looks[Accent]), "7"}
	}
	text, ground := uint32(litTextLight), looks[Accent].light
	if o.Dark {
		text, ground = litTextDark, looks[Accent].dark
	}
	if o.Color == Color256 {
		return []string{fmt.Sprintf("38;5;%d", ansi.Convert256(rgb(text))), fmt.Sprintf("48;5;%d", ansi.Convert256(rgb(ground)))}
	}
	return []string{
		fmt.Sprintf("38;2;%d;%d;%d", text>>16, text>>8&255, text&255),
		fmt.Sprintf("48;2;%d;%d;%d", ground>>16, ground>>8&255, ground&255),
	}
}

func rgb(c uint32) color.Color {
	return color.RGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 255}
}
