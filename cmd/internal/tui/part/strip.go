package part

import (
	"math"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// Strip draws one attempt, or a whole request, to scale, with a human anchor:
//
//	how long it really took   0.21 ms, shown here 6 700 times slower
//
//	to scale │out .03─│──────product works .12 ms──────│────back .06────│
//	a blink  100 ms: drawn to this scale it would be over 200 screens wide
//
// A warp of time teaches false magnitudes; this is the cure.
type Strip struct {
	Hop    *view.Hop     // one attempt; nil = the whole of Trace
	Trace  *view.Trace   // a request; nil with Hop
	Now    time.Duration // the real moment that is shown
	By     string        // the transport of Hop: it says where a message is kept
	Paused bool          // the receiver of Hop is paused
	Broker *view.Box     // keeps the message of Hop; nil = none, or it is not known
	Slower float64       // how many times slower it is shown, below 1 = faster; 0 = not said
}

// StripRows is how many rows a Strip fills; with one less it leaves out the blank one.
const StripRows = 4

// blink is the human anchor: about as long as a blink of an eye takes.
const blink = 100 * time.Millisecond

// piece is one part of a strip.
type piece struct {
	from, to time.Duration
	texts    []string // from long to short
	style    grid.Style
}

// Draw draws the strip.
func (s Strip) Draw(g *grid.Grid, r grid.Rect, _ *theme.Theme) {
	pieces, from, to, open := s.pieces()
	if r.Empty() || len(pieces) == 0 {
		return
	}
	s.head(g, r, to-from, open)
	y := r.Y + 1
	if r.H >= StripRows {
		y++
	}
	const name = 9
	if r.H < 3 || r.W < 2*name || to <= from {
		return
	}
	g.Text(r.X, y, "to scale", theme.Dim, name)
	g.Text(r.X, y+1, "a blink", theme.Dim, name)
	scale := grid.Rect{X: r.X + name, Y: y, W: r.W - name, H: 1}
	for _, p := range pieces {
		p.draw(g, scale, from, to)
	}
	s.anchor(g, grid.Rect{X: scale.X, Y: y + 1, W: scale.W, H: 1}, to-from)
}

// head says how long it took and how much slower it is shown.
func (s Strip) head(g *grid.Grid, r grid.Rect, d time.Duration, open bool) {
	name, took := "how long it really took   ", sim.Human(d)
	if open {
		name, took = "how long it takes so far  ", sim.Human(d)
	}
	x := r.X + g.Text(r.X, r.Y, name, theme.Dim, r.W)
	x += g.Text(x, r.Y, took, theme.Title, r.Right()-x)
	if text := s.pace(); text != "" && grid.Width(text) <= r.Right()-x {
		g.Text(x, r.Y, text, theme.Dim, r.Right()-x)
	}
}

// pace says how much slower or faster it is shown. What took no time that can be
// measured has no pace.
func (s Strip) pace() string {
	switch {
	case s.Slower <= 0 || s.Slower > 1e6:
		return ""
	case s.Slower > 1.5:
		return ", shown here " + number(round2(s.Slower)) + " times slower"
	case s.Slower < 1/1.5:
		return ", shown here " + number(round2(1/s.Slower)) + " times faster"
	default:
		return ", shown here as long as it took"
	}
}

// Span is when what is drawn began and ended; it is not over while open.
func (s Strip) Span() (from, to time.Duration, open bool) {
	_, from, to, open = s.pieces()
	return from, to, open
}

// round2 keeps two significant digits.
func round2(v float64) int64 {
	if v < 100 {
		return int64(math.Round(v))
	}
	unit := math.Pow(10, math.Floor(math.Log10(v))-1)
	return int64(math.Round(v/unit) * unit)
}

// anchor compares with a blink of an eye.
func (s Strip) anchor(g *grid.Grid, r grid.Rect, d time.Duration) {
	cells := float64(r.W-1) * float64(blink) / float64(d)
	if cells <= float64(r.W) {
		n := max(int(math.Round(cells)), 1)
		g.HLine(r.X, r.Y, n+1, theme.Edge)
		g.Set(r.X, r.Y, '├', theme.Edge)
		g.Set(r.X+n, r.Y, '┤', theme.Edge)
		if r.W-n-3 >= 6 {
			g.Text(r.X+n+2, r.Y, "100 ms", theme.Dim, r.W-n-2)
		} else if n > 8 {
			g.Text(r.X+2, r.Y, "100 ms", theme.Dim, 6)
		}
		return
	}
	screens := cells / float64(max(g.Bounds().W, 1))
	text := "100 ms: drawn to this scale it would be over " + number(floor1(screens)) + " screens wide"
	if screens < 2 {
		text = "100 ms: drawn to this scale it would be wider than the screen"
	}
	short := "100 ms: over " + number(floor1(screens)) + " screens wide at this scale"
	g.Text(r.X, r.Y, fitting(r.W, text, short, "100 ms"), theme.Dim, r.W)
}

// floor1 keeps one significant digit, rounded down, so that "over" stays true.
func floor1(v float64) int64 {
	if v < 1 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	return int64(math.Floor(v/unit) * unit)
}

// draw draws a piece between two bars, its text on its line. A piece that is
// too short for a cell is a single bar: that is the truth of it.
func (p piece) draw(g *grid.Grid, r grid.Rect, from, to time.Duration) {
	col := func(t time.Duration) int {
		return r.X + int(math.Round(float64(r.W-1)*float64(t-from)/float64(to-from)))
	}
	a, b := col(p.from), col(p.to)
	for x := a + 1; x < b; x++ {
		g.Set(x, r.Y, '─', theme.Edge)
	}
	g.Set(a, r.Y, '│', theme.BoxEdge)
	g.Set(b, r.Y, '│', theme.BoxEdge)
	text := fitting(b-a-1, append(p.texts, "")...)
	g.Center(a+1, r.Y, text, p.style, b-a-1)
}

// pieces are the parts of what is drawn, where it begins and ends, and whether
// it still goes on.
func (s Strip) pieces() (ps []piece, from, to time.Duration, open bool) {
	if s.Hop == nil {
		return s.ofTrace()
	}
	h := s.Hop
	if h.SentAt > s.Now {
		return nil, 0, 0, false
	}
	if h.AcceptedAt != 0 && h.AcceptedAt <= s.Now && h.EndedAt == 0 {
		return s.throughQueue()
	}
	to, open = h.EndedAt, false
	if to == 0 || to > s.Now {
		to, open = s.Now, true
	}
	known := func(t time.Duration) bool { return t != 0 && t <= to }
	sent := h.SentAt
	if h.Connect > 0 && h.Connect < to-sent {
		ps = append(ps, part("opens the connection", "connects", sent, sent+h.Connect))
		sent += h.Connect
	}
	who := sim.Visible(h.To.Service)
	switch {
	case known(h.RepliedAt) && known(h.ReceivedAt):
		home := part("back", "", h.RepliedAt, to)
		if !open && h.LostReply() {
			home = part("response lost, "+word(h.Outcome), "response lost", h.RepliedAt, to)
			home.style = theme.Fail
		}
		ps = append(ps, part("out", "", sent, max(h.ReceivedAt, sent)), part("inside "+who, "inside", max(h.ReceivedAt, sent), h.RepliedAt), home)
	case known(h.ReceivedAt):
		ps = append(ps, part("out", "", sent, max(h.ReceivedAt, sent)), part("inside "+who, "inside", max(h.ReceivedAt, sent), to))
	case open && s.Paused: // its bytes lie in a socket of somebody who does not read
		ps = append(ps, part("not read yet: "+who+" is paused", who+" is paused", sent, to))
	case open:
		ps = append(ps, part("on its way", "", sent, to))
	case failed(h.Outcome):
		p := part(word(h.Outcome)+": "+sim.Visible(orElse(h.Reason, "no answer")), "no answer", sent, to)
		p.style = theme.Fail
		ps = append(ps, p)
	default:
		ps = append(ps, part("there and back", "", sent, to))
	}
	return ps, h.SentAt, to, open
}

// throughQueue are the parts of an attempt that a broker has taken: on its way
// there, waiting, being handled. Its caller went on after the first.
func (s Strip) throughQueue() (ps []piece, from, to time.Duration, open bool) {
	h := s.Hop
	to = h.SettledAt
	if to == 0 {
		to = h.RepliedAt
	}
	if to == 0 || to > s.Now {
		to, open = s.Now, true
	}
	taken := to
	if h.ReceivedAt != 0 && h.ReceivedAt < to {
		taken = max(h.ReceivedAt, h.AcceptedAt)
	}
	ps = []piece{part("to the broker", "", h.SentAt, h.AcceptedAt)}
	if b := s.Broker; open && taken == to && b != nil && b.State == view.Down && h.AcceptedAt < b.Since && b.Since < to { // nobody knows what it still has
		killed := part(sim.Visible(b.Instance.Service)+" is killed", "killed", b.Since, to)
		killed.style = theme.Fail
		return append(ps, part("in the "+kept(s.By), "waits", h.AcceptedAt, b.Since), killed), h.SentAt, to, open
	}
	ps = append(ps, part("in the "+kept(s.By), "waits", h.AcceptedAt, taken))
	if taken < to {
		ps = append(ps, part("unacked at "+sim.Visible(h.To.Service), "unacked", taken, to))
	}
	return ps, h.SentAt, to, open
}

// part is a piece with its texts: name and length, the short name and length,
// the length alone.
func part(name, short string, from, to time.Duration) piece {
	took := sim.Human(to - from)
	texts := []string{" " + name + " " + took + " ", name + " " + took}
	if short != "" {
		texts = append(texts, short+" "+took)
	}
	return piece{from, to, append(texts, took), theme.Text}
}

// ofTrace splits a request at the calls that its first service makes.
func (s Strip) ofTrace() (ps []piece, from, to time.Duration, open bool) {
	t := s.Trace
	if t == nil || t.BeganAt > s.Now {
		return nil, 0, 0, false
	}
	from, to = t.BeganAt, t.EndedAt
	if len(t.Hops) > 0 && to != 0 && t.Took < to-from { // it was one call
		from = t.Hops[0].SentAt
		to = from + t.Took
	}
	if to == 0 || to > s.Now {
		to, open = s.Now, true
	}
	at := from
	for _, h := range calls(t) {
		end := h.EndedAt
		if end == 0 || end > to {
			end = to
		}
		if h.SentAt < at || h.SentAt > to {
			continue // at the same time as the one before
		}
		if h.SentAt > at {
			ps = append(ps, part(sim.Visible(h.From.Service), "", at, h.SentAt))
		}
		p := part(sim.Visible(h.To.Service), "", h.SentAt, end)
		if failed(h.Outcome) {
			p.style = theme.Fail
		}
		ps, at = append(ps, p), end
	}
	if at < to {
		ps = append(ps, part("then", "", at, to))
	}
	return ps, from, to, open
}

// calls are the attempts that the first service of a request makes, or the
// request itself when it makes none.
func calls(t *view.Trace) []*view.Hop {
	var first, inner []*view.Hop
	for _, h := range t.Hops {
		switch h.Depth {
		case 0:
			first = append(first, h)
		case 1:
			inner = append(inner, h)
		}
	}
	if len(inner) > 0 {
		return inner
	}
	return first
}
