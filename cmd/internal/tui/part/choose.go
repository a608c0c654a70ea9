package part

import (
	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/sim"
)

// target is a place on the stage that can be selected.
type target struct {
	what Selection
	at   grid.Rect
}

// targets lists what can be selected, later ones on top.
func (f *frame) targets() []target {
	var out []target
	if f.wide() {
		return f.pairTargets()
	}
	for i := range f.plan.wires {
		w := &f.plan.wires[i]
		if f.plan.nodes[w.from].queue != "" || f.plan.nodes[w.to].kept() && f.linkOf(w.to) == f.Picture.Links[w.link].ID {
			continue // what keeps its messages stands for it
		}
		out = append(out, target{Selection{Link: f.Picture.Links[w.link].ID}, grid.Rect{X: w.seg.x, Y: w.seg.y, W: w.seg.w, H: 1}})
	}
	for n, r := range f.plan.rects {
		if id := f.linkOf(n); id != "" {
			out = append(out, target{Selection{Link: id}, r})
			continue
		}
		out = append(out, target{Selection{Box: f.plan.nodes[n].inst}, r})
	}
	for _, s := range f.brokers() {
		out = append(out, target{Selection{Box: s.box.Instance}, s.at})
	}
	for i, h := range f.hops {
		w := f.ways[i]
		if w == nil || f.motions[i].phase == future || f.plan.rects[w.to].H < 3 || f.again(i) {
			continue
		}
		out = append(out, target{Selection{Span: h.Span}, grid.Rect{X: w.seg.x, Y: w.seg.y - 1, W: w.seg.w, H: 1}})
		if p := f.motions[i].phase; p == back || p == home || p == gone {
			out = append(out, target{Selection{Span: h.Span, Answer: true}, grid.Rect{X: w.seg.x, Y: w.seg.y + 1, W: w.seg.w, H: 1}})
		}
	}
	return out
}

// linkOf is the link that a box stands for where messages are kept: that of the
// queue, or that by which they get into the topic; "" for a service.
func (f *frame) linkOf(n int) sim.LinkID {
	nd := f.plan.nodes[n]
	if nd.topic == "" {
		return nd.queue
	}
	for i := range f.plan.wires {
		if w := &f.plan.wires[i]; w.to == n {
			return f.Picture.Links[w.link].ID
		}
	}
	return ""
}

// pairTargets are the targets of the large drawing.
func (f *frame) pairTargets() []target {
	p, w := f.pair(), &f.plan.wires[0]
	id := f.Picture.Links[w.link].ID
	out := []target{
		{Selection{Box: f.plan.nodes[w.from].inst}, p.left},
		{Selection{Box: f.plan.nodes[w.to].inst}, p.right},
	}
	lane := func(s Selection, a, b int) {
		out = append(out, target{s, grid.Rect{X: p.from, Y: min(a, b), W: p.to - p.from, H: 2}})
	}
	i := f.newest(id)
	if i < 0 {
		lane(Selection{Link: id}, p.request, p.requestText)
		lane(Selection{Link: id}, p.answer, p.answerText)
		return out
	}
	lane(Selection{Span: f.hops[i].Span}, p.request, p.requestText)
	if m := f.motions[i]; m.phase == back || m.phase == home || m.phase == gone {
		lane(Selection{Span: f.hops[i].Span, Answer: true}, p.answer, p.answerText)
	}
	return out
}

// Hit is what stands at a cell, for the mouse.
func (s Stage) Hit(r grid.Rect, x, y int) Selection {
	if s.Picture == nil || !r.Contains(x, y) {
		return Selection{}
	}
	ts := s.frame(nil, r, nil).targets()
	for i := len(ts) - 1; i >= 0; i-- {
		if ts[i].at.Contains(x, y) {
			return ts[i].what
		}
	}
	return Selection{}
}

// Move is the next thing to select in a direction (dx, dy of -1, 0, 1), for the
// arrow keys: the nearest one that lies that way. From nothing it is the first
// box; where nothing lies that way the selection stays.
func (s Stage) Move(r grid.Rect, dx, dy int) Selection {
	if s.Picture == nil {
		return s.Select
	}
	ts := s.frame(nil, r, nil).targets()
	from := -1
	for i, t := range ts {
		if t.what == s.Select {
			from = i
		}
	}
	if from < 0 {
		return first(ts)
	}
	best, at := -1, 0
	for i, t := range ts {
		ax, ay := away(ts[from].at, t.at)
		along, across := ax*dx+ay*dy, abs(ax*dy)+abs(ay*dx)
		if i == from || along <= 0 || across > 3*along {
			continue
		}
		if d := along + 2*across; best < 0 || d < at {
			best, at = i, d
		}
	}
	if best < 0 {
		return s.Select
	}
	return ts[best].what
}

// first is the first box of targets.
func first(ts []target) Selection {
	for _, t := range ts {
		if t.what.Box.Service != "" {
			return t.what
		}
	}
	return Selection{}
}

// away is how far the middle of b lies from that of a; a row counts as two columns.
func away(a, b grid.Rect) (dx, dy int) {
	return (2*b.X + b.W - 2*a.X - a.W) / 2, 2*b.Y + b.H - 2*a.Y - a.H
}

func abs(n int) int { return max(n, -n) }
