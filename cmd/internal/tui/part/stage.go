package part

import (
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/warp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Stage is the picture of the world: boxes, links, the followed request, and
// everything else as flow. Two boxes are drawn large, with a lane for the
// request and one for the answer; more of them stand in columns, callers to the
// left of whom they call.
type Stage struct {
	Picture *view.Picture
	Show    []string      // the services to show; nil = all
	You     string        // the service that the learner is; "" = none
	Follow  *view.Trace   // the request that is drawn message by message; nil = none
	Clock   *warp.Clock   // its clock; nil runs like real time
	Now     time.Duration // the real moment that is shown
	Since   time.Duration // when this scene began; what boxes did before is not told
	Beat    time.Duration // moves the dots of flows; grows by a frame a frame
	Select  Selection
	Still   bool  // nothing moves: links show counts and their last result
	Plan    *Plan // keeps layout and density of dots from frame to frame; nil computes them anew
}

// Selection is what is selected on a stage: at most one of Box, Link and Span is set.
type Selection struct {
	Box    sim.Instance
	Link   sim.LinkID
	Span   sim.SpanID // an attempt of the followed request
	Answer bool       // with Span: the answer, not the request
}

// crowd is how many messages in flight can be told apart; above it, links flow.
const crowd = 40

// frame is one drawing of a stage.
type frame struct {
	Stage
	g       *grid.Grid
	r       grid.Rect
	shelf   grid.Rect // of the brokers; empty = none, or no room
	th      *theme.Theme
	plan    *Plan
	hops    []*view.Hop // of the followed request
	motions []motion    // of hops
	ways    []*wire     // of hops; nil when it is not on the stage
	at      time.Duration
	crowded bool
	words   []grid.Rect // those that stand on lines
}

// Draw draws the stage.
func (s Stage) Draw(g *grid.Grid, r grid.Rect, th *theme.Theme) {
	if s.Picture == nil || r.Empty() {
		return
	}
	f := s.frame(g, r, th)
	if f.wide() {
		f.lanes()
		return
	}
	for _, m := range f.plan.marks {
		g.Set(m.x, m.y, m.r, theme.Edge)
	}
	for n := range f.plan.nodes {
		f.box(n)
	}
	f.ends()
	for i := range f.plan.wires {
		f.wire(&f.plan.wires[i])
	}
	f.ghosts()
	f.followed()
	f.shelves()
	f.foot()
}

// frame prepares a drawing; g and th may be nil for a look at the layout only.
func (s Stage) frame(g *grid.Grid, r grid.Rect, th *theme.Theme) *frame {
	f := &frame{Stage: s, g: g, r: r, th: th, plan: s.Plan}
	if f.plan == nil {
		f.plan = &Plan{}
	}
	room, _ := r.SplitBottom(f.footRows())
	if r.H >= lowShelf {
		room, f.shelf = room.SplitBottom(s.shelfRows())
	}
	if bare := f.footRows() == 0; bare != f.plan.bare {
		f.plan.bare, f.plan.made = bare, false
	}
	f.plan.update(s.Picture, s.Show, room)
	if s.Follow != nil {
		f.hops = s.Follow.Hops
	}
	f.at = f.shown(s.Now)
	f.motions, f.ways = f.plan.motions[:0], f.plan.ways[:0]
	for _, h := range f.hops {
		w := f.wireOf(h)
		m := f.moving(h, w)
		if w != nil && f.former(h, m) {
			w = nil
		}
		f.motions, f.ways = append(f.motions, m), append(f.ways, w)
	}
	f.plan.motions, f.plan.ways = f.motions, f.ways
	f.crowded = inFlight(s.Picture, s.Now, crowd) > crowd
	return f
}

func (f *frame) footRows() int {
	switch {
	case f.r.H >= 14 && f.r.H != f.Needs(f.r.W):
		return 3 // with a blank row above
	case f.r.H >= 10:
		return 2
	case f.r.H >= 6:
		return 1
	default:
		return 0
	}
}

func (f *frame) shown(t time.Duration) time.Duration {
	if f.Clock == nil {
		return t
	}
	return f.Clock.Shown(t)
}

func (f *frame) transport(id sim.LinkID) string { return Travels(f.Picture, id) }

// Travels is the transport of a link; "" for one that is not in the picture.
func Travels(p *view.Picture, id sim.LinkID) string {
	for i := range p.Links {
		if p.Links[i].ID == id {
			return p.Links[i].Transport
		}
	}
	return ""
}

// ends draws where wires leave a box and where they arrive.
func (f *frame) ends() {
	for i := range f.plan.wires {
		w := &f.plan.wires[i]
		if len(w.path) < 2 {
			continue
		}
		last, first := w.path[len(w.path)-1], w.path[0]
		head, leave, side := f.th.Glyphs.Right, '├', -1
		if w.back {
			head, leave, side = f.th.Glyphs.Left, '┤', +1
		}
		f.g.Set(last.x, last.y, head, theme.Edge)
		if _, st := f.g.At(first.x+side, first.y); f.plan.rects[w.from].H >= 3 {
			f.g.Set(first.x+side, first.y, leave, st)
		}
	}
}

// wireOf is the wire that an attempt travels; nil when it is not on the stage.
func (f *frame) wireOf(h *view.Hop) *wire {
	for _, wires := range [...][]wire{f.plan.through, f.plan.wires} {
		for i := range wires {
			if w := &wires[i]; f.Picture.Links[w.link].ID == h.Link && f.carries(w, h) {
				return w
			}
		}
	}
	return nil
}

// former reports whether an attempt has ended over a transport that its link does not
// take any more: what became of it is not written beside the new one.
func (f *frame) former(h *view.Hop, m motion) bool {
	return h.By != "" && h.By != f.transport(h.Link) && (m.phase == home || m.phase == gone)
}

// by is the transport that carries an attempt.
func (f *frame) by(h *view.Hop) string {
	if h.By != "" {
		return h.By
	}
	return f.transport(h.Link)
}

// carries reports whether a wire leads from one end of an attempt to the other. An
// attempt that waits in a queue has no receiver yet.
func (f *frame) carries(w *wire, h *view.Hop) bool {
	from, to := f.plan.nodes[w.from], f.plan.nodes[w.to]
	if from.queue != "" || to.queue != "" {
		return false
	}
	return (to.inst == h.To || h.To.N == 0 && to.inst.Service == h.Link.To()) && (from.inst == h.From || from.box < 0)
}
