package part

import (
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/view"
)

// wayWord is what an idle wire says: how its messages travel, from what it is
// being swapped away, or how many wait where their queue has no box.
func (f *frame) wayWord(l *view.Link, room int) (string, grid.Style) {
	word := sim.Visible(TransportWord(l.Transport))
	switch {
	case l.Draining != "":
		old := sim.Visible(TransportWord(l.Draining)) + " drains"
		return fitting(room, word+", "+old, old), theme.Wait
	case queued(l.Transport) && len(f.plan.through) == 0:
		if n := f.queueOf(l.ID).Ready; n > 0 {
			return word + " " + number(n), theme.Queue
		}
	}
	if l.Distance != "" {
		sign, _ := f.th.Glyphs.Message(l.Transport)
		far := sim.Visible(l.Distance)
		word = fitting(room, word+" · "+far, string(sign)+" "+far, word)
	}
	return word, theme.Dim
}

// badge is a few cells on a wire or a box that say what is wrong there.
type badge struct {
	text  string
	style grid.Style
}

// faultsAt names the faults that may hit along a link or at an instance: "× f1".
func (f *frame) faultsAt(here func(view.Fault) bool) badge {
	var ids []string
	for _, x := range f.Picture.Faults {
		if x.Hits() && here(x) {
			ids = append(ids, sim.Visible(x.ID))
		}
	}
	if len(ids) == 0 {
		return badge{}
	}
	if len(ids) > 2 {
		ids = append(ids[:1], "…")
	}
	return badge{string(f.th.Glyphs.Fail) + " " + strings.Join(ids, " "), theme.Fail}
}

func (f *frame) linkFaults(id sim.LinkID) badge {
	return f.faultsAt(func(x view.Fault) bool {
		base, _, _ := strings.Cut(string(x.Link), "@")
		return base == string(id)
	})
}

func (f *frame) boxFaults(i sim.Instance) badge {
	b := f.Picture.Box(i)
	nodes := b != nil && b.Nodes.Of > 0 // they are drawn as one box
	return f.faultsAt(func(x view.Fault) bool {
		return x.Link == "" && x.Node.Service == i.Service && i.Service != "" && (nodes || x.Node.N == i.N || x.Node.N == 0)
	})
}

// breaker says that a breaker does not let everything through; a closed one is quiet.
func breaker(l *view.Link) badge {
	if l.Breaker == "" || l.Breaker == policy.StateClosed || l.Breaker == policy.StateForcedClosed {
		return badge{}
	}
	word, st := stateWord(l.Breaker)
	return badge{word, st}
}

// badges writes onto a piece of wire what its policies and faults are doing, the
// breaker where it begins, the faults where it ends, and returns what is left of it.
func (f *frame) badges(l label, link *view.Link) label {
	bad, open := f.linkFaults(link.ID), breaker(link)
	if sign := " " + string(f.th.Glyphs.Fail); bad.text != "" && open.text != "" && l.w < grid.Width(open.text+bad.text)+5 {
		open.text, bad.text = fitting(l.w-2, open.text+sign, open.text), "" // no room for both
	}
	open.text = fitting(l.w-2, open.text, strings.TrimSuffix(open.text, "-OPEN"))
	room := l.w - 1 // for the arrowhead
	if open.text != "" {
		room -= grid.Width(open.text) + 2
	}
	if n := grid.Width(bad.text) + 2; bad.text != "" && n <= room {
		f.on(l.x+l.w-1-n, l.y, " "+bad.text+" ", bad.style)
		l.w -= n
	}
	if n := grid.Width(open.text) + 1; open.text != "" && n < l.w {
		from, text := 0, " "+open.text
		if l.w >= n+3 {
			from, text, n = 1, text+" ", n+1
		}
		f.on(l.x+from, l.y, text, open.style)
		l.x, l.w = l.x+from+n, l.w-from-n
	}
	return l
}

// wireBadges are the badges of one wire. Where a queue stands on the way, they
// are on the wire into it.
func (f *frame) wireBadges(w *wire) label {
	if f.plan.nodes[w.from].queue != "" {
		return w.seg
	}
	free := f.badges(w.seg, &f.Picture.Links[w.link])
	b := f.behind(w, free.w-3)
	if b.text != "" && grid.Width(b.text)+2 < free.w {
		b.text = " " + b.text + " "
	}
	if n := grid.Width(b.text); n > 0 && n < free.w {
		f.on(free.x+free.w-1-n, free.y, b.text, b.style)
		free.w -= n
	}
	return free
}

// boxBadge writes the faults of a box into its lower edge.
func (f *frame) boxBadge(r grid.Rect, i sim.Instance) {
	b := f.boxFaults(i)
	if n := grid.Width(b.text); b.text != "" && n+4 <= r.W && r.H >= 3 {
		f.g.Text(r.Right()-n-3, r.Bottom()-1, " "+b.text+" ", b.style, n+2)
	}
}
