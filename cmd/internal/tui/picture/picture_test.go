package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLinesAreWhatTheTerminalShows(t *testing.T) {
	s := NewScreen("a\x1b[31mb\x1b[mc\n  名 d\nthis is full\nx", 12, 5)
	if d := cmp.Diff([]string{"abc", "  名 d", "this is full", "x", ""}, s.Lines()); d != "" {
		t.Error(d)
	}
}

func TestPictureHasTheSizeOfItsCells(t *testing.T) {
	var b bytes.Buffer
	if err := NewScreen("x", 10, 3).PNG(&b, Options{Dark: true}); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := img.Bounds().Size(), image.Pt(12*12, 3*26+2*12); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestColoursArrive(t *testing.T) {
	img, err := NewScreen("\x1b[38;2;10;200;30m█\x1b[m \x1b[7m \x1b[m\x1b[48;2;1;2;3m \x1b[m", 4, 1).Image(Options{})
	if err != nil {
		t.Fatal(err)
	}
	middle := func(cell int) color.RGBA {
		return color.RGBAModel.Convert(img.At(12+cell*12+6, 12+13)).(color.RGBA)
	}
	want := []color.RGBA{{10, 200, 30, 255}, lightGround, lightInk, {1, 2, 3, 255}}
	for i, w := range want {
		if got := middle(i); got != w {
			t.Errorf("cell %d is %v, want %v", i, got, w)
		}
	}
}

// TestLinesMeet: box-drawing runes reach the edges at which their neighbours begin.
func TestLinesMeet(t *testing.T) {
	const w, h = 12, 26
	ink := func(r rune, x, y int) bool { return mask(w, h, shapeOf(r, w, h)).AlphaAt(x, y).A > 100 }
	c := cellBox{w, h}
	x, y := int(c.middle(w)), int(c.middle(h))
	for r, d := range map[rune][4]bool{ // north, east, south, west
		'─': {false, true, false, true}, '│': {true, false, true, false},
		'╭': {false, true, true, false}, '╮': {false, false, true, true}, '╰': {true, true, false, false}, '╯': {true, false, false, true},
		'├': {true, true, true, false}, '┤': {true, false, true, true}, '┬': {false, true, true, true}, '┴': {true, true, false, true}, '┼': {true, true, true, true},
	} {
		got := [4]bool{ink(r, x, 0), ink(r, w-1, y), ink(r, x, h-1), ink(r, 0, y)}
		if got != d {
			t.Errorf("%c reaches north, east, south, west: %v, want %v", r, got, d)
		}
	}
}

// TestSignsTellApart: no two signs have nearly the same ink.
func TestSignsTellApart(t *testing.T) {
	const w, h = 12, 26
	signs := []rune("●○◆■□▲▼►◄×✓‖▮▯•·→←↑↓▁▂▃▄▅▆▇█")
	for i, a := range signs {
		ma := mask(w, h, shapeOf(a, w, h))
		for _, b := range signs[:i] {
			mb, differ := mask(w, h, shapeOf(b, w, h)), 0
			for k := range ma.Pix {
				if d := int(ma.Pix[k]) - int(mb.Pix[k]); d > 100 || d < -100 {
					differ++
				}
			}
			if differ < 8 {
				t.Errorf("%c and %c differ in %d pixels", a, b, differ)
			}
		}
	}
}
