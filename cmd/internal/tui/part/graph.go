package part

import (
	"slices"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// graph is what is to be laid out: boxes and the wires between them.
type graph struct {
	links []view.Link // of the picture
	nodes []node
	wires []wire
	quiet []wire // not drawn, as nothing has crossed them; their words have room
}

// node is one box of the graph.
type node struct {
	inst  sim.Instance
	box   int // index into Picture.Boxes; -1 for a caller from outside
	layer int
	queue sim.LinkID // the node is not a service but the queue of this link; "" = it is none
	topic string     // the node is not a service but this topic; "" = it is none
	rows  int        // of a topic: what it lists

	twin   bool // of a queue: another one is for the same service
	weight int
}

// title is what stands on the edge of a box.
func (n node) title() string {
	switch {
	case n.queue != "":
		return string(n.queue)
	case n.topic != "":
		return n.topic
	default:
		return n.inst.String()
	}
}

// kept reports whether a node is not a service, but where messages are kept.
func (n node) kept() bool { return n.queue != "" || n.topic != "" }

// wire is one link between two boxes. Where a service has several instances
// its link has a wire to each of them.
type wire struct {
	link     int    // index into Picture.Links
	by       string // the transport
	from, to int    // indices into nodes
	back     bool
	quiet    bool    // it takes part in the layout, but is not drawn: nothing has crossed it
	path     []point // from the caller's side to the called side
	seg      label   // the piece where its texts stand
	queue    int     // where on path it goes through a queue; 0 = it does not
	into     int     // the last cell of path before that queue
	dots     float64 // how many dots a second it shows as flow; 0 = not yet chosen
}

// point is a cell of a path.
type point struct{ x, y int }

// graphOf makes the graph of what show names; nil shows everything. With queues,
// those are boxes too.
func graphOf(p *view.Picture, show []string, queues bool) *graph {
	g := &graph{links: p.Links}
	shown := func(service string) bool { return show == nil || slices.Contains(show, service) }
	at := map[string][]int{} // service → its nodes
	for i, b := range p.Boxes {
		if s := b.Instance.Service; shown(s) && b.Kind != view.Broker {
			at[s] = append(at[s], len(g.nodes))
			g.nodes = append(g.nodes, node{inst: b.Instance, box: i, weight: weightOf(&p.Boxes[i], len(at[s]) == 1)})
		}
	}
	g.topics(p, at, show)
	for i, l := range p.Links {
		from, to := l.ID.From(), l.ID.To()
		if at[to] == nil || from == to || p.Topic(from) != nil || p.Topic(to) != nil {
			continue
		}
		if g.unused(&l) {
			if at[from] != nil {
				before := len(g.wires)
				g.connect(i, at[from], at[to])
				for k := range g.wires[before:] {
					g.wires[before+k].quiet = true
				}
			}
			continue
		}
		if at[from] == nil && show == nil {
			at[from] = []int{len(g.nodes)}
			g.nodes = append(g.nodes, node{inst: sim.Instance{Service: from, N: 1}, box: -1, weight: usualBox})
		}
		if !queues || !queued(l.Transport) {
			g.connect(i, at[from], at[to])
			continue
		}
		q := []int{len(g.nodes)}
		g.nodes = append(g.nodes, node{box: -1, queue: l.ID, weight: weightOfQueue(queueIn(p, l.ID))})
		g.connect(i, at[from], q)
		g.connect(i, q, at[to])
	}
	for i := range g.nodes {
		n := &g.nodes[i]
		n.twin = n.queue != "" && slices.ContainsFunc(g.nodes, func(o node) bool { return o.queue != "" && o.queue != n.queue && o.queue.To() == n.queue.To() })
	}
	return g
}

// connect adds the wires of one link. A link between many instances on both
// sides is drawn from the first caller only, so that lines stay readable.
func (g *graph) connect(link int, from, to []int) {
	if len(from) > 1 && len(to) > 1 {
		from = from[:1]
	}
	for _, f := range from {
		for _, t := range to {
			g.wires = append(g.wires, wire{link: link, by: g.links[link].Transport, from: f, to: t})
		}
	}
}

// layers puts every box one layer beyond the farthest of its callers. A wire
// that would close a circle counts the other way round.
func (g *graph) layers() {
	out := make([][]int, len(g.nodes))
	for i, w := range g.wires {
		out[w.from] = append(out[w.from], i)
	}
	order := g.fromCallers(out)
	for _, n := range order {
		for _, i := range out[n] {
			if w := g.wires[i]; !w.back {
				g.nodes[w.to].layer = max(g.nodes[w.to].layer, g.nodes[n].layer+1)
			}
		}
	}
	for _, w := range g.wires {
		if w.quiet {
			g.quiet = append(g.quiet, w)
		}
	}
	g.wires = slices.DeleteFunc(g.wires, func(w wire) bool { return w.quiet })
	g.turn()
}

// turn marks the wires that lead to the left.
func (g *graph) turn() {
	for i, w := range g.wires {
		g.wires[i].back = g.nodes[w.from].layer > g.nodes[w.to].layer
	}
}

// bothWays reports whether at one side of a box wires lead both there and back.
func (g *graph) bothWays(n int) bool {
	var right, left, rightBack, leftBack bool
	for _, w := range g.wires {
		right = right || w.from == n && !w.back
		left = left || w.to == n && !w.back
		rightBack = rightBack || w.to == n && w.back
		leftBack = leftBack || w.from == n && w.back
	}
	return right && rightBack || left && leftBack
}

// fold turns a chain that is longer than there are columns back at the last one,
// so that all of it stays in view:
//
//	client ──▶ order ──▶ order-created ──▶ inventory
//	           desk ◀─── stock-changed ◀──────╯
//
// A box that would stand in one column with somebody it talks to goes on to the
// left of that; what finds no column is hidden.
func (g *graph) fold(columns int) {
	var long []int
	for n, nd := range g.nodes {
		if nd.layer >= columns {
			long = append(long, n)
		}
	}
	slices.SortStableFunc(long, func(a, b int) int { return g.nodes[a].layer - g.nodes[b].layer })
	for _, n := range long {
		for l := 2*(columns-1) - g.nodes[n].layer; l >= 0; l-- {
			if !g.talks(n, l) {
				g.nodes[n].layer = l
				break
			}
		}
	}
	g.turn()
}

// talks reports whether a box has a wire to or from another one of a layer.
func (g *graph) talks(n, layer int) bool {
	return slices.ContainsFunc(g.wires, func(w wire) bool {
		return w.from == n && w.to != n && g.nodes[w.to].layer == layer || w.to == n && w.from != n && g.nodes[w.from].layer == layer
	})
}

// fromCallers orders the boxes so that callers come before whom they call, and
// marks the wires that close a circle.
func (g *graph) fromCallers(out [][]int) []int {
	const (
		fresh = iota
		open
		closed
	)
	state := make([]uint8, len(g.nodes))
	var order []int
	var visit func(n int)
	visit = func(n int) {
		state[n] = open
		for _, i := range out[n] {
			switch to := g.wires[i].to; state[to] {
			case fresh:
				visit(to)
			case open:
				g.wires[i].back = true
			}
		}
		state[n] = closed
		order = append(order, n)
	}
	called := make([]bool, len(g.nodes))
	for _, w := range g.wires {
		called[w.to] = true
	}
	for n := range g.nodes { // those that nobody calls first
		if !called[n] && state[n] == fresh {
			visit(n)
		}
	}
	for n := range g.nodes {
		if state[n] == fresh {
			visit(n)
		}
	}
	slices.Reverse(order)
	return order
}

// keep removes all boxes but those that keep says yes to, with their wires, and
// returns the names of what was removed.
func (g *graph) keep(keep func(n int) bool) []string {
	var gone []string
	at := make([]int, len(g.nodes))
	kept := g.nodes[:0:0]
	for i, n := range g.nodes {
		at[i] = -1
		if keep(i) {
			at[i] = len(kept)
			kept = append(kept, n)
		} else {
			gone = append(gone, n.title())
		}
	}
	for _, wires := range [...]*[]wire{&g.wires, &g.quiet} {
		left := (*wires)[:0:0]
		for _, w := range *wires {
			if at[w.from] >= 0 && at[w.to] >= 0 {
				w.from, w.to = at[w.from], at[w.to]
				left = append(left, w)
			}
		}
		*wires = left
	}
	g.nodes = kept
	return gone
}

// depth is the number of layers.
func (g *graph) depth() int {
	d := 0
	for _, n := range g.nodes {
		d = max(d, n.layer+1)
	}
	return d
}
