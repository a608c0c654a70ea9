package part

import (
	"slices"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Margin is how far from the sides of a stage its texts stand: those of its foot,
// what the customer saw, and the strip.
const Margin = 2

// foot writes, below the stage, what has just changed, what the followed request
// does now or what found no room; and a word for each sign.
func (f *frame) foot() {
	rows := f.footRows()
	x, w, more := f.r.X+Margin, f.r.W-2*Margin, f.plan.more()
	if rows == 0 {
		if f.plan.told > 0 {
			f.g.Text(x, f.plan.told, more, theme.Dim, w)
		}
		return
	}
	if rows == 1 {
		if ill := f.ill(); ill != "" {
			f.g.Right(x+w, f.r.Bottom()-1, ill, theme.Wait, w)
			w -= grid.Width(ill) + 2
		}
		if more != "" {
			f.g.Text(x, f.r.Bottom()-1, more, theme.Dim, w)
		} else {
			f.legend(x, f.r.Bottom()-1, w)
		}
		return
	}
	f.legend(x, f.r.Bottom()-1, w)
	text, st := f.news()
	if text == "" {
		text, st = f.caption(w)
	}
	if text == "" {
		text, st = more, theme.Dim
		if ill := f.ill(); ill != "" {
			f.g.Right(x+w, f.r.Bottom()-2, ill, theme.Wait, w-grid.Width(more)-2)
		}
	}
	f.g.Text(x, f.r.Bottom()-2, text, st, w)
}

// ill tells of the brokers that do not run, or not on all their nodes, where no shelf
// shows them.
func (f *frame) ill() string {
	var all []string
	for i := range f.Picture.Boxes {
		b := &f.Picture.Boxes[i]
		name := sim.Visible(b.Instance.Service)
		switch {
		case !f.shelf.Empty() || !f.onShelf(b):
		case b.State == view.Down:
			all = append(all, name+" "+orElse(b.Why, "stopped"))
		case b.State == view.Standing:
			all = append(all, name+" paused")
		case b.Nodes.Text() != "":
			all = append(all, name+", "+b.Nodes.Text())
		}
	}
	return strings.Join(all, "   ")
}

// news is what changed in the world a moment ago.
func (f *frame) news() (string, grid.Style) {
	if n := len(f.Picture.Notices); n > 0 && f.recent(f.Picture.Notices[n-1]) {
		last := f.Picture.Notices[n-1]
		return where(last) + "   " + sim.Visible(last.Text), theme.Accent
	}
	return "", theme.Accent
}

// caption tells the newest step of the followed request between services on the stage,
// in full, or as far as w cells go.
func (f *frame) caption(w int) (string, grid.Style) {
	for i, h := range slices.Backward(f.hops) {
		m := f.motions[i]
		if m.phase == future || !f.stands(h.From) || !f.stands(h.To) {
			continue
		}
		who := sim.Visible(h.From.Service) + " → " + sim.Visible(h.To.Service) + "   "
		what := sim.Visible(h.Label) + "   "
		if f.Picture.Topic(h.From.Service) != nil {
			what = "" // its label is how it was published, and this is its delivery
		}
		if h.Try > 1 {
			what += "try " + strconv.Itoa(h.Try) + "   "
		}
		status, code := said(h)
		end, st := "", theme.Text
		switch w := f.ways[i]; m.phase {
		case home:
			if w != nil && f.plan.nodes[w.to].topic != "" {
				end = "is stored for all subscribers; " + sim.Visible(h.From.Service) + " goes on"
				break
			}
			st = f.answer(code).text()
			end = verdict(f.by(h), status, code) + " after " + sim.Human(settled(h, f.Now))
		case queues:
			end = "a broker stored it; " + sim.Visible(h.From.Service) + " goes on"
			if !confirmed(f.by(h)) {
				end = "sent to a broker that confirms nothing; " + sim.Visible(h.From.Service) + " goes on"
			}
		case back:
			end, st = verdict(f.by(h), status, code), f.answer(code).text()
		case gone:
			end, st = reason(h), theme.Fail
		}
		return fitting(w, who+what+end, who+end), st
	}
	return "", theme.Text
}

// stands reports whether a service or a topic is on the stage.
func (f *frame) stands(i sim.Instance) bool {
	return slices.ContainsFunc(f.plan.nodes, func(n node) bool { return n.inst.Service == i.Service || n.topic == i.Service })
}

// gauged reports whether a box has gauges of queues.
func (f *frame) gauged(n node) bool {
	t := f.Picture.Topic(n.topic)
	return n.queue != "" || t != nil && !parted(t, f.Picture.Transport(n.topic))
}

// notToScale is said of the bars of queues, which show 3 and 3,000 in a few cells.
// Where that has no room, noScale is.
const (
	notToScale = " (not to scale)"
	noScale    = " (no scale)"
)

// doneWord is what the sign of a success counts: a call is answered, a message is
// accepted by its broker and handled by its consumer.
func (f *frame) doneWord() string {
	calls, messages := false, false
	for i := range f.plan.wires {
		t := f.Picture.Links[f.plan.wires[i].link].Transport
		calls, messages = calls || !queued(t), messages || queued(t)
	}
	if messages && !calls {
		return "accepted, handled"
	}
	return "answered"
}

// legend names the signs that are in use.
func (f *frame) legend(x, y, w int) {
	gl, end := f.th.Glyphs, x+w
	put := func(r rune, st grid.Style, word string) {
		if x+2+grid.Width(word) <= end {
			f.g.Set(x, y, r, st)
			x += 4 + f.g.Text(x+2, y, word, theme.Dim, end-x-2)
		}
	}
	seen, ways := map[rune]bool{}, map[rune]string{}
	for i := range f.plan.wires {
		t := f.Picture.Links[f.plan.wires[i].link].Transport
		r, _ := gl.Message(t)
		switch word := TransportWord(t); {
		case ways[r] == "" || ways[r] == word:
			ways[r] = word
		case keeps(t):
			ways[r] = "stream"
		default:
			ways[r] = "queue"
		}
	}
	for _, sign := range [...]struct {
		r  rune
		st grid.Style
	}{{gl.REST, theme.REST}, {gl.GRPC, theme.GRPC}, {gl.Queue, theme.Queue}, {gl.Stream, theme.Stream}} {
		if ways[sign.r] != "" {
			put(sign.r, sign.st, ways[sign.r])
		}
	}
	put(gl.Done, theme.OK, f.doneWord())
	put(gl.Fail, theme.Fail, "failed")
	if slices.ContainsFunc(f.plan.nodes, f.gauged) {
		put('▮', theme.Queue, "waits")
		put('▌', theme.Wait, "unacked")
		at := x - 2 // it is of both
		if said := fitting(end-at, notToScale, noScale, ""); said != "" {
			x += f.g.Text(at, y, said, theme.Dim, end-at)
		}
	}
	if b := f.faultsAt(func(view.Fault) bool { return true }); b.text != "" && x+grid.Width(b.text)+8 <= end {
		x += f.g.Text(x, y, b.text, b.style, end-x) + 1
		x += f.g.Text(x, y, "faults", theme.Dim, end-x) + 2
	}
	if slices.ContainsFunc(f.Picture.Boxes, func(b view.Box) bool { return b.Counts.Refused > 0 }) {
		put(gl.Refused, theme.Wait, "error answered")
	}
	if slices.ContainsFunc(f.Picture.Boxes, func(b view.Box) bool { return b.Counts.Late > 0 }) {
		put(gl.Late, theme.Wait, "caller had given up")
	}
	if f.Picture.Counts.Degraded > 0 {
		put(gl.Degraded, theme.Wait, "degraded")
	}
	for i := range f.Picture.Boxes {
		if f.Picture.Boxes[i].State == view.Standing && !seen[gl.Paused] {
			seen[gl.Paused] = true
			put(gl.Paused, theme.Wait, "paused")
		}
	}
}
