package part

import "slices"

// side is one row of an item at which wires meet it: of those that lead there, or
// back, or apart from the others.
type side struct {
	item        int
	back, apart bool
}

func (h hop) leftSide() side  { return side{h.left, h.back, h.back && h.apart} }
func (h hop) rightSide() side { return side{h.right, h.back, !h.back && h.apart} }

// trunk is the upright piece that the wires of one side share: of one to the left
// that leads to several, or of one to the right that several lead to. The latter
// turn late.
type trunk struct {
	side
	late bool
}

// way is a hop as it is drawn through its channel.
type way struct {
	hop
	link     int
	from, to int // rows
	trunk    int // -1 for a straight one
}

// mostTried is for how many trunks all orders are tried.
const mostTried = 5

// tracks chooses for every hop of column k the column in which it turns. Wires
// that leave one item turn together at once, wires that only meet at one item
// turn together just before it: so each has a piece of line that is its own. Of
// all orders of the trunks the one is taken in which wires run into each other
// least.
func (c *columns) tracks(k int, ch channel, link func(hop) int) []int {
	hops := c.hops[k]
	out, in := map[side]int{}, map[side]int{}
	for _, h := range hops {
		out[h.leftSide()]++
		in[h.rightSide()]++
	}
	var trunks []trunk
	ways := make([]way, len(hops))
	for i, h := range hops {
		w := way{hop: h, link: link(h), trunk: -1}
		w.from, w.to = c.rows(k, h)
		t := trunk{h.leftSide(), false}
		if in[h.rightSide()] > 1 && out[h.leftSide()] == 1 {
			t = trunk{h.rightSide(), true}
		}
		if w.from != w.to {
			if w.trunk = slices.Index(trunks, t); w.trunk < 0 {
				w.trunk, trunks = len(trunks), append(trunks, t)
			}
		}
		ways[i] = w
	}
	order := make([]int, 0, len(trunks))
	for _, late := range [...]bool{false, true} {
		for i, t := range trunks {
			if t.late == late {
				order = append(order, i)
			}
		}
	}
	best := trunkColumns(order, trunks, ch)
	if least := clash(ways, best, ch); len(trunks) <= mostTried && least > 0 {
		permute(order, 0, func(o []int) {
			at := trunkColumns(o, trunks, ch)
			if n := clash(ways, at, ch); n < least {
				best, least = at, n
			}
		})
	}
	turns := make([]int, len(hops))
	for i, w := range ways {
		turns[i] = ch.x
		if w.trunk >= 0 {
			turns[i] = best[w.trunk]
		}
	}
	return turns
}

// trunkColumns places trunks in an order: the early ones, and all left of them, at the
// left, the rest at the right, a cell apart where there is room.
func trunkColumns(order []int, trunks []trunk, ch channel) []int {
	at := make([]int, len(trunks))
	first, gap, last := 1, 2, ch.end-3 // before the arrowhead
	if ch.end-ch.x > 12 {
		first = 2
	}
	if ch.x+first+2*(len(order)-1) > last {
		first, gap = 1, 1
	}
	lefts := 0
	for i, t := range order {
		if !trunks[t].late {
			lefts = i + 1
		}
	}
	for i, t := range order {
		if i < lefts {
			at[t] = min(ch.x+first+gap*i, max(ch.end-4, ch.x))
		} else {
			at[t] = max(last+1-first-gap*(len(order)-1-i), ch.x)
		}
	}
	return at
}

// permute calls f with every order of all from i on.
func permute(all []int, i int, f func([]int)) {
	if i == len(all) {
		f(all)
		return
	}
	for j := i; j < len(all); j++ {
		all[i], all[j] = all[j], all[i]
		permute(all, i+1, f)
		all[i], all[j] = all[j], all[i]
	}
}

// What is bad about wires in a channel, and how bad.
const (
	sharedCell  = 100 // of wires that meet nowhere: they look like one
	shortPiece  = 10  // a cell less of a piece of its own
	crossedCell = 1
	goodPiece   = 7
)

// clash is how much the wires of a channel run into each other when their trunks
// stand in these columns.
func clash(ways []way, at []int, ch channel) (n int) {
	type use struct {
		way   int
		level bool
	}
	cells := map[point][]use{}
	paths := make([][]point, len(ways))
	for i, w := range ways {
		turn := ch.x
		if w.trunk >= 0 {
			turn = at[w.trunk]
		}
		paths[i] = bend(ch, turn, w.from, w.to)
		for _, p := range paths[i] {
			level := p.y == w.from && p.x != turn || p.y == w.to && p.x != turn || w.from == w.to
			for _, u := range cells[p] {
				o := ways[u.way]
				switch {
				case o.link == w.link || o.leftSide() == w.leftSide() || o.rightSide() == w.rightSide():
				case u.level != level && p.y != w.from && p.y != w.to || u.level != level && p.y != o.from && p.y != o.to:
					n += crossedCell
				default:
					n += sharedCell
				}
			}
			cells[p] = append(cells[p], use{i, level})
		}
	}
	for i, w := range ways {
		own, run := 0, 0
		for _, p := range paths[i] {
			alone := !slices.ContainsFunc(cells[p], func(u use) bool { return ways[u.way].link != w.link })
			if alone && (p.y == w.from || p.y == w.to) {
				run++
			} else {
				run = 0
			}
			own = max(own, run)
		}
		n += max(min(goodPiece, ch.end-ch.x-1)-own, 0) * shortPiece
	}
	return n
}
