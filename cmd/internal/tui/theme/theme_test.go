package theme

import (
	"math"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
)

// contrast is the ratio of WCAG 2.1.
func contrast(a, b uint32) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c uint32) float64 {
	f := func(v uint32) float64 {
		s := float64(v&255) / 255
		if s <= 0.03928 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*f(c>>16) + 0.7152*f(c>>8) + 0.0722*f(c)
}

func TestEveryColourCanBeRead(t *testing.T) {
	dark := []uint32{0x000000, 0x1A1B26, 0x1E1E1E, 0x282C34}
	light := []uint32{0xFFFFFF, 0xFAFAFA, 0xFDF6E3}
	for s, l := range looks {
		least := 4.5
		if s := grid.Style(s); s == Edge || s == BoxEdge || s == Rule {
			least = 3 // lines, not text
		}
		for _, ground := range dark {
			if c := contrast(l.dark, ground); c < least {
				t.Errorf("style %d: %06X on %06X has a contrast of %.1f", s, l.dark, ground, c)
			}
		}
		for _, ground := range light {
			if c := contrast(l.light, ground); c < least {
				t.Errorf("style %d: %06X on %06X has a contrast of %.1f", s, l.light, ground, c)
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
		th := New(Options{Dark: true, Projector: true, Color: c})
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
