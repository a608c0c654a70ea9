package part

import (
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// queueRows is how many rows the box of a queue has where boxes have frames.
const queueRows = 3

// queue draws the box of a queue: a bar and how many wait.
//
//	╭─ queue ────────╮
//	│ ▮▮▮▮▮▯▯▯ 1 204 │
//	╰────────────────╯
func (f *frame) queue(r grid.Rect, n int) {
	id := f.plan.nodes[n].queue
	edge, title := theme.Queue, theme.Text
	if f.Select.Link == id {
		edge, title = theme.Accent, theme.Accent
	}
	q := f.queueOf(id)
	waits := number(q.Ready)
	f.g.Fill(r, ' ', theme.Plain)
	if r.H < queueRows {
		f.g.Set(r.X, r.Y, '│', edge)
		f.g.Set(r.Right()-1, r.Y, '│', edge)
		f.g.Text(r.X+2, r.Y, "queue "+waits, title, r.W-4)
		return
	}
	f.g.Box(r, edge, "queue", title)
	in := grid.Rect{X: r.X + 2, Y: r.Y + 1, W: r.W - 4, H: 1}
	style := theme.Text
	if q.Ready == 0 {
		style = theme.Dim
	}
	used := f.g.Right(in.Right(), in.Y, waits, style, in.W)
	f.g.Text(in.X, in.Y, depth(q.Ready, in.W-used-1), theme.Queue, in.W-used-1)
	below := ""
	switch {
	case q.Buried > 0:
		below = number(q.Buried) + " dead"
	case q.Unacked > 0:
		below = number(q.Unacked) + " in work"
	}
	if w := grid.Width(below); below != "" && w+4 <= r.W {
		f.g.Text(r.Right()-3-w, r.Bottom()-1, " "+below+" ", theme.Dim, w+2)
	}
}

// queueOf is the queue in which the messages of a link wait; an empty one
// before its broker has spoken of it.
func (f *frame) queueOf(id sim.LinkID) view.Queue {
	for _, q := range f.Picture.Queues {
		if q.Name == string(id) {
			return q
		}
	}
	return view.Queue{Name: string(id)}
}

// throughQueues joins, for every queue, the wire into it with each one out of it.
func (p *Plan) throughQueues() (all []wire) {
	for _, in := range p.wires {
		if p.nodes[in.to].queue == "" || len(in.path) == 0 {
			continue
		}
		for _, out := range p.wires {
			if out.from != in.to || len(out.path) == 0 {
				continue
			}
			path := append([]point(nil), in.path...)
			from, to := in.path[len(in.path)-1], out.path[0]
			for x := from.x; x != to.x; x += sign(to.x - from.x) {
				if x != from.x {
					path = append(path, point{x, from.y})
				}
			}
			w := wire{link: in.link, from: in.from, to: out.to, back: out.back, seg: out.seg, queue: (len(in.path) + (len(path)-len(in.path))/2), path: append(path, out.path...)}
			all = append(all, w)
		}
	}
	return all
}

func sign(n int) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	default:
		return 0
	}
}

// leaves is how long a message is shown on its way out of a queue.
const leaves = 250 * time.Millisecond

// moving is the motion of an attempt along its wire. One that a broker has
// taken stands in the queue until somebody takes it, and is home when it is
// settled: there is no way back.
func (f *frame) moving(h *view.Hop, w *wire) motion {
	now := f.Now
	passed := func(t time.Duration) bool { return t != 0 && t <= now }
	if w == nil || w.queue == 0 || h.EndedAt != 0 || h.SentAt > now || !passed(h.AcceptedAt) && !passed(h.ReceivedAt) {
		m := moving(h, now, f.shown)
		if w != nil && w.queue > 0 && m.phase == out && h.EndedAt == 0 {
			m.at *= w.middle()
		}
		return m
	}
	middle := w.middle()
	switch {
	case passed(h.SettledAt) || passed(h.RepliedAt):
		return motion{home, 1}
	case passed(h.ReceivedAt):
		in := min(float64(f.shown(now)-f.shown(h.ReceivedAt))/float64(leaves), 1)
		if in < 1 {
			return motion{out, middle + (1-middle)*in}
		}
		return motion{working, 1}
	default:
		return motion{queues, middle}
	}
}

// middle is where on a wire its queue stands, as a share of its length.
func (w *wire) middle() float64 {
	return float64(w.queue) / float64(max(len(w.path)-1, 1))
}

// settled is how long something took that a broker had taken: until it was
// handled, or until now.
func settled(h *view.Hop, now time.Duration) time.Duration {
	for _, t := range [...]time.Duration{h.EndedAt, h.SettledAt, h.RepliedAt} {
		if t != 0 {
			return t - h.SentAt
		}
	}
	return now - h.SentAt
}
