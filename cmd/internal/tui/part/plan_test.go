package part

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// pictureOf is a picture of n services with links between random ones.
func pictureOf(r *rand.Rand, n, links int) *view.Picture {
	p := &view.Picture{}
	for i := range n {
		p.Boxes = append(p.Boxes, view.Box{Instance: sim.Instance{Service: fmt.Sprintf("service-%d", i), N: 1}})
	}
	for range links {
		id := sim.Link(fmt.Sprintf("service-%d", r.IntN(n)), fmt.Sprintf("service-%d", r.IntN(n)))
		p.Links = append(p.Links, view.Link{ID: id})
	}
	return p
}

// TestLayoutHolds lays random worlds out, with circles, loops and islands.
func TestLayoutHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 1500 {
		pic := pictureOf(r, 1+r.IntN(14), r.IntN(22))
		rect := grid.Rect{X: r.IntN(5), Y: r.IntN(5), W: 20 + r.IntN(180), H: 1 + r.IntN(58)}
		p := &Plan{}
		p.update(pic, nil, rect)
		checkBoxes(t, p, rect)
		checkWires(t, p, rect)
		if len(p.nodes)+len(p.hidden) != len(pic.Boxes) {
			t.Fatalf("%d boxes on the stage, %d said to be hidden, of %d", len(p.nodes), len(p.hidden), len(pic.Boxes))
		}
		if t.Failed() {
			return
		}
	}
}

func checkBoxes(t *testing.T, p *Plan, rect grid.Rect) {
	t.Helper()
	for i, a := range p.rects {
		if a.X < rect.X || a.Y < rect.Y || a.Right() > rect.Right() || a.Bottom() > rect.Bottom() {
			t.Errorf("box %v is outside %v", a, rect)
		}
		for _, b := range p.rects[:i] {
			if a.Meets(b) {
				t.Errorf("boxes %v and %v overlap", a, b)
			}
		}
	}
}

// checkWires sees that every wire leads from its box to its box, cell by cell,
// and through none.
func checkWires(t *testing.T, p *Plan, rect grid.Rect) {
	t.Helper()
	for _, w := range p.wires {
		if p.nodes[w.from].layer == p.nodes[w.to].layer {
			continue
		}
		from, to := p.rects[w.from], p.rects[w.to]
		if len(w.path) == 0 {
			t.Fatalf("no way from %v to %v", from, to)
		}
		first, last := w.path[0], w.path[len(w.path)-1]
		beside := func(c point, r grid.Rect) bool {
			return (c.x == r.Right() || c.x == r.X-1) && c.y >= r.Y && c.y < r.Bottom()
		}
		if !beside(first, from) || !beside(last, to) {
			t.Errorf("the way from %v to %v leads from %v to %v", from, to, first, last)
		}
		for i, c := range w.path {
			if i > 0 && abs(c.x-w.path[i-1].x)+abs(c.y-w.path[i-1].y) > 1 {
				t.Errorf("a gap between %v and %v", w.path[i-1], c)
			}
			for _, r := range p.rects {
				if r.Contains(c.x, c.y) {
					t.Errorf("a wire runs through the box %v", r)
				}
			}
			if !rect.Contains(c.x, c.y) {
				t.Errorf("a wire leaves %v at %v", rect, c)
			}
		}
	}
}

func TestCallersStandLeft(t *testing.T) {
	p := &view.Picture{Links: []view.Link{{ID: "client:order"}, {ID: "order:payment"}, {ID: "client:payment"}}}
	for _, s := range []string{"payment", "order", "client"} {
		p.Boxes = append(p.Boxes, view.Box{Instance: sim.Instance{Service: s, N: 1}})
	}
	plan := &Plan{}
	plan.update(p, nil, grid.Rect{W: 100, H: 20})
	x := map[string]int{}
	for i, n := range plan.nodes {
		x[n.inst.Service] = plan.rects[i].X
	}
	if !(x["client"] < x["order"] && x["order"] < x["payment"]) {
		t.Errorf("columns: %v", x)
	}
}

func TestInstancesStandTogether(t *testing.T) {
	p := &view.Picture{Links: []view.Link{{ID: "order:payment"}}, Boxes: []view.Box{
		{Instance: sim.Instance{Service: "order", N: 1}},
		{Instance: sim.Instance{Service: "payment", N: 1}},
		{Instance: sim.Instance{Service: "payment", N: 2}},
	}}
	plan := &Plan{}
	plan.update(p, nil, grid.Rect{W: 80, H: 20})
	if len(plan.wires) != 2 || plan.rects[1].X != plan.rects[2].X {
		t.Errorf("%d wires, instances at %v and %v", len(plan.wires), plan.rects[1], plan.rects[2])
	}
}

func TestPlanIsKept(t *testing.T) {
	p := pictureOf(rand.New(rand.NewPCG(1, 1)), 6, 8)
	plan, rect := &Plan{}, grid.Rect{W: 100, H: 30}
	plan.update(p, nil, rect)
	if n := testing.AllocsPerRun(10, func() { plan.update(p, nil, rect) }); n > 0 {
		t.Errorf("an unchanged picture is laid out again: %.0f allocations", n)
	}
	plan.update(p, []string{"service-1"}, rect)
	if len(plan.nodes) != 1 {
		t.Errorf("%d boxes where one was asked for", len(plan.nodes))
	}
}

func BenchmarkLayoutOfAThousand(b *testing.B) {
	p := pictureOf(rand.New(rand.NewPCG(1, 1)), 1000, 1500)
	for b.Loop() {
		(&Plan{}).update(p, nil, grid.Rect{W: 120, H: 40})
	}
}
