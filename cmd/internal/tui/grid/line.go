package grid

// Directions of a box-drawing line out of its cell.
const (
	north = 1 << iota
	east
	south
	west
)

// lines maps directions to the rune that has exactly these; the same table read
// backwards tells which directions a rune has.
var lines = [16]rune{
	north: '│', south: '│', north | south: '│',
	east: '─', west: '─', east | west: '─',
	east | south: '╭', west | south: '╮', east | north: '╰', west | north: '╯',
	north | south | east: '├', north | south | west: '┤',
	east | west | south: '┬', east | west | north: '┴',
	north | east | south | west: '┼',
}

func bitsOf(r rune) int {
	for bits := len(lines) - 1; bits > 0; bits-- {
		if lines[bits] == r {
			return bits
		}
	}
	return 0
}

// join adds line directions to a cell: a line that meets another one becomes a
// corner, a branch or a crossing.
func (g *Grid) join(x, y, bits int, s Style) {
	if x < 0 || y < 0 || x >= g.w || y >= g.h {
		return
	}
	c := &g.cells[y*g.w+x]
	if c.r >= 0x2500 && c.r < 0x2580 {
		bits |= bitsOf(c.r)
	}
	*c = cell{lines[bits], s}
}

// HLine draws a horizontal line of w cells that joins what it meets. Its ends
// reach only inwards, so it joins a line that it ends on as a branch.
func (g *Grid) HLine(x, y, w int, s Style) {
	for i := range w {
		bits := east | west
		if w > 1 && i == 0 {
			bits = east
		}
		if w > 1 && i == w-1 {
			bits = west
		}
		g.join(x+i, y, bits, s)
	}
}

// VLine draws a vertical line of h cells that joins what it meets.
func (g *Grid) VLine(x, y, h int, s Style) {
	for i := range h {
		bits := north | south
		if h > 1 && i == 0 {
			bits = south
		}
		if h > 1 && i == h-1 {
			bits = north
		}
		g.join(x, y+i, bits, s)
	}
}

// Rule draws a horizontal line through the whole width of r at row y, as a
// separator; it joins vertical lines that it crosses.
func (g *Grid) Rule(r Rect, y int, s Style) {
	for x := r.X; x < r.Right(); x++ {
		g.join(x, y, east|west, s)
	}
}

// Box draws a rounded frame around the inside of r and writes the title into
// its upper edge. It covers what was there.
func (g *Grid) Box(r Rect, s Style, title string, ts Style) {
	if r.W < 2 || r.H < 2 {
		return
	}
	x, y := r.Right()-1, r.Bottom()-1
	for i := r.X + 1; i < x; i++ {
		g.Set(i, r.Y, '─', s)
		g.Set(i, y, '─', s)
	}
	for j := r.Y + 1; j < y; j++ {
		g.Set(r.X, j, '│', s)
		g.Set(x, j, '│', s)
	}
	g.Set(r.X, r.Y, '╭', s)
	g.Set(x, r.Y, '╮', s)
	g.Set(r.X, y, '╰', s)
	g.Set(x, y, '╯', s)
	if title != "" && r.W > 6 {
		g.Set(r.X+2, r.Y, ' ', s)
		n := g.Text(r.X+3, r.Y, title, ts, r.W-6)
		g.Set(r.X+3+n, r.Y, ' ', s)
	}
}
