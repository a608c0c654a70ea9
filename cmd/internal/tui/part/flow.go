package part

import (
	"math"
	"slices"
	"strconv"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// busy is how many messages a second a link must carry to be drawn as flow.
const busy = 20

// flows reports whether a wire is drawn as dots by rate.
func (f *frame) flows(w *wire) bool {
	rate, _ := f.paceOf(w)
	return f.crowded && rate > 0 || rate >= busy
}

// wire writes the word of the transport into an idle wire, or draws its flow.
func (f *frame) wire(w *wire) {
	l := &f.Picture.Links[w.link]
	if len(w.path) == 0 {
		return
	}
	if f.flows(w) {
		f.flow(w, l)
	}
	f.word(w, l, f.wireBadges(w))
	if f.Select.Link == l.ID {
		for _, p := range w.path {
			r, _ := f.g.At(p.x, p.y)
			f.g.Set(p.x, p.y, r, theme.Accent)
		}
	}
}

// word writes the transport into what is free of the wire, and with Still its
// counts above it.
func (f *frame) word(w *wire, l *view.Link, free label) {
	name, style := f.wayWord(l, free.w-4)
	if f.plan.nodes[w.from].kept() {
		name = "" // it was said on the way in
	}
	room := free.w - 1 // for the arrowhead
	switch {
	case name == "" || grid.Width(name) <= room:
	case f.plan.nodes[w.to].topic != "":
		name = "" // its box says it
	default:
		sign, st := f.th.Glyphs.Message(l.Transport)
		name, style = string(sign), st // its word stands below the boxes
	}
	switch n := grid.Width(name); {
	case name == "" || n > room:
	case n+2 > room:
		f.on(free.x+(room-n)/2, free.y, name, style)
	default:
		f.on(free.x+(room-n-2)/2, free.y, " "+name+" ", style)
	}
	if f.Still && f.plan.rects[w.to].H >= 3 && l.Sent > 0 {
		f.sums(w, l)
	}
}

// on writes onto a line. What moves along it passes behind the words.
func (f *frame) on(x, y int, text string, style grid.Style) {
	n := f.g.Text(x, y, text, style, grid.Width(text))
	f.words = append(f.words, grid.Rect{X: x, Y: y, W: n, H: 1})
}

// behindWords reports whether words stand on a cell of a line.
func (f *frame) behindWords(p point) bool {
	return slices.ContainsFunc(f.words, func(r grid.Rect) bool { return r.Contains(p.x, p.y) })
}

// beside is the cell of a path nearest to i that no words stand on.
func (f *frame) beside(path []point, i int) int {
	for d := range path {
		for _, k := range [...]int{i - d, i + d} {
			if k >= 0 && k < len(path) && !f.behindWords(path[k]) {
				return k
			}
		}
	}
	return i
}

// sums writes above a wire what crossed it so far: answers, errors that were
// answered, and failures.
func (f *frame) sums(w *wire, l *view.Link) {
	x, _, n := w.seg.texts()
	gl, ends, errors := f.th.Glyphs, l.Now(), answeredErrors(l)
	ts := []tally{{gl.Done, theme.OK, ends.Answered - errors}, {gl.Refused, theme.Wait, errors}, {gl.Fail, theme.Fail, ends.Failed}}
	for i, t := range ts {
		text := number(t.n)
		if t.n == 0 && i > 0 || 2+len(text) > n {
			continue
		}
		f.g.Set(x, w.seg.y-1, t.sign, t.style)
		used := 2 + f.g.Text(x+2, w.seg.y-1, text, theme.Text, n-2)
		x, n = x+used+2, n-used-2
	}
}

// answeredErrors is how many of the answers over a link were errors.
func answeredErrors(l *view.Link) (n int64) {
	for status, times := range l.Statuses {
		if c := codeOf(l.Transport, status); c != sim.OK && c.Answers() {
			n += times
		}
	}
	return n
}

// TransportWord is a transport as people write it.
func TransportWord(t string) string {
	switch t {
	case "", "rest":
		return "REST"
	case "grpc":
		return "gRPC"
	default:
		return t
	}
}

// dotSpeed is how fast dots move, in cells a second.
const dotSpeed = 14.0

// dotsPerSecond is how many dots pass a point in a second at a rate: few are
// lifted, many are held back, so that 2/s and 2 000/s can both be told from 200/s.
func dotsPerSecond(rate float64) float64 { return 0.5 * math.Log2(1+rate) }

// gap is how far apart the dots of a wire are at a rate. It moves in steps, and
// a step is kept until the rate is well beyond it: else every small change of
// the rate would move every dot.
func (w *wire) gap(rate float64) float64 {
	const step = 0.5
	d := dotsPerSecond(rate)
	if math.Abs(d-w.dots) > 0.8*step {
		w.dots = max(math.Round(d/step)*step, step/2)
	}
	return dotSpeed / w.dots
}

// flow draws dots by rate, failures among them at their share, and the numbers
// above and below.
func (f *frame) flow(w *wire, l *view.Link) {
	rate, bad := f.paceOf(w)
	_, st := f.th.Glyphs.Message(l.Transport)
	if !f.Still {
		f.dots(w.path[:len(w.path)-1], w.gap(rate), bad, st)
	}
	if f.plan.rects[w.to].H >= 3 && w.seg.w >= 6 {
		f.flowTexts(w, l, rate, bad)
	}
}

// dots draws every dot that is on the path now. Dot k left the caller at
// k·gap/dotSpeed; whether it failed depends on k and the share alone.
func (f *frame) dots(path []point, gap, bad float64, st grid.Style) {
	head := f.Beat.Seconds() * dotSpeed
	for k := math.Floor(head / gap); k >= 0; k-- {
		i := int(head - k*gap)
		if i >= len(path) {
			return
		}
		if f.behindWords(path[i]) {
			continue
		}
		r, s := f.th.Glyphs.Dot, st
		if lot(k) < bad {
			r, s = f.th.Glyphs.Fail, theme.Fail
		}
		f.g.Set(path[i].x, path[i].y, r, s)
	}
}

// lot gives every dot a number between 0 and 1, spread so evenly that among any
// run of dots the share below x is x (the additive recurrence of the golden
// ratio). A share that changes a little changes few dots.
func lot(k float64) float64 {
	_, part := math.Modf(k * (math.Phi - 1))
	return part
}

func (f *frame) flowTexts(w *wire, l *view.Link, perSecond, bad float64) {
	x, y, n := w.seg.texts()
	text, below, st := rate(perSecond), "", theme.Dim
	tail, ok := f.slow(l)
	ok = ok && f.plan.nodes[w.from].queue == "" // of what comes out nobody waits for an answer
	switch {
	case ok && grid.Width(text)+3+grid.Width(tail) <= n:
		text += " " + string(f.th.Glyphs.Faint) + " " + tail
	case ok:
		below = fitting(n, tail, "")
	}
	if bad > 0 {
		below, st = percent(bad)+" "+string(f.th.Glyphs.Fail), theme.Fail
	}
	f.line(x, y-1, n, text, theme.Text, false)
	f.line(x, y+1, n, below, st, false)
}

// percent writes a share: "3 %", "0.4 %".
func percent(share float64) string {
	digits := 0
	if share < 0.00995 {
		digits = 1
	}
	return strconv.FormatFloat(share*100, 'f', digits, 64) + " %"
}

// paceOf is the pace of one wire. Out of a queue comes what its consumer receives,
// whatever goes in, and several instances share what their link carries.
func (f *frame) paceOf(w *wire) (perSecond, bad float64) {
	l := &f.Picture.Links[w.link]
	if f.plan.nodes[w.from].queue == "" && !f.plan.shared(w) {
		return f.pace(l)
	}
	b := f.boxOf(w.to)
	if b == nil {
		return 0, 0
	}
	flow := l.At(b.Instance)
	return flow.Rate(f.Picture.At), flow.FailShare(f.Picture.At)
}

// shared reports whether other wires carry messages of the same link from the same node.
func (p *Plan) shared(w *wire) bool {
	return slices.ContainsFunc(p.wires, func(o wire) bool { return o.link == w.link && o.from == w.from && o.to != w.to })
}

// pace is how many messages a second crossed a link lately, and the share of
// them that failed.
func (f *frame) pace(l *view.Link) (perSecond, bad float64) {
	return l.Flow.Rate(f.Picture.At), l.Flow.FailShare(f.Picture.At)
}

// slow says what the slowest of the latest answers took: the time that 99 of 100
// stayed below, or the longest where they are too few. False without any.
func (f *frame) slow(l *view.Link) (string, bool) {
	took := l.Recent.Took(f.Picture.At)
	if took.Count() < enough {
		return "max " + sim.Human(took.Max()), took.Count() > 0
	}
	return "p99 " + sim.Human(took.Quantile(0.99)), true
}
