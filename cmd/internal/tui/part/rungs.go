package part

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// rung is one row of the ladder.
type rung struct {
	at       time.Duration
	kind     rungKind
	from, to int // lines
	text     string
	style    grid.Style
	span     sim.SpanID
}

type rungKind uint8

const (
	arrow  rungKind = iota // a message that arrived
	broken                 // a message that did not, or not yet
	cross                  // the caller gives up
	pause                  // the caller waits before it tries again
	effect                 // something that lasts
)

// lines are those who took part, in the order in which they did.
func (l Ladder) lines() []sim.Instance {
	var who []sim.Instance
	add := func(i sim.Instance) {
		if !slices.Contains(who, i) {
			who = append(who, i)
		}
	}
	if l.Trace.From.Service != "" {
		add(l.Trace.From)
	}
	for _, h := range l.Trace.Hops {
		add(h.From)
		add(h.To)
	}
	return who
}

// rungs lists everything that was said until Now, by time.
func (l Ladder) rungs() []rung {
	if l.Trace == nil {
		return nil
	}
	who, now := l.lines(), l.Now
	if now == 0 {
		now = time.Duration(1<<63 - 1)
	}
	var rs []rung
	for i, h := range l.Trace.Hops {
		if h.SentAt > now {
			continue
		}
		from, to := slices.Index(who, h.From), slices.Index(who, h.To)
		rs = append(rs, waits(l.Trace.Hops[:i], h, from)...)
		rs = append(rs, request(h, from, to, now))
		if h.EndedAt != 0 && h.EndedAt <= now {
			if h.LostReply() {
				status, code := said(h)
				rs = append(rs, rung{at: h.RepliedAt, kind: broken, from: to, to: from, text: verdict(h.By, status, code), style: theme.Text, span: h.Span})
			}
			rs = append(rs, end(h, from, to))
		}
	}
	for _, e := range l.Trace.Events {
		if f, ok := e.Fact.(sim.Effect); ok && e.At <= now {
			if n := slices.Index(who, e.Node); n >= 0 {
				rs = append(rs, rung{at: e.At, kind: effect, from: n, to: n, text: sim.Visible(f.Text), style: theme.Accent, span: e.Span})
			}
		}
	}
	slices.SortStableFunc(rs, func(a, b rung) int { return cmp.Compare(a.at, b.at) })
	return rs
}

// request is the rung of a request.
func request(h *view.Hop, from, to int, now time.Duration) rung {
	text := sim.Visible(h.Label)
	if h.Try > 1 {
		text += "  " + strconv.Itoa(h.Try)
	}
	kind := arrow
	if h.ReceivedAt == 0 && failed(h.Outcome) || h.ReceivedAt > now {
		kind = broken
	}
	return rung{at: h.SentAt, kind: kind, from: from, to: to, text: text, style: theme.Text, span: h.Span}
}

// end is the rung at which an attempt ends: its answer, or that there is none.
func end(h *view.Hop, from, to int) rung {
	r := rung{at: h.EndedAt, kind: arrow, from: to, to: from, span: h.Span, style: theme.Text}
	switch {
	case h.Outcome == sim.WasAnswered || h.Outcome == sim.WasDegraded || h.Status != 0:
		r.text = verdict(h.By, h.Status, h.Code)
		r.style = endingOf(theme.Glyphs{}, h.Outcome, h.Code).text()
	default:
		r.kind, r.from, r.to, r.text, r.style = cross, from, to, reason(h), theme.Fail
	}
	return r
}

// waits is the pause before h, if h is a further attempt of the same call.
func waits(before []*view.Hop, h *view.Hop, from int) []rung {
	if h.Try <= 1 {
		return nil
	}
	for i := len(before) - 1; i >= 0; i-- {
		b := before[i]
		if b.Link == h.Link && b.Parent == h.Parent && b.Try == h.Try-1 && b.EndedAt != 0 && b.EndedAt < h.SentAt {
			return []rung{{at: b.EndedAt, kind: pause, from: from, to: from, text: "waits " + sim.Human(h.SentAt-b.EndedAt), style: theme.Wait, span: h.Span}}
		}
	}
	return nil
}
