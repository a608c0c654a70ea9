package grid

// Dirs are the directions in which a box-drawing line leaves its cell.
type Dirs uint8

const (
	North Dirs = 1 << iota
	East
	South
	West
)

// lines maps directions to the rune that has exactly these.
var lines = [16]rune{
	0: ' ', North: '│', South: '│', North | South: '│',
	East: '─', West: '─', East | West: '─',
	East | South: '╭', West | South: '╮', East | North: '╰', West | North: '╯',
	North | South | East: '├', North | South | West: '┤',
	East | West | South: '┬', East | West | North: '┴',
	North | East | South | West: '┼',
}

// Line is the rune of a line that leaves its cell in these directions.
func Line(d Dirs) rune { return lines[d&15] }

// dirsOf is Line read backwards.
func dirsOf(r rune) Dirs {
	for d := Dirs(15); d > 0; d-- {
		if lines[d] == r {
			return d
		}
	}
	return 0
}

// join adds line directions to a cell: a line that meets another one becomes a
// corner, a branch or a crossing.
func (g *Grid) join(x, y int, d Dirs, s Style) {
	if x < 0 || y < 0 || x >= g.w || y >= g.h {
		return
	}
	c := &g.cells[y*g.w+x]
	if c.r >= 0x2500 && c.r < 0x2580 {
		d |= dirsOf(c.r)
	}
	*c = cell{Line(d), s}
}

// HLine draws a horizontal line of w cells that joins what it meets. Its ends
// reach only inwards, so it joins a line that it ends on as a branch.
func (g *Grid) HLine(x, y, w int, s Style) {
	for i := range w {
		d := East | West
		if w > 1 && i == 0 {
			d = East
		}
		if w > 1 && i == w-1 {
			d = West
		}
		g.join(x+i, y, d, s)
	}
}

// VLine draws a vertical line of h cells that joins what it meets.
func (g *Grid) VLine(x, y, h int, s Style) {
	for i := range h {
		d := North | South
		if h > 1 && i == 0 {
			d = South
		}
		if h > 1 && i == h-1 {
			d = North
		}
		g.join(x, y+i, d, s)
	}
}

// Rule draws a horizontal line through the whole width of r at row y, as a
// separator; it joins vertical lines that it crosses.
func (g *Grid) Rule(r Rect, y int, s Style) {
	for x := r.X; x < r.Right(); x++ {
		g.join(x, y, East|West, s)
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
	if title == "" || r.W < 5 {
		return
	}
	at, room := r.X+3, r.W-6
	if Width(title) > room {
		at, room = r.X+2, r.W-4
	}
	if Width(title) > room { // the whole title before the spaces around it
		g.Text(r.X+1, r.Y, title, ts, r.W-2)
		return
	}
	g.Set(at-1, r.Y, ' ', s)
	n := g.Text(at, r.Y, title, ts, room)
	g.Set(at+n, r.Y, ' ', s)
}
