package picture

import (
	"image"
	"math"
)

// shape says which points of a cell are ink. Points are in pixels from the
// upper left corner of a cell of w by h.
type shape func(x, y float64) bool

// mask is the ink of a shape, antialiased: each pixel is sampled 4 by 4 times.
func mask(w, h int, s shape) *image.Alpha {
	const n = 4
	m := image.NewAlpha(image.Rect(0, 0, w, h))
	for py := range h {
		for px := range w {
			ink := 0
			for i := range n * n {
				if s(float64(px)+(float64(i%n)+0.5)/n, float64(py)+(float64(i/n)+0.5)/n) {
					ink++
				}
			}
			m.Pix[m.PixOffset(px, py)] = uint8(ink * 255 / (n * n))
		}
	}
	return m
}

// shapeOf is the geometry of a rune, or nil when its letter is in the font.
func shapeOf(r rune, w, h float64) shape {
	c := cellBox{w, h}
	switch {
	case r >= 0x2500 && r < 0x2580:
		return c.line(r)
	case r >= 0x2581 && r <= 0x2588:
		top := h * (1 - float64(r-0x2580)/8)
		return func(_, y float64) bool { return y >= top }
	default:
		return c.sign(r)
	}
}

// cellBox is the size of a cell.
type cellBox struct{ w, h float64 }

// thick is the thickness of lines, in whole pixels so that they stay sharp.
func (c cellBox) thick() float64 { return max(1, math.Round(c.w/7)) }

// middle is the left (upper) edge of a centred line, on a pixel.
func (c cellBox) middle(size float64) float64 { return math.Floor((size - c.thick()) / 2) }

const (
	north = 1 << iota
	east
	south
	west
)

var arms = map[rune]int{
	'─': east | west, '│': north | south,
	'├': north | south | east, '┤': north | south | west,
	'┬': east | west | south, '┴': east | west | north, '┼': 15,
	'┌': east | south, '┐': west | south, '└': north | east, '┘': north | west,
}

var corners = map[rune][2]float64{'╭': {1, 1}, '╮': {-1, 1}, '╰': {1, -1}, '╯': {-1, -1}}

// line draws box-drawing runes.
func (c cellBox) line(r rune) shape {
	if way, ok := corners[r]; ok {
		return c.corner(way[0], way[1])
	}
	a, ok := arms[r]
	if !ok {
		return nil
	}
	t := c.thick()
	x0, y0 := c.middle(c.w), c.middle(c.h)
	return func(x, y float64) bool {
		inX, inY := x >= x0 && x < x0+t, y >= y0 && y < y0+t
		switch {
		case inX && inY:
			return true
		case inX:
			return y < y0 && a&north != 0 || y > y0 && a&south != 0
		case inY:
			return x < x0 && a&west != 0 || x > x0 && a&east != 0
		default:
			return false
		}
	}
}

// corner is a quarter of a circle that turns from a horizontal line towards dx
// into a vertical one towards dy.
func (c cellBox) corner(dx, dy float64) shape {
	t := c.thick()
	mx, my := c.middle(c.w)+t/2, c.middle(c.h)+t/2
	radius := c.w - mx
	if dx < 0 {
		radius = mx
	}
	cx, cy := mx+dx*radius, my+dy*radius
	return func(x, y float64) bool {
		if (x-cx)*dx > 0 {
			return false
		}
		if (y-cy)*dy > 0 {
			return math.Abs(x-mx) <= t/2
		}
		return math.Abs(math.Hypot(x-cx, y-cy)-radius) <= t/2
	}
}
