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
		at, last := c.tracks(k, ch)
		for _, h := range c.hops[k] {
			from, to := c.items[k][h.left], c.items[k+1][h.right]
			wr := &g.wires[h.wire]
			wr.path = append(wr.path, bend(ch, at[h.left], from.port(), to.port())...)
			if to.node < 0 {
				wr.path = straight(wr.path, x[k+1], x[k+1]+w[k+1]-1, to.port())
			}
			wr.seg = label{last, to.port(), ch.end - last, last > ch.x}
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

// tracks chooses, for every item of column k that has wires to the right, the
// column in which they turn. Wires of one item share it; wires of different
// items whose rows overlap do not. Last is the first column beyond all turns.
func (c *columns) tracks(k int, ch channel) (turn map[int]int, last int) {
	type trunk struct{ item, from, to, home int } // rows, and the row it starts in
	var trunks []trunk
	index := map[int]int{}
	for _, h := range c.hops[k] {
		src, dst := c.items[k][h.left].port(), c.items[k+1][h.right].port()
		i, ok := index[h.left]
		if !ok {
			i, index[h.left] = len(trunks), len(trunks)
			trunks = append(trunks, trunk{h.left, src, src, src})
		}
		trunks[i].from, trunks[i].to = min(trunks[i].from, dst), max(trunks[i].to, dst)
	}
	// A wire that leaves downwards turns before those below it, so that it
	// does not cross their beginnings; upwards the other way round.
	slices.SortStableFunc(trunks, func(a, b trunk) int {
		if a.to > a.home && b.to > b.home {
			return b.home - a.home
		}
		return a.home - b.home
	})
	first := 1
	if ch.end-ch.x > 12 {
		first = 2
	}
	turn, last = map[int]int{}, ch.x
	ends := []trunk(nil)
	lane := make([]int, len(trunks))
	for i, t := range trunks {
		for j, u := range ends {
			if t.from <= u.to && u.from <= t.to {
				lane[i] = max(lane[i], lane[j]+1)
			}
		}
		ends = append(ends, t)
		turn[t.item] = min(ch.x+first+2*lane[i], max(ch.end-4, ch.x))
		if t.from != t.to {
			last = max(last, turn[t.item]+1)
		}
	}
	return turn, last
}

// mark is one cell of the drawn lines.
type mark struct {
	point
	r rune
}

// marks merges the paths of all wires into lines.
func marks(wires []wire) []mark {
	dirs := map[point]grid.Dirs{}
	for _, w := range wires {
		for i, p := range w.path {
			if i > 0 {
				dirs[p] |= towards(p, w.path[i-1])
			} else {
				dirs[p] |= opposite(p, w.path)
			}
			if i+1 < len(w.path) {
				dirs[p] |= towards(p, w.path[i+1])
			}
		}
	}
	out := make([]mark, 0, len(dirs))
	for p, d := range dirs {
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
