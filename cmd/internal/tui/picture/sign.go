package picture

import "math"

// sign draws the signs that fonts draw badly or not at all; nil for the rest.
func (c cellBox) sign(r rune) shape {
	x0, y0, u := c.w/2, c.h/2, c.w/2 // the middle, and half a width
	switch r {
	case '●':
		return disc(x0, y0, 0.82*u)
	case '○':
		return without(disc(x0, y0, 0.82*u), disc(x0, y0, 0.82*u-c.thick()))
	case '•':
		return disc(x0, y0, 0.42*u)
	case '·':
		return disc(x0, y0, 0.24*u)
	case '◆':
		return func(x, y float64) bool { return math.Abs(x-x0)+math.Abs(y-y0) <= 0.98*u }
	case '■':
		return rect(x0, y0, 0.76*u, 0.76*u)
	case '□':
		return without(rect(x0, y0, 0.76*u, 0.76*u), rect(x0, y0, 0.76*u-c.thick(), 0.76*u-c.thick()))
	case '▮':
		return rect(x0, y0, 0.72*u, 0.30*c.h)
	case '▯':
		return without(rect(x0, y0, 0.72*u, 0.30*c.h), rect(x0, y0, 0.72*u-c.thick(), 0.30*c.h-c.thick()))
	case '▌':
		return rect(x0-0.36*u, y0, 0.36*u, 0.30*c.h)
	case '‖':
		return either(rect(x0-0.42*u, y0, 0.17*u, 0.72*u), rect(x0+0.42*u, y0, 0.17*u, 0.72*u))
	case '×':
		return either(c.stroke(-0.62, -0.62, 0.62, 0.62), c.stroke(-0.62, 0.62, 0.62, -0.62))
	case '✓':
		return either(c.stroke(-0.72, 0.1, -0.2, 0.66), c.stroke(-0.2, 0.66, 0.76, -0.72))
	default:
		return c.arrow(r)
	}
}

// arrow draws arrowheads and arrows.
func (c cellBox) arrow(r rune) shape {
	x0, y0, u := c.w/2, c.h/2, c.w/2
	switch r {
	case '▲':
		return triangle(x0, y0+0.05*u, 0, -0.85*u)
	case '▼':
		return triangle(x0, y0, 0, 0.85*u)
	case '►', '▶': // as long as the cell, so that a line runs into it
		return triangle(x0, y0, u, 0)
	case '◄', '◀':
		return triangle(x0, y0, -u, 0)
	case '→':
		return either(c.stroke(-0.85, 0, 0.85, 0), either(c.stroke(0.3, -0.5, 0.85, 0), c.stroke(0.3, 0.5, 0.85, 0)))
	case '←':
		return either(c.stroke(-0.85, 0, 0.85, 0), either(c.stroke(-0.3, -0.5, -0.85, 0), c.stroke(-0.3, 0.5, -0.85, 0)))
	case '↑':
		return either(c.stroke(0, -0.85, 0, 0.85), either(c.stroke(-0.5, -0.3, 0, -0.85), c.stroke(0.5, -0.3, 0, -0.85)))
	case '↓':
		return either(c.stroke(0, -0.85, 0, 0.85), either(c.stroke(-0.5, 0.3, 0, 0.85), c.stroke(0.5, 0.3, 0, 0.85)))
	default:
		return nil
	}
}

func disc(cx, cy, radius float64) shape {
	return func(x, y float64) bool { return math.Hypot(x-cx, y-cy) <= radius }
}

func rect(cx, cy, halfW, halfH float64) shape {
	return func(x, y float64) bool { return math.Abs(x-cx) <= halfW && math.Abs(y-cy) <= halfH }
}

func either(a, b shape) shape {
	return func(x, y float64) bool { return a(x, y) || b(x, y) }
}

func without(a, b shape) shape {
	return func(x, y float64) bool { return a(x, y) && !b(x, y) }
}

// triangle points along (dx, dy) from its middle, as wide as it is long.
func triangle(cx, cy, dx, dy float64) shape {
	size := math.Hypot(dx, dy)
	return func(x, y float64) bool {
		along := ((x-cx)*dx + (y-cy)*dy) / size
		across := math.Abs((x-cx)*dy-(y-cy)*dx) / size
		return along >= -size && along <= size && across <= (size-along)/2
	}
}

// stroke is a line with round ends between two points, given in half widths
// from the middle of the cell.
func (c cellBox) stroke(ax, ay, bx, by float64) shape {
	u, half := c.w/2, 0.8*c.thick()
	ax, ay, bx, by = c.w/2+ax*u, c.h/2+ay*u, c.w/2+bx*u, c.h/2+by*u
	dx, dy := bx-ax, by-ay
	return func(x, y float64) bool {
		at := ((x-ax)*dx + (y-ay)*dy) / (dx*dx + dy*dy)
		at = min(max(at, 0), 1)
		return math.Hypot(x-ax-at*dx, y-ay-at*dy) <= half
	}
}
