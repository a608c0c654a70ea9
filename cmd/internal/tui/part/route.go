package part

import (
	"slices"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
)

// channel is the room between two columns: cells x to end-1.
type channel struct{ x, end int }

// route gives every wire its path. x holds the left edge of each column, w its
// width.
func (c *columns) route(g *graph, x, w []int) {
	for k := range c.hops {
		ch := channel{x[k] + w[k], x[k+1]}
		turns := c.tracks(k, ch, func(h hop) int { return g.wires[h.wire].link })
		for i, h := range c.hops[k] {
			from, to := c.rows(k, h)
			wr := &g.wires[h.wire]
			wr.path = append(wr.path, bend(ch, turns[i], from, to)...)
			if c.items[k+1][h.right].node < 0 {
				wr.path = straight(wr.path, x[k+1], x[k+1]+w[k+1]-1, to)
			}
		}
	}
	for i := range g.wires {
		if g.wires[i].back {
			slices.Reverse(g.wires[i].path)
		}
	}
}

// bend goes right to column turn, up or down, and right to the end.
func bend(ch channel, turn, from, to int) []point {
	if from == to {
		return straight(nil, ch.x, ch.end-1, from)
	}
	path := straight(nil, ch.x, turn, from)
	step := 1
	if to < from {
		step = -1
	}
	for y := from + step; y != to; y += step {
		path = append(path, point{turn, y})
	}
	return straight(path, turn, ch.end-1, to)
}

func straight(path []point, from, to, y int) []point {
	for x := from; x <= to; x++ {
		path = append(path, point{x, y})
	}
	return path
}

// mark is one cell of the drawn lines.
type mark struct {
	point
	r rune
}

// marks merges the paths of all wires into lines. Where wires only cross, and none
// turns, one passes behind the other: that is no junction.
//
//	  │
//	──│──
//	  │
func marks(wires []wire) []mark {
	dirs, turned := map[point]grid.Dirs{}, map[point]bool{}
	for _, w := range wires {
		for i, p := range w.path {
			d := opposite(p, w.path)
			if i > 0 {
				d = towards(p, w.path[i-1])
			}
			if i+1 < len(w.path) {
				d |= towards(p, w.path[i+1])
			}
			dirs[p] |= d
			turned[p] = turned[p] || d != grid.East|grid.West && d != grid.North|grid.South
		}
	}
	out := make([]mark, 0, len(dirs))
	for p, d := range dirs {
		if d == grid.East|grid.West|grid.North|grid.South && !turned[p] {
			d = grid.North | grid.South
		}
		out = append(out, mark{p, grid.Line(d)})
	}
	return out
}

func towards(p, q point) grid.Dirs {
	switch {
	case q.x > p.x:
		return grid.East
	case q.x < p.x:
		return grid.West
	case q.y > p.y:
		return grid.South
	case q.y < p.y:
		return grid.North
	default:
		return 0
	}
}

// opposite is where a path comes from: the box at its beginning.
func opposite(p point, path []point) grid.Dirs {
	if len(path) > 1 && path[1].x < p.x {
		return grid.East
	}
	return grid.West
}
