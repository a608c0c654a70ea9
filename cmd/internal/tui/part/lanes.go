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

// Sizes of the large drawing of two boxes: the least room for it, and the
// height of its boxes where there is room and where there is not.
const (
	lanesW, lanesH = 54, 4
	tall, low      = 7, 4
)

// wide reports whether there are two boxes with one link, and room to draw
// them large.
func (f *frame) wide() bool {
	return len(f.plan.nodes) == 2 && len(f.plan.wires) == 1 && !f.plan.wires[0].back && f.r.W >= lanesW && f.r.H >= lanesH
}

// pair is the large drawing: the two boxes, and the lanes between them.
type pair struct {
	left, right             grid.Rect
	request, answer         int // rows of the lanes
	requestText, answerText int // rows of what is written beside them
	from, to                int // columns of the lanes: from is the first, to is beyond the last
}

func (f *frame) pair() pair {
	w := min(max(f.r.W*27/100, 17), 24)
	h := tall
	if f.r.H < tall {
		h = low
	}
	y := f.r.Y + max((f.r.H-h-2)/2, 0)
	inset := min(2, (f.r.W-lanesW)/4)
	p := pair{left: grid.Rect{X: f.r.X + inset, Y: y, W: w, H: h}}
	p.right = grid.Rect{X: f.r.Right() - inset - w, Y: y, W: w, H: h}
	p.requestText, p.request, p.answerText, p.answer = y+1, y+2, y+3, y+4
	if h == low {
		p.requestText, p.request, p.answer, p.answerText = y, y+1, y+2, y+3
	}
	p.from, p.to = p.left.Right(), p.right.X
	return p
}

// lanes draws two boxes with a lane for the request and one for the answer.
func (f *frame) lanes() {
	p, w := f.pair(), &f.plan.wires[0]
	f.largeBox(p.left, w.from)
	f.largeBox(p.right, w.to)
	l := &f.Picture.Links[w.link]
	lit := f.Select.Link == l.ID
	f.lane(p, p.request, TransportWord(l.Transport)+" request", false, lit)
	f.lane(p, p.answer, "response", true, lit)
	if f.flows(w) {
		f.laneFlow(p, l)
	} else {
		f.laneMessages(p, l)
	}
	f.badges(label{x: p.from, y: p.request, w: p.to - p.from}, l)
	f.laneSums(p, l)
}

// lane draws one lane with its word.
func (f *frame) lane(p pair, y int, word string, back, lit bool) {
	st := theme.Edge
	if lit {
		st = theme.Accent
	}
	for x := p.from; x < p.to; x++ {
		f.g.Set(x, y, '─', st)
	}
	if word != "" {
		f.on(p.from+(p.to-p.from-grid.Width(word)-2)/2, y, " "+word+" ", theme.Dim)
	}
	leave, arrive, head, at := p.left.Right()-1, p.right.X, f.th.Glyphs.Right, p.to-1
	leaves, arrives := '├', '┤'
	if back {
		leave, arrive, head, at = p.right.X, p.left.Right()-1, f.th.Glyphs.Left, p.from
		leaves, arrives = '┤', '├'
	}
	for _, e := range []struct {
		x int
		r rune
	}{{leave, leaves}, {arrive, arrives}} {
		_, st := f.g.At(e.x, y)
		f.g.Set(e.x, y, e.r, st)
	}
	f.g.Set(at, y, head, st)
}

// laneMessages draws the newest attempt of the followed request on the lanes.
func (f *frame) laneMessages(p pair, l *view.Link) {
	i := f.newest(l.ID)
	if i < 0 {
		return
	}
	h, m := f.hops[i], f.motions[i]
	x, n := p.from+2, p.to-p.from-4
	lit := func(answer bool, st grid.Style) grid.Style {
		if f.selected(h, answer) {
			return theme.Lit(st)
		}
		return st
	}
	label := sim.Visible(h.Label)
	if h.Try > 1 {
		label = "try " + strconv.Itoa(h.Try) + "  " + label
	}
	leg := ""
	if m.phase != out && h.ReceivedAt != 0 && (h.EndedAt == 0 || h.ReceivedAt <= h.EndedAt) {
		leg = sim.Human(h.ReceivedAt - h.SentAt)
	}
	f.g.Text(x, p.requestText, label, lit(false, theme.Text), n-grid.Width(leg)-1)
	f.g.Right(x+n, p.requestText, leg, theme.Dim, 8)
	text, less, st := "", "", theme.Text
	switch m.phase {
	case back, home:
		status, code := said(h)
		text, less = verdict(f.by(h), status, code), short(f.by(h), status, code)
		st = f.answer(code).text()
	case gone:
		text, less, st = reason(h), word(h.Outcome), theme.Fail
	}
	leg = ""
	if m.phase == home && h.RepliedAt != 0 {
		leg = sim.Human(h.EndedAt - h.RepliedAt)
	}
	room := n - grid.Width(leg) - 1
	f.g.Text(x, p.answerText, fitting(room, text, less), lit(true, st), room)
	f.g.Right(x+n, p.answerText, leg, theme.Dim, 8)
	f.laneGlyph(p, l, h, m)
}

// laneGlyph draws the message itself.
func (f *frame) laneGlyph(p pair, l *view.Link, h *view.Hop, m motion) {
	r, st := f.th.Glyphs.Message(f.by(h))
	if f.Still && m.phase != gone {
		return
	}
	row, tail, answer := p.request, -1, m.answer
	if answer {
		row = p.answer
	}
	switch m.phase {
	case back:
		tail = +1
		if _, code := said(h); code != sim.OK {
			end := f.answer(code)
			r, st = end.sign, end.style
		}
	case gone:
		r, st, tail = f.th.Glyphs.Fail, theme.Fail, 0
	case out:
	default:
		return
	}
	path := straight(nil, p.from, p.to-1, row)
	f.glyph(path, int(m.at*float64(len(path)-1)+0.5), tail, r, st, h, answer)
}

// newest is the newest attempt of the followed request along a link; -1 for none.
func (f *frame) newest(id sim.LinkID) int {
	for i := len(f.hops) - 1; i >= 0; i-- {
		if f.hops[i].Link == id && f.motions[i].phase != future && !f.former(f.hops[i], f.motions[i]) {
			return i
		}
	}
	return -1
}

// laneFlow draws a busy link: dots there, and the numbers.
func (f *frame) laneFlow(p pair, l *view.Link) {
	perSecond, bad := f.pace(l)
	_, st := f.th.Glyphs.Message(l.Transport)
	gap := f.plan.wires[0].gap(perSecond)
	if !f.Still {
		f.dots(straight(nil, p.from, p.to-2, p.request), gap, 0, st)
		path := straight(nil, p.from+1, p.to-1, p.answer)
		slices.Reverse(path)
		f.dots(path, gap, bad, st)
	}
	x, n := p.from+2, p.to-p.from-4
	f.g.Text(x, p.requestText, rate(perSecond), theme.Text, n)
	if bad > 0 {
		f.g.Text(x, p.answerText, percent(bad)+" "+string(f.th.Glyphs.Fail), theme.Fail, n)
	}
	if text, ok := f.slow(l); ok {
		f.g.Right(x+n, p.answerText, text, theme.Dim, n-10)
	}
}

// largeBox draws a box with what it did, in words.
func (f *frame) largeBox(r grid.Rect, n int) {
	edge, title := theme.BoxEdge, theme.Title
	b := f.boxOf(n)
	switch {
	case f.Select.Box == f.plan.nodes[n].inst:
		edge, title = theme.Accent, theme.Lit(theme.Title)
	case b != nil && b.State == view.Down:
		edge, title = theme.Fail, theme.Fail
	case b != nil && b.State == view.Standing:
		edge, title = theme.Wait, theme.Wait
	}
	f.g.Fill(r, ' ', theme.Plain)
	f.g.Box(r, edge, f.name(n), title)
	f.boxBadge(r, f.plan.nodes[n].inst)
	lines, st := f.story(n, b)
	y := r.Y + 2
	if r.H == low {
		y = r.Y + 1
		lines = slices.DeleteFunc(lines, func(s string) bool { return s == "" })
		lines = lines[max(len(lines)-r.H+2, 0):] // how it ended
	}
	for i, s := range lines {
		f.g.Text(r.X+2, y+i, s, st, r.W-3)
	}
	if b != nil && r.H == tall && len(lines) < 4 {
		f.g.Text(r.X+2, r.Bottom()-2, brief(r.W-4, f.effect(b)), theme.Dim, r.W-4)
	}
}

// laneSums writes what crossed the link so far, below the boxes.
func (f *frame) laneSums(p pair, l *view.Link) {
	y := p.left.Bottom()
	if y+1 < f.r.Bottom() {
		y++
	}
	if y >= f.r.Bottom() {
		return
	}
	waits, ends := number(l.Waiting()), l.Now()
	parts := []struct {
		text string
		st   grid.Style
	}{
		{"answered " + number(ends.Answered) + statuses(l), theme.Text},
		{"failed " + number(ends.Failed), theme.Text},
		{"waiting " + waits, theme.Text},
	}
	if ends.Failed > 0 {
		parts[1].st = theme.Fail
	}
	x, end := p.left.X, p.right.Right()
	end -= f.g.Right(end, y, parts[2].text, parts[2].st, 16) + 4
	end -= f.g.Right(end, y, parts[1].text, parts[1].st, 16) + 2
	f.g.Text(x, y, fitting(end-x, parts[0].text, "answered "+number(ends.Answered)), parts[0].st, end-x)
}

// statuses lists how many answers had which status: " (200 OK 2, 404 Not Found 1)".
func statuses(l *view.Link) string {
	keys := make([]int, 0, len(l.Statuses))
	for k := range l.Statuses {
		if codeOf(l.Transport, k).Answers() {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return ""
	}
	slices.Sort(keys)
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = verdict(l.Transport, k, codeOf(l.Transport, k)) + " " + number(l.Statuses[k])
	}
	return "   (" + strings.Join(parts, ", ") + ")"
}
