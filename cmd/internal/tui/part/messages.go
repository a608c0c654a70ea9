package part

import (
	"strconv"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// ghosts draws the messages of other requests, as faint dots.
func (f *frame) ghosts() {
	if f.crowded || f.Still {
		return
	}
	for _, t := range f.Picture.Traces {
		if t == f.Follow || f.Follow != nil && t.ID == f.Follow.ID || t.BeganAt > f.Now || t.EndedAt != 0 && t.EndedAt < f.Now {
			continue
		}
		for _, h := range t.Hops {
			if h.SentAt > f.Now || h.EndedAt != 0 && h.EndedAt <= f.Now {
				continue
			}
			w := f.wireOf(h)
			if m := f.moving(h, w); w != nil && (m.phase == out || m.phase == back) && !f.flows(w) {
				_, st := f.th.Glyphs.Message(f.by(h))
				if p := w.path[int(m.at*float64(len(w.path)-1)+0.5)]; !f.behindWords(p) {
					f.g.Set(p.x, p.y, f.th.Glyphs.Dot, st)
				}
			}
		}
	}
}

// followed draws the messages of the followed request over everything else.
func (f *frame) followed() {
	for i, h := range f.hops {
		m, w := f.motions[i], f.ways[i]
		if m.phase == future || w == nil || len(w.path) == 0 {
			continue
		}
		f.texts(w, h, m)
		if f.Still && m.phase != gone {
			continue
		}
		r, st := f.th.Glyphs.Message(f.by(h))
		at := int(m.at*float64(len(w.path)-1) + 0.5)
		switch m.phase {
		case out:
			f.glyph(w.path, at, -1, r, st, h, false)
		case back:
			if _, code := said(h); code != sim.OK {
				end := f.answer(code)
				r, st = end.sign, end.style
			}
			f.glyph(w.path, at, +1, r, st, h, true)
		case gone:
			if !f.again(i) {
				f.glyph(w.path, at, 0, f.th.Glyphs.Fail, theme.Fail, h, m.answer)
			}
		}
	}
}

// again reports whether a later attempt of hop i has been sent.
func (f *frame) again(i int) bool {
	for j := i + 1; j < len(f.hops); j++ {
		if f.hops[j].Link == f.hops[i].Link && f.motions[j].phase != future {
			return true
		}
	}
	return false
}

// glyph draws a message, beside the words of its line, with its trail, which lies tail (-1, +1, 0) cells
// behind it, and the number of a retry beside it.
func (f *frame) glyph(path []point, at, tail int, r rune, st grid.Style, h *view.Hop, answer bool) {
	for k := 2; k >= 1 && tail != 0; k-- {
		if i := at + k*tail; i >= 0 && i < len(path) && !f.behindWords(path[i]) {
			f.g.Set(path[i].x, path[i].y, [...]rune{0, f.th.Glyphs.Dot, f.th.Glyphs.Faint}[k], st)
		}
	}
	at = f.beside(path, at)
	p := path[at]
	if f.Select.Span == h.Span && h.Span != 0 && f.Select.Answer == answer {
		st = theme.Lit(st)
	}
	f.g.Set(p.x, p.y, r, st)
	if h.Try > 1 && at+1 < len(path) && path[at+1].y == p.y && !f.behindWords(path[at+1]) {
		f.g.Text(path[at+1].x, p.y, strconv.Itoa(h.Try), st, 2)
	}
}

// texts writes what a message is above its wire, and what became of it below.
func (f *frame) texts(w *wire, h *view.Hop, m motion) {
	x, y, n := w.seg.texts()
	if f.plan.rects[w.to].H < 3 || n < 3 || f.flows(w) {
		return
	}
	st := theme.Text
	if m.phase == home || m.phase == gone {
		st = theme.Dim
	}
	req := sim.Visible(h.Label)
	less := cutVerb(req)
	if h.Try > 1 {
		less = "try " + strconv.Itoa(h.Try)
		req = less + "  " + req
	}
	if m.phase != out && h.ReceivedAt > h.SentAt {
		took := sim.Human(h.ReceivedAt - h.SentAt)
		req = fitting(n, req+"  "+took, req, less, took, "")
	} else {
		req = fitting(n, req, less, "")
	}
	f.line(x, y-1, n, req, st, f.selected(h, false))
	text, st := f.became(w, h, m, n)
	f.line(x, y+1, n, text, st, text != "" && f.selected(h, true))
}

// became is what is known of the answer to an attempt, in at most n cells.
func (f *frame) became(w *wire, h *view.Hop, m motion, n int) (string, grid.Style) {
	tr := f.by(h)
	status, code := said(h)
	st := f.answer(code).text()
	long, brief := verdict(tr, status, code), short(tr, status, code)
	switch m.phase {
	case home:
		if f.plan.nodes[w.to].topic != "" {
			took := sim.Human(h.AcceptedAt - h.SentAt)
			return fitting(n, "kept  "+took, took, ""), st
		}
		took := sim.Human(settled(h, f.Now))
		if h.EndedAt == 0 && code == sim.OK { // else its last delivery failed, and it was dead-lettered
			long, brief = "handled", "done"
		}
		return fitting(n, long+"  "+took, brief+"  "+took, took, brief, ""), st
	case queues:
		in := "in the " + kept(tr)
		return fitting(n, in+"  "+sim.Human(f.Now-h.AcceptedAt), in, ""), theme.Wait
	case back:
		return fitting(n, long, brief, ""), st
	case gone:
		return fitting(n, reason(h), word(h.Outcome), ""), theme.Fail
	default:
		return "", st
	}
}

// said is the verdict of the other side, from the moment at which it was given.
func said(h *view.Hop) (status int, code sim.Code) {
	if h.RepliedAt != 0 && !h.Heard() {
		return h.Reply.Status, h.Reply.Code
	}
	return h.Status, h.Code
}

func (f *frame) selected(h *view.Hop, answer bool) bool {
	return h.Span != 0 && f.Select.Span == h.Span && f.Select.Answer == answer
}

// line writes one text over whatever stood in its cells.
func (f *frame) line(x, y, w int, s string, st grid.Style, lit bool) {
	if y < f.r.Y || y >= f.r.Bottom() {
		return
	}
	if lit {
		st = theme.Lit(st)
	}
	f.g.Fill(grid.Rect{X: x, Y: y, W: w, H: 1}, ' ', theme.Plain)
	f.g.Text(x, y, s, st, w)
}
