package part

import (
	"slices"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Plan is a layout of boxes and links, and how dense the dots of flowing links
// are, kept between frames: it is made anew only when the boxes, the links or
// the rectangle change. The zero value is ready. It belongs to one goroutine.
type Plan struct {
	rect    grid.Rect
	show    []string
	boxes   []sim.Instance
	links   []shape
	topics  []form
	nodes   []node
	rects   []grid.Rect // of nodes
	wires   []wire
	through []wire // from a service through a queue to another, made of two wires each
	marks   []mark
	hidden  []string // boxes that found no room
	weights []int    // of all that could be there, where some are hidden
	bare    bool     // nothing stands below the boxes that could name the hidden
	told    int      // the row that does it then; 0 = none
	made    bool
	need    need

	motions []motion // of the last drawing, kept for their capacity
	ways    []*wire
}

// Sizes of a plan.
const (
	leastChannel = 7  // between columns, for as many of them as there are
	roomy        = 22 // rows from which there is one more row in every box
)

// update makes the plan fit the picture.
func (p *Plan) update(pic *view.Picture, show []string, r grid.Rect) {
	if p.made && p.rect == r && slices.Equal(p.show, show) && p.same(pic) {
		return
	}
	*p = Plan{bare: p.bare, rect: r, show: slices.Clone(show), made: true, need: p.need, motions: p.motions, ways: p.ways}
	for _, b := range pic.Boxes {
		p.boxes = append(p.boxes, b.Instance)
	}
	for i := range pic.Links {
		p.links = append(p.links, shapeOf(&pic.Links[i]))
	}
	p.topics = formsOf(pic)
	if r.W < minBoxW+2 || r.H < 1 {
		return
	}
	p.lay(graphWithin(pic, show, r.W), r)
	if len(p.hidden) > 0 && p.bare && r.H > 2 {
		p.hidden, p.told = nil, r.Bottom()-1
		room, _ := r.SplitBottom(1)
		p.lay(graphWithin(pic, show, r.W), room)
	}
	if len(p.hidden) > 0 {
		p.weights = weights(pic)
	}
}

// graphWithin is the graph with its layers, and with boxes for queues where
// there is room for all columns then.
func graphWithin(pic *view.Picture, show []string, width int) *graph {
	g := graphOf(pic, show, true)
	g.layers()
	if g.depth() <= mostColumns(width) {
		return g
	}
	g = graphOf(pic, show, false)
	g.layers()
	return g
}

// mostColumns is how many columns of boxes a width has room for.
func mostColumns(width int) int {
	return max((width-2+leastChannel)/(minBoxW+leastChannel), 1)
}

func (p *Plan) same(pic *view.Picture) bool {
	if len(p.boxes) != len(pic.Boxes) || len(p.links) != len(pic.Links) {
		return false
	}
	for i := range p.boxes {
		if p.boxes[i] != pic.Boxes[i].Instance {
			return false
		}
	}
	for i := range p.links {
		if p.links[i] != shapeOf(&pic.Links[i]) {
			return false
		}
	}
	if len(p.hidden) > 0 && !slices.Equal(p.weights, weights(pic)) {
		return false
	}
	return slices.EqualFunc(p.topics, pic.Topics, func(f form, t view.Topic) bool { return f.is(pic, &t) })
}

// lay lays the graph out within r.
func (p *Plan) lay(g *graph, r grid.Rect) {
	most := mostColumns(r.W)
	g.fold(most)
	p.hidden = g.keep(func(n int) bool { return g.nodes[n].layer < most })
	h, c := p.fit(g, r.H)
	c.order()
	c.place(r.H, c.gap(h, r.H))
	w, x := spread(g, r, h, c.heights(len(g.nodes)))
	c.route(g, x, w)
	p.nodes, p.wires = g.nodes, g.wires
	p.rects = make([]grid.Rect, len(g.nodes))
	for k, items := range c.items {
		for _, it := range items {
			if it.node >= 0 {
				p.rects[it.node] = grid.Rect{X: x[k], Y: r.Y + it.y, W: w[k], H: it.h}
			}
		}
	}
	for i := range p.wires {
		for j := range p.wires[i].path {
			p.wires[i].path[j].y += r.Y
		}
	}
	p.ownPieces()
	p.marks = marks(p.wires)
	p.through = p.throughQueues()
}

// fit finds the tallest boxes that fit. Where even rows of one do not, what matters
// least is left out.
func (p *Plan) fit(g *graph, height int) (int, *columns) {
	for _, h := range []int{6, 5, 4, 3} {
		if h == 6 && height < roomy {
			continue // calm before full
		}
		if c := columnsOf(g, h, true, true); c.tallest(leastGap(h)) <= height {
			return h, c
		}
	}
	for _, low := range [...]struct{ large, apart bool }{{true, true}, {true, false}, {false, true}} {
		if c := columnsOf(g, 1, low.large, low.apart); c.tallest(0) <= height {
			return 1, c
		}
	}
	for {
		c := columnsOf(g, 1, false, false)
		if c.tallest(0) <= height || len(g.nodes) == 0 {
			return 1, c
		}
		fullest := slices.MaxFunc(c.items, func(a, b []item) int { return rowsOf(a, 0) - rowsOf(b, 0) })
		least := -1
		for _, it := range fullest {
			if it.node >= 0 && (least < 0 || g.nodes[it.node].weight <= g.nodes[least].weight) {
				least = it.node
			}
		}
		if least < 0 { // nothing but passing wires
			least = len(g.nodes) - 1
		}
		p.hidden = append(p.hidden, g.keep(func(n int) bool { return n != least })...)
	}
}

// leastGap is how far boxes of height h must stand apart. Small ones may touch:
// the wire to the middle of one has a row above and a row below it for its texts.
func leastGap(h int) int {
	if h <= 3 {
		return 0
	}
	return 1
}

// gap is how far the boxes of the fullest column can stand apart.
func (c *columns) gap(h, height int) int {
	if h == 1 {
		return 0
	}
	gap := leastGap(h)
	for gap < 6 && c.tallest(gap+1) <= height {
		gap++
	}
	return gap
}

// more says what found no room: "and 18 more: a, b, c".
func (p *Plan) more() string {
	if len(p.hidden) == 0 {
		return ""
	}
	return "and " + strconv.Itoa(len(p.hidden)) + " more: " + strings.Join(p.hidden, ", ")
}
