package part

import (
	"slices"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// fresh is how long a change of the world stays written on its box, on the clock of the
// screen: slow motion does not keep it there.
const fresh = 2 * time.Second

// box draws one box of the plan.
func (f *frame) box(n int) {
	r := f.plan.rects[n]
	edge, title := theme.BoxEdge, theme.Title
	b := f.boxOf(n)
	switch {
	case f.plan.nodes[n].queue != "":
		f.queue(r, n)
		return
	case f.plan.nodes[n].topic != "":
		f.topic(r, n)
		return
	}
	switch {
	case f.Select.Box == f.plan.nodes[n].inst:
		edge, title = theme.Accent, theme.Lit(theme.Title)
	case b == nil:
		edge, title = theme.Rule, theme.Text
	case b.State == view.Down:
		edge, title = theme.Fail, theme.Fail
	case b.State == view.Standing:
		edge, title = theme.Wait, theme.Wait
	}
	if r.H < 3 {
		f.pill(r, n, b, edge, title)
		return
	}
	f.g.Fill(r, ' ', theme.Plain)
	f.g.Box(r, edge, shortName(f.name(n), r.W-2), title)
	f.boxBadge(r, f.plan.nodes[n].inst)
	if b == nil {
		f.g.Text(r.X+2, r.Y+1, "not of this world", theme.Dim, r.W-4)
		return
	}
	f.inside(grid.Rect{X: r.X + 2, Y: r.Y + 1, W: r.W - 4, H: r.H - 2}, n, b)
	if r.H == 3 && b.Workers > 0 && b.State == view.Up && len(f.tallied(b)) > 0 { // its counts have the only row
		room := r.W - 4
		if bad := grid.Width(f.boxFaults(b.Instance).text); bad > 0 {
			room -= bad + 3
		}
		if text, st := Workers(b, room); grid.Width(text) <= room {
			f.g.Text(r.X+1, r.Bottom()-1, " "+text+" ", st, grid.Width(text)+2)
		}
	}
}

// inside writes the rows of a box: what it does, what it did last, its counts.
func (f *frame) inside(r grid.Rect, n int, b *view.Box) {
	text, st := f.doing(n, b, r.W)
	if r.H == 1 {
		if b.State != view.Up || !f.counts(r.X, r.Y, r.W, b) {
			f.g.Text(r.X, r.Y, text, st, r.W)
		}
		return
	}
	f.g.Text(r.X, r.Y, text, st, r.W)
	if did := f.effect(b); r.H > 2 && did != "" {
		rows := fill([]run{{did, theme.Dim}}, 0, r.W)
		if room := r.H - 2; len(rows) > room {
			f.g.Text(r.X, r.Y+1, brief(r.W, did), theme.Dim, r.W)
		} else {
			for i, w := range rows {
				w.draw(f.g, r.X, r.Y+1+i, r.W)
			}
		}
	}
	f.counts(r.X, r.Bottom()-1, r.W, b)
}

// effect is the last thing of this scene that a box did and that lasts.
func (f *frame) effect(b *view.Box) string {
	if b.State == view.Down || f.Since > 0 && b.EffectAt <= f.Since {
		return ""
	}
	return sim.Visible(b.Effect)
}

// sides draws the two sides of a box without a frame.
func (f *frame) sides(r grid.Rect, edge grid.Style) {
	f.g.Fill(r, ' ', theme.Plain)
	for y := r.Y; y < r.Bottom(); y++ {
		f.g.Set(r.X, y, '│', edge)
		f.g.Set(r.Right()-1, y, '│', edge)
	}
}

// pill is a box of one row, for many services: its name, and as much as has room
// of what is wrong there and what it did.
func (f *frame) pill(r grid.Rect, n int, b *view.Box, edge, title grid.Style) {
	f.sides(r, edge)
	x, end := r.X+2, r.Right()-2
	if b == nil {
		f.g.Text(x, r.Y, f.name(n), title, end-x)
		return
	}
	name, full := f.name(n), end-x
	whole, less := f.inRow(b)
	put := func(runs []run) {
		at := end - widthOf(runs)
		f.g.Text(x, r.Y, shortName(name, at-1-x), title, at-1-x)
		for _, p := range runs {
			at += f.g.Text(at, r.Y, p.text, p.style, end-at)
		}
	}
	fits := func(all [][]run, name int) bool {
		for _, runs := range all {
			if name+1+widthOf(runs) <= full {
				put(runs)
				return true
			}
		}
		return false
	}
	switch {
	case fits(whole, grid.Width(name)):
	case f.well(b):
		f.g.Text(x, r.Y, shortName(name, full), title, full)
	case b.State != view.Up && fits(less, grid.Width(name)): // one sign says it
	case fits(whole, min(leastName, grid.Width(name))), fits(less, grid.Width(name)), fits(less, 0):
	default:
		put(less[len(less)-1])
	}
}

// leastName is how much of a name stays where it makes room for what failed and what
// succeeded.
const leastName = 6

func widthOf(runs []run) (w int) {
	for _, p := range runs {
		w += grid.Width(p.text)
	}
	return w
}

// well reports whether a box has nothing to say but that it is well.
func (f *frame) well(b *view.Box) bool {
	return b.State == view.Up && b.Counts.Failed+b.Counts.Refused+b.Counts.Degraded+b.Counts.Late == 0 && f.boxFaults(b.Instance).text == ""
}

// inRow is what stands behind the name of a box of one row, from long to short: all of
// it, and less. What failed comes before what was answered where both have no room. A
// count is never a sign alone.
func (f *frame) inRow(b *view.Box) (whole, less [][]run) {
	gl := f.th.Glyphs
	sign := func(r rune, st grid.Style, words ...string) (all [][]run) {
		for _, w := range words {
			all = append(all, []run{{string(r), st}, {w, st}})
		}
		return all
	}
	switch b.State {
	case view.Down:
		return sign(gl.Fail, theme.Fail, " "+orElse(b.Why, "stopped"), " down"), sign(gl.Fail, theme.Fail, "")
	case view.Standing:
		return sign(gl.Paused, theme.Wait, " paused"), sign(gl.Paused, theme.Wait, "")
	}
	var bad []run
	if t := f.boxFaults(b.Instance); t.text != "" {
		bad = []run{{t.text, t.style}, {" ", theme.Text}}
	}
	ts := f.tallied(b)
	if len(ts) == 0 {
		ts = []tally{{gl.Done, theme.OK, 0}}
	}
	write := func(ts []tally, s spacing) (runs []run) {
		for i, t := range ts {
			if i > 0 {
				runs = append(runs, run{strings.Repeat(" ", s.apart), theme.Text})
			}
			runs = append(runs, run{string(t.sign), t.style}, run{s.gap + s.number(t.n), theme.Text})
		}
		return runs
	}
	for _, s := range spacings {
		whole = append(whole, slices.Concat(bad, write(ts, s)))
	}
	tight := spacings[len(spacings)-1]
	for from := 1; from < len(ts); from++ {
		less = append(less, slices.Concat(bad, write(ts[from:], tight)))
	}
	return whole, append(less, write(ts, tight), write(ts[len(ts)-1:], tight))
}

// name is the title of a box.
func (f *frame) name(n int) string {
	name := sim.Visible(f.plan.nodes[n].inst.String())
	if f.You != "" && f.plan.nodes[n].inst.Service == f.You {
		name += " (you)"
	}
	return name
}

// shortName is a name in at most w cells. Which instance it is stays to be read.
func shortName(name string, w int) string {
	i := strings.IndexByte(name, '#')
	if room := w - len(name) + i - 1; i > 0 && room > 0 && len(name) > w {
		return name[:room] + "…" + name[i:]
	}
	return name
}

// boxOf is the box of a node; nil for a caller from outside.
func (f *frame) boxOf(n int) *view.Box {
	if i := f.plan.nodes[n].box; i >= 0 && i < len(f.Picture.Boxes) {
		return &f.Picture.Boxes[i]
	}
	return nil
}

// doing says in at most w cells what a box does, most urgent first.
func (f *frame) doing(n int, b *view.Box, w int) (string, grid.Style) {
	gl := f.th.Glyphs
	switch b.State {
	case view.Down:
		sign, why := string(gl.Fail)+" ", orElse(b.Why, "stopped")
		text := brief(w, sign+why)
		if text+" " == sign || grid.Width(text) > w {
			text = sign + "down"
		}
		return text, theme.Fail
	case view.Standing:
		return string(gl.Paused) + " paused", theme.Wait
	}
	if t := f.changed(b.Instance); t != "" {
		return brief(w, t), theme.Accent
	}
	if t := f.part(n, w); t != "" && (b.Workers == 0 || b.Working <= b.Workers) {
		return t, theme.Text
	}
	switch {
	case b.Workers > 0 && b.Kind != "client":
		return Workers(b, w)
	case b.Working > 0:
		sign, n := string(gl.Held)+" ", number(int64(b.Working))
		return fitting(w, sign+"works on "+n, sign+"works", sign+n), theme.Wait
	case b.Kind == "client" && f.Picture.Load > 0:
		offered := rate(float64(f.Picture.Load))
		if f.Picture.Sent < f.Picture.Load {
			sent := number(int64(f.Picture.Sent))
			return fitting(w, "sends "+sent+" of "+offered, sent+" of "+offered, sent+"/s"), theme.Wait
		}
		return fitting(w, "offers "+offered, offered), theme.Text
	case b.Kind == "client":
		return "ready", theme.Dim
	default:
		return "up", theme.Dim
	}
}

// Workers says in at most w cells how many workers of a box are busy and how many
// requests wait for one.
func Workers(b *view.Box, w int) (string, grid.Style) {
	busy, st := min(b.Working, b.Workers), theme.Text
	of := func(sign string) string { return number(int64(busy)) + sign + number(int64(b.Workers)) }
	long, short, less := of(" of ")+" busy", of("/")+" busy", of("/")
	if waits := b.Working - busy; waits > 0 {
		more := ", " + number(int64(waits)) + " wait"
		long, short, less = long+more, short+more, less+" +"+thousands(int64(waits))
		st = theme.Wait
	}
	return fitting(w, long, short, less), st
}

// changed is what happened to an instance a moment ago.
func (f *frame) changed(i sim.Instance) string {
	for k := len(f.Picture.Notices) - 1; k >= 0; k-- {
		n := f.Picture.Notices[k]
		if !f.recent(n) {
			return ""
		}
		if n.Node == i {
			return sim.Visible(n.Text)
		}
	}
	return ""
}

// recent reports whether a change of the world is of now.
func (f *frame) recent(n view.Notice) bool { return f.shown(f.Picture.At)-f.shown(n.At) <= fresh }

// part is what a box does for the followed request, in at most w cells.
func (f *frame) part(n, w int) string {
	text := ""
	for i, h := range f.hops {
		m := f.motions[i]
		switch {
		case m.phase == future:
		case h.To == f.plan.nodes[n].inst && m.phase == working && text == "":
			text = "works"
		case h.To == f.plan.nodes[n].inst && (m.phase == back || m.phase == home || m.phase == gone && m.answer):
			status, code := said(h)
			end := short(f.by(h), status, code)
			text = brief(w, fitting(w, "returned "+end, "sent "+end, end))
		case h.From == f.plan.nodes[n].inst && (m.phase == out || m.phase == working || m.phase == back):
			text = fitting(w, "waits for "+sim.Visible(h.To.Service), "waits")
		}
	}
	return text
}

// tally is one counter with its sign.
type tally struct {
	sign  rune
	style grid.Style
	n     int64
}

// counts writes what a box answered, and reports whether there was anything:
// answers to the left, failures to the right, errors that were answered and degraded
// ones between them. Where not all has room between the margins of a box, it takes
// those; where not even then, failures have room.
func (f *frame) counts(x, y, w int, b *view.Box) bool {
	ts := f.tallied(b)
	for from := range ts {
		if f.tallies(x, y, w, ts[from:]) || f.tallies(x-1, y, w+2, ts[from:]) {
			break
		}
	}
	return len(ts) > 0
}

// tallied are the counters of a box that are above 0, in the order in which they may be left out.
func (f *frame) tallied(b *view.Box) []tally {
	gl, c := f.th.Glyphs, b.Counts
	ts := []tally{{gl.Done, theme.OK, c.Answered - c.Refused - c.Late}, {gl.Late, theme.Wait, c.Late}, {gl.Refused, theme.Wait, c.Refused}, {gl.Degraded, theme.Wait, c.Degraded}, {gl.Fail, theme.Fail, c.Failed}}
	return slices.DeleteFunc(ts, func(t tally) bool { return t.n == 0 })
}

// spacing is how counters are written: what is between a sign and its number, and
// how far the next is apart.
type spacing struct {
	gap    string
	number func(int64) string
	apart  int
}

// spacings are from wide to tight.
var spacings = [...]spacing{{" ", number, 1}, {"", number, 1}, {"", thousands, 1}, {"", thousands, 0}}

// tallies writes counters in the longest way that has room, and reports whether one has.
func (f *frame) tallies(x, y, w int, ts []tally) bool {
	end := x + w
	for _, s := range spacings {
		texts, all := make([]string, len(ts)), s.apart*max(len(ts)-1, 0)
		for i, t := range ts {
			texts[i] = s.gap + s.number(t.n)
			all += 1 + len(texts[i])
		}
		if all > w {
			continue
		}
		for i, t := range ts {
			at := x
			if t.sign == f.th.Glyphs.Fail && i > 0 {
				at = end - 1 - len(texts[i])
			}
			f.g.Set(at, y, t.sign, t.style)
			f.g.Text(at+1, y, texts[i], theme.Text, end-at-1)
			x = at + 1 + len(texts[i]) + s.apart
		}
		return true
	}
	return false
}
