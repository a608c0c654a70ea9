package picture

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	uv "github.com/charmbracelet/ultraviolet"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/gomonoitalic"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Options of a picture. The zero value is a light ground with letters of 20 pixels.
type Options struct {
	Dark bool
	Size float64 // of letters, in pixels; 0 = 20
}

// ink and ground of a terminal that was told no colour.
var (
	darkInk, darkGround   = color.RGBA{0xD8, 0xDC, 0xE6, 255}, color.RGBA{0x16, 0x18, 0x21, 255}
	lightInk, lightGround = color.RGBA{0x24, 0x28, 0x3A, 255}, color.RGBA{0xFF, 0xFF, 0xFF, 255}
)

// brush draws cells.
type brush struct {
	img         *image.RGBA
	ink, ground color.Color
	w, h, base  int // cell size and baseline, in pixels
	faces       [3]font.Face
	masks       map[rune]*image.Alpha
}

// PNG writes the screen as a PNG.
func (s *Screen) PNG(w io.Writer, o Options) error {
	img, err := s.Image(o)
	if err != nil {
		return err
	}
	return png.Encode(w, img)
}

// Image draws the screen with a margin of one cell around it.
func (s *Screen) Image(o Options) (image.Image, error) {
	b, err := newBrush(o)
	if err != nil {
		return nil, err
	}
	b.img = image.NewRGBA(image.Rect(0, 0, (s.w+2)*b.w, s.h*b.h+2*b.w))
	draw.Draw(b.img, b.img.Bounds(), image.NewUniform(b.ground), image.Point{}, draw.Src)
	for y := range s.h {
		for x := range s.w {
			b.cell(b.w+x*b.w, b.w+y*b.h, s.cell(x, y))
		}
	}
	return b.img, nil
}

func newBrush(o Options) (*brush, error) {
	size := o.Size
	if size <= 0 {
		size = 20
	}
	b := &brush{ink: lightInk, ground: lightGround, masks: map[rune]*image.Alpha{}}
	if o.Dark {
		b.ink, b.ground = darkInk, darkGround
	}
	for i, ttf := range [][]byte{gomono.TTF, gomonobold.TTF, gomonoitalic.TTF} {
		f, err := opentype.Parse(ttf)
		if err != nil {
			return nil, fmt.Errorf("reading an embedded font: %w", err)
		}
		b.faces[i], err = opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
		if err != nil {
			return nil, fmt.Errorf("preparing an embedded font: %w", err)
		}
	}
	advance, _ := b.faces[0].GlyphAdvance('M')
	m := b.faces[0].Metrics()
	b.w, b.h = advance.Round(), int(math.Round(size*1.3))
	b.base = (b.h-(m.Ascent+m.Descent).Ceil())/2 + m.Ascent.Ceil()
	return b, nil
}

// cell draws one cell with its upper left corner at x, y.
func (b *brush) cell(x, y int, c uv.Cell) {
	if c.Width == 0 {
		return
	}
	ink, ground := b.colors(c.Style)
	area := image.Rect(x, y, x+c.Width*b.w, y+b.h)
	draw.Draw(b.img, area, image.NewUniform(ground), image.Point{}, draw.Src)
	b.glyph(x, y, c, image.NewUniform(ink))
	if c.Style.Underline != uv.UnderlineNone {
		line := image.Rect(x, y+b.base+2, area.Max.X, y+b.base+3)
		draw.Draw(b.img, line, image.NewUniform(ink), image.Point{}, draw.Src)
	}
}

func (b *brush) glyph(x, y int, c uv.Cell, ink image.Image) {
	r := []rune(c.Content + " ")[0]
	if r == ' ' {
		return
	}
	m, ok := b.masks[r]
	if !ok {
		if s := shapeOf(r, float64(b.w), float64(b.h)); s != nil {
			m = mask(b.w, b.h, s)
		}
		b.masks[r] = m
	}
	if m != nil {
		draw.DrawMask(b.img, image.Rect(x, y, x+b.w, y+b.h), ink, image.Point{}, m, image.Point{}, draw.Over)
		return
	}
	face := b.faces[0]
	switch {
	case c.Style.Attrs&uv.AttrBold != 0:
		face = b.faces[1]
	case c.Style.Attrs&uv.AttrItalic != 0:
		face = b.faces[2]
	}
	d := font.Drawer{Dst: b.img, Src: ink, Face: face, Dot: fixed.P(x, y+b.base)}
	d.DrawString(c.Content)
}

// colors are the ink and the ground of a style.
func (b *brush) colors(s uv.Style) (ink, ground color.Color) {
	ink, ground = b.ink, b.ground
	if s.Fg != nil {
		ink = s.Fg
	}
	if s.Bg != nil {
		ground = s.Bg
	}
	if s.Attrs&uv.AttrReverse != 0 {
		ink, ground = ground, ink
	}
	if s.Attrs&uv.AttrFaint != 0 {
		ink = between(ink, ground)
	}
	return ink, ground
}

// between is a colour two fifths of the way from a to b: faint ink.
func between(a, b color.Color) color.Color {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	mix := func(x, y uint32) uint8 { return uint8((3*x + 2*y) / 5 >> 8) }
	return color.RGBA{mix(ar, br), mix(ag, bg), mix(ab, bb), 255}
}
