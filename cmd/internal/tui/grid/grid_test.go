package grid_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
)

func lines(g *grid.Grid) string { return strings.Join(g.Lines(), "\n") }

func TestTextCutsWithEllipsis(t *testing.T) {
	for _, c := range []struct {
		s    string
		max  int
		want string
		used int
	}{
		{"order", 5, "order", 5},
		{"order", 4, "ord…", 4},
		{"order", 1, "…", 1},
		{"order", 0, "", 0},
		{"", 5, "", 0},
		{"名前", 4, "名前", 4},
		{"名前x", 4, "名…", 3},
		{"ab\x1b[31m", 10, "ab[31m", 6},
		{"µs → ×", 10, "µs → ×", 6},
	} {
		g := grid.New(12, 1)
		used := g.Text(0, 0, c.s, 0, c.max)
		if got := g.Lines()[0]; got != c.want || used != c.used {
			t.Errorf("Text(%q, %d) = %q in %d cells, want %q in %d", c.s, c.max, got, used, c.want, c.used)
		}
	}
}

func TestRightAndCenter(t *testing.T) {
	g := grid.New(10, 3)
	g.Right(10, 0, "1.2 ms", 0, 8)
	g.Right(10, 1, "a long text", 0, 5)
	g.Center(0, 2, "mid", 0, 9)
	want := []string{"    1.2 ms", "     a lo…", "   mid"}
	if d := cmp.Diff(want, g.Lines()); d != "" {
		t.Error(d)
	}
}

func TestLinesJoin(t *testing.T) {
	g := grid.New(9, 5)
	g.Box(grid.Rect{W: 9, H: 5}, 1, "", 0)
	g.VLine(4, 0, 5, 1)
	g.HLine(0, 2, 9, 1)
	want := strings.Join([]string{
		"╭───┬───╮",
		"│   │   │",
		"├───┼───┤",
		"│   │   │",
		"╰───┴───╯",
	}, "\n")
	if d := cmp.Diff(want, lines(g)); d != "" {
		t.Error(d)
	}
}

func TestEncodeSwitchesStylesOnlyWhereTheyChange(t *testing.T) {
	g := grid.New(6, 2)
	g.Text(0, 0, "ab", 1, 2)
	g.Text(2, 0, "cd", 2, 2)
	g.Text(0, 1, "名", 0, 2)
	p := grid.Palette{SGR: []string{"\x1b[m", "<1>", "<2>"}}
	if got, want := g.Encode(p), "<1>ab<2>cd\x1b[m\n名"; got != want {
		t.Errorf("Encode = %q, want %q", got, want)
	}
	p.Rune = func(rune) rune { return '?' }
	if got, want := strings.Split(g.Encode(p), "\n")[1], "? "; got != want {
		t.Errorf("a wide rune in ASCII = %q, want %q: columns must keep their place", got, want)
	}
}

func TestNothingOutside(t *testing.T) {
	g := grid.New(3, 2)
	g.Set(-1, 0, 'x', 0)
	g.Set(3, 0, 'x', 0)
	g.Set(0, 2, 'x', 0)
	g.Text(-2, 1, "abcdefgh", 0, 8)
	g.Box(grid.Rect{X: -1, Y: -1, W: 9, H: 9}, 0, "title", 0)
	g.Fill(grid.Rect{X: 2, Y: 0, W: 9, H: 9}, '.', 0)
	want := []string{"  .", "cd."}
	if d := cmp.Diff(want, g.Lines()); d != "" {
		t.Error(d)
	}
}

func TestSplits(t *testing.T) {
	r := grid.Rect{X: 2, Y: 3, W: 10, H: 6}
	l, rest := r.SplitLeft(4)
	rest, right := rest.SplitRight(2)
	top, low := rest.SplitTop(1)
	low, bottom := low.SplitBottom(99)
	want := []grid.Rect{{X: 2, Y: 3, W: 4, H: 6}, {X: 10, Y: 3, W: 2, H: 6}, {X: 6, Y: 3, W: 4, H: 1}, {X: 6, Y: 4, W: 4}, {X: 6, Y: 4, W: 4, H: 5}}
	if d := cmp.Diff(want, []grid.Rect{l, right, top, low, bottom}); d != "" {
		t.Error(d)
	}
	if !low.Empty() || low.Meets(r) || !r.Meets(bottom) {
		t.Error("Empty and Meets disagree with the splits")
	}
}

func FuzzTextStaysInItsCells(f *testing.F) {
	f.Add("order → payment", 7)
	f.Add("名前é\u0301\U0001F469\u200d\U0001F680", 3)
	f.Add("\x00\x9b\xff", 2)
	f.Fuzz(func(t *testing.T, s string, n int) {
		g := grid.New(20, 1)
		g.Fill(g.Bounds(), '#', 0)
		n = min(max(n, -1), 20)
		if used := g.Text(0, 0, s, 0, n); used > max(n, 0) {
			t.Fatalf("Text(%q, %d) took %d cells", s, n, used)
		}
		for x := max(n, 0); x < 20; x++ {
			if r, _ := g.At(x, 0); r != '#' {
				t.Fatalf("Text(%q, %d) wrote %q into cell %d", s, n, r, x)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	g := grid.New(120, 40)
	for y := range 40 {
		for x := range 120 {
			if (x/7+y)%3 == 0 {
				g.Set(x, y, '─', grid.Style(x/7%5))
			}
		}
	}
	p := grid.Palette{SGR: []string{"\x1b[m", "\x1b[38;2;1;2;3m", "\x1b[38;2;4;5;6m", "\x1b[38;2;7;8;9m", "\x1b[1m"}}
	b.ReportAllocs()
	for b.Loop() {
		_ = g.Encode(p)
	}
}
