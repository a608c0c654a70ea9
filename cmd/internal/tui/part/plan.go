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
	made    bool
	need    need

	motions []motion // of the last drawing, kept for their capacity
	ways    []*wire
}

// Sizes of boxes.
const (
	minBoxW, maxBoxW = 12, 22
	countW           = 6 // a mark, and a count of three digits
	minChannel       = 7
	okChannel        = 8  // a time, and an arrowhead
	niceChannel      = 19 // a label, its time, and an arrowhead
	maxChannel       = 34
	queueW, topicW   = 20, 26
	roomy            = 22 // rows from which there is one more row in every box
)

// update makes the plan fit the picture.
func (p *Plan) update(pic *view.Picture, show []string, r grid.Rect) {
	if p.made && p.rect == r && slices.Equal(p.show, show) && p.same(pic) {
		return
	}
	*p = Plan{rect: r, show: slices.Clone(show), made: true, need: p.need, motions: p.motions, ways: p.ways}
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
	return max((width-2+minChannel)/(minBoxW+minChannel), 1)
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
	return slices.EqualFunc(p.topics, pic.Topics, func(f form, t view.Topic) bool { return f.is(pic, &t) })
}

// lay lays the graph out within r.
func (p *Plan) lay(g *graph, r grid.Rect) {
	most := mostColumns(r.W)
	p.hidden = g.keep(func(n int) bool { return g.nodes[n].layer < most })
	in := make([]int, most)
	p.hidden = append(p.hidden, g.keep(func(n int) bool {
		l := g.nodes[n].layer
		in[l]++
		return in[l] <= r.H
	})...)
	h, c := p.fit(g, r.H)
	c.order()
	c.place(r.H, c.gap(h, r.H))
	w, x := spread(g, r, h)
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
		w := &p.wires[i]
		w.seg.y += r.Y
		for j := range w.path {
			w.path[j].y += r.Y
		}
	}
	p.marks = marks(p.wires)
	p.through = p.throughQueues()
}

// fit finds the tallest boxes that fit; where even rows of one do not, boxes
// are left out from the end of the fullest column.
func (p *Plan) fit(g *graph, height int) (int, *columns) {
	for _, h := range []int{6, 5, 4, 3} {
		if h == 6 && height < roomy {
			continue // calm before full
		}
		if c := columnsOf(g, h, true); c.tallest(1) <= height {
			return h, c
		}
	}
	if c := columnsOf(g, 1, true); c.tallest(0) <= height {
		return 1, c
	}
	for {
		c := columnsOf(g, 1, false)
		if c.tallest(0) <= height || len(g.nodes) == 0 {
			return 1, c
		}
		last, most := len(g.nodes)-1, 0
		for _, items := range c.items {
			if rows := rowsOf(items, 0); rows > most {
				last, most = -1, rows
				for _, it := range items {
					last = max(last, it.node)
				}
			}
		}
		if last < 0 { // nothing but passing wires
			last = len(g.nodes) - 1
		}
		p.hidden = append(p.hidden, g.keep(func(n int) bool { return n != last })...)
	}
}

// gap is how far the boxes of the fullest column can stand apart.
func (c *columns) gap(h, height int) int {
	if h == 1 {
		return 0
	}
	gap := 1
	for gap < 6 && c.tallest(gap+1) <= height {
		gap++
	}
	return gap
}

// spread chooses the width of boxes of height h in each column, and its left
// edge. In boxes of one row the counts stand beside the name; those of queues and
// topics are wider where there is room.
func spread(g *graph, r grid.Rect, h int) (w, x []int) {
	n := max(g.depth(), 1)
	name := 0
	for _, nd := range g.nodes {
		name = max(name, grid.Width(nd.title()))
	}
	if h == 1 {
		name += countW
	}
	least, best := max(name+4, minBoxW), max(name+6, 18)
	each := (r.W - 2 - (n-1)*niceChannel) / n
	each = max(min(max(each, least), best, maxBoxW, (r.W-2-(n-1)*okChannel)/n), minBoxW)
	w = slices.Repeat([]int{each}, n)
	free := r.W - 2 - n*each - (n-1)*okChannel
	for _, nd := range g.nodes {
		want := 0
		switch {
		case nd.topic != "":
			want = topicW
		case nd.queue != "":
			want = queueW
		}
		if more := min(want-w[nd.layer], free/2); more > 0 {
			w[nd.layer] += more
			free -= more
		}
	}
	ch, all := 0, 0
	for _, wide := range w {
		all += wide
	}
	if n > 1 {
		ch = min((r.W-2-all)/(n-1), maxChannel)
	}
	left := r.X + (r.W-all-(n-1)*ch)/2
	for k := range n {
		x = append(x, left)
		left += w[k] + ch
	}
	return w, x
}

// more says what found no room: "and 18 more: a, b, c".
func (p *Plan) more() string {
	if len(p.hidden) == 0 {
		return ""
	}
	return "and " + strconv.Itoa(len(p.hidden)) + " more: " + strings.Join(p.hidden, ", ")
}
