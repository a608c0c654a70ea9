package theme

import (
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
)

// contrast is the ratio of WCAG 2.1.
func contrast(a, b uint32) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// least is the contrast that a style needs.
func least(s grid.Style) float64 {
	if s == Edge || s == BoxEdge || s == Rule {
		return 3 // lines, not text
	}
	return 4.5
}

var grounds = map[Ground][]uint32{
	Dark:      {0x000000, 0x1A1B26, 0x1E1E1E, 0x282C34},
	Light:     {0xFFFFFF, 0xFAFAFA, 0xFDF6E3},
	AnyGround: {0x000000, 0xFFFFFF},
}

func TestEveryColourCanBeRead(t *testing.T) {
	for ground, on := range grounds {
		for i, l := range looks {
			for _, c := range on {
				if s := grid.Style(i); contrast(l.on(ground), c) < least(s) {
					t.Errorf("style %d: %06X on %06X has a contrast of %.1f", s, l.on(ground), c, contrast(l.on(ground), c))
				}
			}
		}
	}
}

// What is the nearest of 256 must be as readable, and a grey no colour. On grounds
// that are not known the palette has too few steps for 4.5 : 1 on both.
func TestEveryColourOf256CanBeRead(t *testing.T) {
	for ground, on := range grounds {
		for i, l := range looks {
			s, c := grid.Style(i), l.on(ground)
			p := colour256(index256(c))
			r, g, b := p>>16, p>>8&255, p&255
			if grey := s == Text || s == Dim || s == Title || s == Edge || s == BoxEdge || s == Rule; grey && (r != g || g != b) {
				t.Errorf("style %d: the grey %06X becomes %06X", s, c, p)
			}
			need := least(s) * 0.93
			if ground == AnyGround {
				need = 3
			}
			for _, behind := range on {
				if got := contrast(p, behind); got < need {
					t.Errorf("ground %d, style %d: %06X, for %06X, on %06X has a contrast of %.1f", ground, s, p, c, behind, got)
				}
			}
		}
	}
}

// The sixteen colours as xterm draws them.
var xterm16 = [16]uint32{
	0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
	0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
}

func TestEveryColourOf16CanBeRead(t *testing.T) {
	for ground, on := range map[Ground]uint32{Dark: 0x000000, Light: 0xFFFFFF} {
		for s, l := range looks {
			for _, g := range []Ground{ground, AnyGround} {
				if c := l.ansi[g]; c != own && contrast(xterm16[c], on) < 3.5 {
					t.Errorf("ground %d, style %d: colour %d has a contrast of %.1f", g, s, c, contrast(xterm16[c], on))
				}
			}
		}
	}
}

func TestTextIsTheTerminalsOwnWhereItsGroundIsNotKnown(t *testing.T) {
	for _, c := range []Color{TrueColor, Color256, Color16} {
		th := New(Options{Color: c})
		for _, s := range []grid.Style{Plain, Text, Title, Strong, Emphasis, Term, Key} {
			if seq := th.Palette.SGR[s]; strings.Contains(seq, "38;") || strings.Contains(seq, ";3") && s != Emphasis {
				t.Errorf("colours %d, style %d: %q has a colour", c, s, seq)
			}
		}
	}
}

func TestWhatIsSelectedCanBeRead(t *testing.T) {
	for _, c := range []float64{contrast(litTextDark, looks[Accent].dark), contrast(litTextLight, looks[Accent].light)} {
		if c < 4.5 {
			t.Errorf("text on the accent has a contrast of %.1f", c)
		}
	}
}

func TestNoColourMeansNoColour(t *testing.T) {
	th := New(Options{Color: NoColor})
	for s, seq := range th.Palette.SGR {
		for _, code := range strings.Split(strings.Trim(seq, "\x1b[m"), ";") {
			if len(code) > 1 {
				t.Errorf("style %d has a colour: %q", s, seq)
			}
		}
	}
	if a, b := th.Palette.SGR[Text], th.Palette.SGR[Lit(Text)]; a == b {
		t.Error("what is selected looks like the rest")
	}
}

func TestProjectorHasNothingDim(t *testing.T) {
	for _, c := range []Color{TrueColor, Color256, Color16, NoColor} {
		th := New(Options{Ground: Dark, Projector: true, Color: c})
		if th.Palette.SGR[Dim] != th.Palette.SGR[Text] {
			t.Errorf("colours %d: dim text is dim", c)
		}
	}
}

func TestSignsAreOneCellAndTellApart(t *testing.T) {
	seen := map[rune]rune{}
	for _, r := range []rune{glyphs.REST, glyphs.GRPC, glyphs.Queue, glyphs.Stream, glyphs.Fail, glyphs.Held, glyphs.Done} {
		a := ASCII(r)
		if a >= 0x80 || grid.Width(string(r)) != 1 {
			t.Errorf("%q becomes %q, and is %d cells wide", r, a, grid.Width(string(r)))
		}
		if other, ok := seen[a]; ok {
			t.Errorf("%q and %q both become %q", r, other, a)
		}
		seen[a] = r
	}
	for r, a := range ascii {
		if a >= 0x80 || grid.Width(string(r)) != 1 {
			t.Errorf("%q becomes %q, and is %d cells wide", r, a, grid.Width(string(r)))
		}
	}
}

func TestEncodedASCIIIsASCII(t *testing.T) {
	th := New(Options{ASCII: true})
	g := grid.New(40, 3)
	g.Box(g.Bounds(), BoxEdge, "order → payment", Title)
	g.Text(2, 1, "● 33 µs, 3 % × · “done” …名", Text, 36)
	for _, r := range g.Encode(th.Palette) {
		if r >= 0x80 {
			t.Errorf("%q is not ASCII", r)
		}
	}
}
