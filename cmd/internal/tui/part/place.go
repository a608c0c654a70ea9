package part

import (
	"cmp"
	"math"
	"slices"
)

// item is what stands in a column: a box, or the place where a wire passes
// through the column on its way to a farther one.
type item struct {
	node int // -1 for a passing wire
	h, y int // rows, and the first of them
}

// port is the row at which wires meet an item.
func (it item) port() int { return it.y + (it.h-1)/2 }

// second is the row below it, where there is one. Wires that would run into others
// at their port meet the item there.
func (it item) second() int {
	if it.h == 2 || it.h > 3 {
		return it.port() + 1
	}
	return it.port()
}

// hop is the piece of a wire between two neighbouring columns.
type hop struct {
	wire        int
	left, right int // items of the two columns
	back        bool
	apart       bool // it meets the item it leads to at another row than the others
}

// rows are those in which a hop begins and ends.
func (c *columns) rows(k int, h hop) (left, right int) {
	from, to := c.items[k][h.left], c.items[k+1][h.right]
	switch {
	case h.back && h.apart:
		return from.port(), to.second()
	case h.back:
		return from.second(), to.second()
	case h.apart:
		return from.port(), to.second()
	default:
		return from.port(), to.port()
	}
}

// columns are the layers as they stand side by side.
type columns struct {
	items [][]item
	hops  [][]hop // hops[c] lead from column c to column c+1
}

// columnsOf sorts boxes of h rows into columns and lets long wires pass. With
// large, queues and topics keep their rows however low the other boxes are. With
// apart, boxes have a second row for wires that would run into others.
func columnsOf(g *graph, h int, large, apart bool) *columns {
	n := g.depth()
	c := &columns{items: make([][]item, n), hops: make([][]hop, max(n-1, 0))}
	at := make([]int, len(g.nodes))
	for i, nd := range g.nodes {
		at[i] = len(c.items[nd.layer])
		c.items[nd.layer] = append(c.items[nd.layer], item{node: i, h: nd.height(h, large)})
	}
	for i, w := range g.wires {
		a, b := w.from, w.to
		if w.back {
			a, b = b, a
		}
		from, to := g.nodes[a].layer, g.nodes[b].layer
		if from == to {
			continue
		}
		left := at[a]
		for l := from; l < to; l++ {
			right := at[b]
			if l+1 < to {
				right = len(c.items[l+1])
				c.items[l+1] = append(c.items[l+1], item{node: -1, h: 1})
			}
			c.hops[l] = append(c.hops[l], hop{i, left, right, w.back, false})
			left = right
		}
	}
	if apart {
		c.apart(g)
	}
	return c
}

// heights are the rows of each of n boxes.
func (c *columns) heights(n int) []int {
	all := make([]int, n)
	for _, items := range c.items {
		for _, it := range items {
			if it.node >= 0 {
				all[it.node] = it.h
			}
		}
	}
	return all
}

// apart gives items a second row where wires lead there and back at one side, and
// where a wire would run into one of an item from which several go out: then
// neither would have a piece of its own.
func (c *columns) apart(g *graph) {
	for k, hops := range c.hops {
		for _, back := range [...]bool{false, true} {
			from, to := func(h hop) int { return h.left }, func(h hop) int { return h.right }
			items := c.items[k+1]
			if back {
				from, to, items = to, from, c.items[k]
			}
			out, in, many := map[int]int{}, map[int]int{}, map[int]bool{}
			for _, h := range hops {
				if h.back == back {
					out[from(h)]++
					in[to(h)]++
				}
			}
			for _, h := range hops {
				many[to(h)] = many[to(h)] || h.back == back && out[from(h)] > 1
			}
			for i, h := range hops {
				if it := &items[to(h)]; h.back == back && in[to(h)] > 1 && many[to(h)] && out[from(h)] == 1 && it.node >= 0 {
					hops[i].apart = true
					it.widen()
				}
			}
		}
	}
	for _, items := range c.items {
		for i, it := range items {
			if it.node >= 0 && g.bothWays(it.node) {
				items[i].widen()
			}
		}
	}
}

// widen makes room for a second row at which wires meet an item.
func (it *item) widen() {
	if it.h == 1 || it.h == 3 {
		it.h++
	}
}

// tallest is the number of rows that the fullest column needs with a gap
// between its items.
func (c *columns) tallest(gap int) int {
	most := 0
	for _, items := range c.items {
		most = max(most, rowsOf(items, gap))
	}
	return most
}

func rowsOf(items []item, gap int) int {
	rows := gap * max(len(items)-1, 0)
	for _, it := range items {
		rows += it.h
	}
	return rows
}

// order sorts each column so that few wires cross: every item goes to the mean
// place of its neighbours, over and back a few times (barycentre heuristic,
// Sugiyama, Tagawa and Toda 1981).
func (c *columns) order() {
	for pass := range 4 {
		for k := 1; k < len(c.items); k++ {
			if pass%2 == 0 {
				c.sort(k, k-1)
			} else {
				c.sort(len(c.items)-1-k, len(c.items)-k)
			}
		}
	}
}

// sort orders column k by its neighbours in column by.
func (c *columns) sort(k, by int) {
	want := c.means(k, by, func(_, i int) float64 { return float64(i) })
	perm := make([]int, len(want))
	for i := range perm {
		perm[i] = i
	}
	slices.SortStableFunc(perm, func(a, b int) int { return cmp.Compare(want[a], want[b]) })
	to, items := make([]int, len(perm)), make([]item, len(perm))
	for i, old := range perm {
		to[old], items[i] = i, c.items[k][old]
	}
	c.items[k] = items
	for i := range c.hops {
		for j := range c.hops[i] {
			if i == k {
				c.hops[i][j].left = to[c.hops[i][j].left]
			}
			if i+1 == k {
				c.hops[i][j].right = to[c.hops[i][j].right]
			}
		}
	}
}

// means is, for every item of column k, the mean of value over its neighbours
// in the column by; an item without neighbours has its own value.
func (c *columns) means(k, by int, value func(col, i int) float64) []float64 {
	sum, n := make([]float64, len(c.items[k])), make([]float64, len(c.items[k]))
	for _, h := range c.hops[min(k, by)] {
		a, b := h.left, h.right
		if k > by {
			a, b = b, a
		}
		sum[a] += value(by, b)
		n[a]++
	}
	for i := range sum {
		if n[i] > 0 {
			sum[i] /= n[i]
		} else {
			sum[i] = value(k, i)
		}
	}
	return sum
}

// place gives every item its rows within height: near the middle of its
// neighbours, in order, at least gap apart.
func (c *columns) place(height, gap int) {
	for k := range c.items {
		y := (height - rowsOf(c.items[k], gap)) / 2
		for i := range c.items[k] {
			c.items[k][i].y = y
			y += c.items[k][i].h + gap
		}
	}
	port := func(col, i int) float64 { return float64(c.items[col][i].port()) }
	for pass := range 4 {
		for k := 1; k < len(c.items); k++ {
			col, by := k, k-1
			if pass%2 == 1 {
				col, by = len(c.items)-1-k, len(c.items)-k
			}
			settle(c.items[col], c.means(col, by, port), height, gap)
		}
	}
}

// settle moves the items of one column as near to the wanted ports as their
// order, their gaps and the height allow (isotonic regression by pooling
// adjacent violators).
func settle(items []item, ports []float64, height, gap int) {
	type pool struct {
		sum  float64
		n, k int // members, and the first of them
	}
	var pools []pool
	offset, offsets := 0, make([]int, len(items))
	for i, it := range items {
		offsets[i] = offset
		pools = append(pools, pool{ports[i] - float64((it.h-1)/2) - float64(offset), 1, i})
		offset += it.h + gap
		for n := len(pools); n > 1 && pools[n-2].sum/float64(pools[n-2].n) > pools[n-1].sum/float64(pools[n-1].n); n = len(pools) {
			pools[n-2].sum += pools[n-1].sum
			pools[n-2].n += pools[n-1].n
			pools = pools[:n-1]
		}
	}
	free := max(height-(offset-gap), 0)
	for _, p := range pools {
		z := min(max(int(math.Round(p.sum/float64(p.n))), 0), free)
		for i := p.k; i < p.k+p.n; i++ {
			items[i].y = offsets[i] + z
		}
	}
}
