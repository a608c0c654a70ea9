package part

import (
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// queueRows is how many rows the box of a queue has where boxes have frames.
const queueRows = 3

// queue draws the box of a queue, with the broker that keeps it: a bar of what
// waits and of what is in hand, and the numbers. Of a stream it is what has not
// been handled yet.
//
//	╭─ order:mail ───────╮
//	│ ▮▮▮▮▮▌▌▯▯▯▯  1 204 │
//	╰ rabbitmq ─ 3 … ────╯
func (f *frame) queue(r grid.Rect, n int) {
	id := f.plan.nodes[n].queue
	sign, edge := f.th.Glyphs.Message(f.transport(id))
	title := theme.Text
	if f.Select.Link == id {
		edge, title = theme.Accent, theme.Accent
	}
	q, state, lost := f.queueOf(id), "", f.brokerOf(id)
	switch {
	case lost == nil || lost.State == view.Up:
	case lost.State == view.Standing:
		state, edge, title = string(f.th.Glyphs.Paused)+" paused", theme.Wait, theme.Wait
	default:
		state, edge, title = string(f.th.Glyphs.Fail)+" "+orElse(lost.Why, "stopped"), theme.Fail, theme.Fail
	}
	f.g.Fill(r, ' ', theme.Plain)
	if r.H < queueRows {
		f.sides(r, edge)
		f.g.Set(r.X+2, r.Y, sign, edge)
		ends, end := f.plan.nodes[n].ends(), f.plan.nodes[n].end()
		what, less := number(q.Ready), thousands(q.Ready)
		if state != "" { // what is in it cannot be asked now
			what, less = state, state
		}
		if room := r.W - 7 - grid.Width(less); room > 1 && grid.Width(end) > room { // the name is cut, the number never
			f.g.Text(r.X+4, r.Y, end, title, room)
			f.g.Right(r.Right()-2, r.Y, less, title, r.W-6)
			return
		}
		f.g.Text(r.X+4, r.Y, fitting(r.W-6, string(id)+" "+what, ends+" "+what, end+" "+less, less), title, r.W-6)
		return
	}
	f.g.Box(r, edge, f.plan.nodes[n].queueName(kept(f.transport(id)), r.W-4), title)
	if state != "" {
		f.g.Text(r.X+2, r.Y+1, state, edge, r.W-4)
		f.under(r, view.Queue{}, id)
		return
	}
	f.gauge(grid.Rect{X: r.X + 2, Y: r.Y + 1, W: r.W - 4, H: 1}, q, 0)
	f.under(r, q, id)
}

// keeper is who keeps messages in at most w cells, and how many of its nodes run.
func keeper(name string, b *view.Box, w int) (string, grid.Style) {
	if b == nil || b.State != view.Up || b.Nodes.Text() == "" {
		return fitting(w, name, ""), theme.Dim
	}
	return fitting(w, name+", "+b.Nodes.Text(), b.Nodes.Text(), name+" "+b.Nodes.Short(), b.Nodes.Short(), ""), theme.Wait
}

// brokerOf is the box of the broker that keeps the messages of a link; nil when it is
// not in the picture.
func (f *frame) brokerOf(id sim.LinkID) *view.Box {
	return f.Picture.Box(sim.Instance{Service: f.broker(id), N: 1})
}

// Keeper is the box of the broker that keeps the messages of a link; nil when none does.
func Keeper(p *view.Picture, id sim.LinkID) *view.Box {
	return (&frame{Stage: Stage{Picture: p}}).brokerOf(id)
}

// broker is who keeps the messages of a link: the engine of its transport.
func (f *frame) broker(id sim.LinkID) string {
	return sim.Visible(engine(f.transport(id)))
}

// engine is the name of the broker that a transport uses.
func engine(transport string) string { name, _, _ := strings.Cut(transport, "-"); return name }

// queueName names a queue in at most w cells: by both ends of its link, or by the
// one that tells it from others.
func (n node) queueName(word string, w int) string {
	return sim.Visible(fitting(w, word+" "+string(n.queue), string(n.queue), n.ends(), n.end(), word))
}

// ends is for whom a queue is, or from whom where another one is for the same.
func (n node) ends() string {
	if n.twin {
		return "from " + n.queue.From()
	}
	return "to " + n.queue.To()
}

// end is the one that ends name.
func (n node) end() string {
	_, end, _ := strings.Cut(n.ends(), " ")
	return end
}

// kept is the word for where a transport keeps messages.
func kept(transport string) string {
	if keeps(transport) {
		return "stream"
	}
	return "queue"
}

// gauge draws one row: what waits, what is in hand, and the number of the first,
// which has at least so many cells.
func (f *frame) gauge(r grid.Rect, q view.Queue, cells int) {
	waits, style := waiting(q, r.W), theme.Text
	if q.Ready == 0 {
		style = theme.Dim
	}
	f.g.Right(r.Right(), r.Y, waits, style, r.W)
	depth(f.g, grid.Rect{X: r.X, Y: r.Y, W: r.W - max(grid.Width(waits), cells) - 1, H: 1}, q.Ready, q.Unacked)
}

// waiting is how many wait, for a gauge of w cells.
func waiting(q view.Queue, w int) string {
	if w < 12 {
		return thousands(q.Ready)
	}
	return number(q.Ready)
}

// under writes into the lower edge of a queue what is dead, how old the oldest
// message is, what is in hand, and who keeps it.
func (f *frame) under(r grid.Rect, q view.Queue, id sim.LinkID) {
	room, x := r.W-4, r.Right()-2
	old, short := "", ""
	if age := f.age(q); age > 0 {
		old, short = "oldest "+sim.Human(age), sim.Human(age)+" old"
	}
	if q.Buried > 0 {
		sign := string(f.th.Glyphs.Fail) + " "
		dead := fitting(room-2-grid.Width(short), sign+thousands(q.Buried)+" dead", sign+thousands(q.Buried))
		w := grid.Width(dead) + 2
		f.g.Text(x-w, r.Bottom()-1, " "+dead+" ", theme.Fail, w)
		x, room = x-w, room-w
	}
	if old != "" {
		if q.Buried > 0 {
			x, room = x+1, room+1 // both share the space between them
		}
		text := fitting(room-2, old, short, "")
		if w := grid.Width(text) + 2; w > 2 {
			f.g.Text(x-w, r.Bottom()-1, " "+text+" ", theme.Wait, w)
			x, room = x-w, room-w
		}
	}
	if q.Unacked > 0 {
		text := fitting(room-2, thousands(q.Unacked)+" unacked", "")
		if w := grid.Width(text) + 2; w > 2 {
			f.g.Text(x-w, r.Bottom()-1, " "+text+" ", theme.Wait, w)
			x, room = x-w, room-w
		}
	}
	broker, style := keeper(f.broker(id), f.brokerOf(id), room-2)
	if n := grid.Width(broker); n > 0 {
		f.g.Text(x-n-2, r.Bottom()-1, " "+broker+" ", style, n+2)
	}
}

// leastAge is the age from which the oldest message of a queue is told.
const leastAge = 100 * time.Millisecond

// age is how old the oldest waiting message of a queue is at the shown moment; 0 when
// none waits so long, or its broker does not tell.
func (f *frame) age(q view.Queue) time.Duration {
	age := f.Picture.At - q.OldestAt
	if q.OldestAt == 0 || q.Ready <= 0 || age < leastAge {
		return 0
	}
	return age
}

// queueOf is the queue in which the messages of a link wait; an empty one
// before its broker has spoken of it.
func (f *frame) queueOf(id sim.LinkID) view.Queue { return queueIn(f.Picture, id) }

func queueIn(p *view.Picture, id sim.LinkID) view.Queue {
	for _, q := range p.Queues {
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
			w := wire{link: in.link, from: in.from, to: out.to, back: out.back, seg: out.seg, into: len(in.path) - 1, queue: (len(in.path) + (len(path)-len(in.path))/2), path: append(path, out.path...)}
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
	switch now := f.Now; {
	case w != nil && f.plan.nodes[w.to].topic != "":
		return published(h, now, f.shown)
	case w != nil && f.plan.nodes[w.from].topic != "":
		return delivered(h, now, f.shown)
	}
	now := f.Now
	passed := func(t time.Duration) bool { return t != 0 && t <= now }
	if w == nil || w.queue == 0 || h.EndedAt != 0 || h.SentAt > now || !passed(h.AcceptedAt) && !passed(h.ReceivedAt) {
		m := moving(h, now, f.shown)
		switch {
		case w == nil || w.queue == 0 || h.AcceptedAt != 0 || h.ReceivedAt != 0:
		case m.phase == out:
			m.at *= w.middle()
		case m.phase == gone:
			m.at *= w.door() // no broker has taken it
		}
		return m
	}
	middle := w.middle()
	switch {
	case passed(h.SettledAt) || passed(h.RepliedAt):
		return motion{phase: home, at: 1}
	case passed(h.ReceivedAt):
		in := min(float64(f.shown(now)-f.shown(h.ReceivedAt))/float64(leaves), 1)
		if in < 1 {
			return motion{phase: out, at: middle + (1-middle)*in}
		}
		return motion{phase: working, at: 1}
	default:
		return motion{phase: queues, at: middle}
	}
}

// door is where on a wire the way into its queue ends, as a share of its length.
func (w *wire) door() float64 {
	return float64(w.into) / float64(max(len(w.path)-1, 1))
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
