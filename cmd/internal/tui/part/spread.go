package part

import (
	"slices"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// Widths of boxes, and of the channels between them where the wires are.
const (
	minBoxW, maxBoxW = 12, 26
	queueW, topicW   = 20, 26
	pillChannel      = 5  // a turn, and an arrowhead
	manyChannel      = 7  // turns of several wires, and an arrowhead
	okChannel        = 8  // a time, and an arrowhead
	plainChannel     = 12 // a transport, and an arrowhead
	niceChannel      = 19 // a label, its time, and an arrowhead
	maxChannel       = 34
	countCells       = 6 // a blank, a sign and a number
)

// spread chooses the width of boxes of height h in each column, and its left
// edge; tall are the rows of each box. First every name has room, then every channel a label, then boxes grow
// together; queues and topics are wider where there is room.
func spread(g *graph, r grid.Rect, h int, tall []int) (w, x []int) {
	room := r.W - 2
	w, channels := names(g, tall, 4, 2*countCells), channels(g)
	limit(channels, okChannel, room-sum(w))
	for _, counts := range [...]int{countCells, 0} { // names before counts
		if sum(w) > room-sum(channels) {
			w = names(g, tall, 4, counts)
		}
	}
	limit(channels, manyChannel, room-sum(w)) // and before the words of wires
	if sum(w) > room-sum(channels) {
		w = names(g, tall, 2, 0) // and before what surrounds them
	}
	limit(w, minBoxW, room-sum(channels))
	limit(channels, pillChannel, room-sum(w))
	grow(w, minBoxW, room-sum(w)-sum(channels))
	nice := niceChannel
	if h == 1 {
		nice = plainChannel // the numbers of a box are in its row
	}
	grow(w, maxBoxW, room-sum(w)-len(channels)*nice)
	free := room - sum(w) - sum(channels)
	for _, nd := range g.nodes {
		want := 0
		switch {
		case nd.topic != "":
			want = topicW
		case nd.queue != "":
			want = max(queueW, grid.Width(nd.title())+4)
		}
		if more := min(want-w[nd.layer], free/2); more > 0 {
			w[nd.layer] += more
			free -= more
		}
	}
	widen(channels, free)
	left := r.X + (r.W-sum(w)-sum(channels))/2
	for k := range w {
		x = append(x, left)
		left += w[k]
		if k < len(channels) {
			left += channels[k]
		}
	}
	return w, x
}

// names are the widths that the longest name of each column needs, with so many
// cells around it. In boxes of one row counts of so many cells stand beside the name, and of a queue always its own and a number.
func names(g *graph, tall []int, around, counts int) []int {
	w := make([]int, max(g.depth(), 1))
	for n, nd := range g.nodes {
		need := grid.Width(nd.title()) + around
		if nd.queue != "" {
			need = grid.Width(nd.ends()) + around
		}
		switch low := tall[n] < 3; {
		case !low && !nd.kept():
			need = max(need, minBoxW-4) // of a short name the rest is cut first
		case !low:
		case nd.queue != "":
			need = grid.Width(nd.end()) + 8
		case nd.topic != "":
			need = grid.Width(nd.title()) + 6
		default:
			need = grid.Width(nd.title()) + 4 + counts
		}
		w[nd.layer] = max(w[nd.layer], need)
	}
	return w
}

// channels are the least widths between columns: wires in them say how they
// travel, and those of topics how far each group is behind. Boxes of one row have
// no other texts at their wires.
func channels(g *graph) []int {
	w := slices.Repeat([]int{pillChannel}, max(g.depth()-1, 0))
	for _, wr := range slices.Concat(g.wires, g.quiet) {
		a, b := &g.nodes[wr.from], &g.nodes[wr.to]
		k := max(min(a.layer, b.layer), 0)
		switch {
		case a.layer-b.layer != 1 && b.layer-a.layer != 1: // what passes a column has room enough
		case a.topic != "" && lab.Can(wr.by).Groups:
			w[k] = max(w[k], okChannel)
		case a.topic != "" || b.topic != "":
			w[k] = max(w[k], manyChannel)
		case a.queue == "":
			need := grid.Width(TransportWord(wr.by)) + 4 // a turn, and an arrowhead
			if far := g.links[wr.link].Distance; far != "" {
				need += grid.Width(far) + 3
			}
			w[k] = max(w[k], need)
		}
	}
	return w
}

// limit cuts the widest down, none below least, until all have room.
func limit(w []int, least, room int) {
	for len(w) > 0 && sum(w) > room {
		widest := slices.Index(w, slices.Max(w))
		if w[widest] <= least {
			return
		}
		w[widest]--
	}
}

// grow raises the narrowest together, so that they stay alike, up to most cells
// and as long as there is room.
func grow(w []int, most, room int) {
	for level := slices.Min(w) + 1; level <= most; level++ {
		below := 0
		for _, v := range w {
			below += max(level-v, 0)
		}
		if below > room {
			return
		}
		for k := range w {
			w[k] = max(w[k], level)
		}
		room -= below
	}
}

// widen shares free cells out among channels, the narrowest first.
func widen(channels []int, free int) {
	for ; free > 0 && len(channels) > 0; free-- {
		narrow := slices.Index(channels, slices.Min(channels))
		if channels[narrow] >= maxChannel {
			return
		}
		channels[narrow]++
	}
}

func sum(all []int) (n int) {
	for _, v := range all {
		n += v
	}
	return n
}
