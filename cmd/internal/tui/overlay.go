package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/help"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/inspect"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/lesson"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/words"
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

// overlay lies over the screen and has the keys. Esc takes it away.
type overlay interface{ where() where }

// page is an overlay that takes the whole body and can be scrolled.
type page interface {
	overlay
	name(m *Model) string
	rows(m *Model, body grid.Rect) (all, seen int)
	at() *int // the first row drawn
	draw(m *Model, body grid.Rect)
}

// helpOver is the help page for the place it was opened in.
type helpOver struct {
	of     where
	under  overlay // what comes back when it goes; nil = nothing
	scroll int
}

func (*helpOver) where() where       { return atHelp }
func (*helpOver) name(*Model) string { return "help" }
func (o *helpOver) at() *int         { return &o.scroll }
func (o *helpOver) rows(m *Model, body grid.Rect) (int, int) {
	in := body.Inset(2, 1)
	return o.help(m).Len(in.W), in.H
}

func (o *helpOver) draw(m *Model, body grid.Rect) {
	h := o.help(m)
	h.Scroll = o.scroll
	h.Draw(&m.grid, body.Inset(2, 1), m.th)
}

func (o *helpOver) help(m *Model) help.Help {
	h := help.Help{Keys: m.helpKeys(o.of)}
	if !m.inLesson() {
		return h
	}
	if t := m.run.state.Task; t != nil && m.run.state.Phase == lessons.Doing {
		h.Task, h.Hints, h.HintsLeft = true, t.Hints, t.HintsLeft
	}
	for _, w := range m.words {
		for _, term := range m.run.state.Info.Words {
			if w.Term == term {
				h.Words = append(h.Words, w)
			}
		}
	}
	return h
}

// openHelp shows help; where a task has hints, the next one with it.
func (m *Model) openHelp(string) tea.Cmd {
	if m.over == nil {
		m.over = &helpOver{of: m.where()}
	}
	if o, ok := m.over.(*helpOver); ok {
		o.scroll = 0
	} else {
		m.over = &helpOver{of: m.over.where(), under: m.over}
	}
	if m.hasHint() {
		return m.knock(sim.Hint{})
	}
	return nil
}

// wordsOver is the glossary.
type wordsOver struct{ scroll int }

func (*wordsOver) where() where       { return atWords }
func (*wordsOver) name(*Model) string { return "words" }
func (o *wordsOver) at() *int         { return &o.scroll }
func (o *wordsOver) rows(m *Model, body grid.Rect) (int, int) {
	in := body.Inset(2, 1)
	return words.Words{Words: m.words}.Len(in.W), in.H
}

func (o *wordsOver) draw(m *Model, body grid.Rect) {
	words.Words{Words: m.words, Scroll: o.scroll}.Draw(&m.grid, body.Inset(2, 1), m.th)
}

func (m *Model) hasWords() bool { return len(m.words) > 0 }

func (m *Model) openWords(string) tea.Cmd {
	m.over = &wordsOver{}
	return nil
}

// inspectOver is one message, opened.
type inspectOver struct {
	inspect.Inspect
	link sim.LinkID
}

// newInspector opens one attempt. What a topic handed out crossed under the name of
// its publication: that is opened, at the crossing to this subscriber.
func (m *Model) newInspector(link sim.LinkID, span sim.SpanID, answer bool) *inspectOver {
	x, found := m.run.world.Exchange(link, span)
	crossing := 0
	if p := m.publication(link, span); p != nil && !found {
		if y, kept := m.run.world.Exchange(p.Link, p.Span); kept {
			crossing = 1 + slices.IndexFunc(y.Then, func(t sim.Exchange) bool { return t.Link == link })
			x, found, link = y, true, p.Link
		}
	}
	o := &inspectOver{inspect.Inspect{Exchange: x, Found: found, Crossing: crossing}, link}
	o.Answer = answer && len(o.Shown().Response.Raw) > 0
	return o
}

// publication is the attempt of which a delivery is the child; nil where there is
// none, or it is not kept any more.
func (m *Model) publication(link sim.LinkID, span sim.SpanID) *view.Hop {
	for _, t := range m.run.player.Frame().Picture.Traces {
		for _, h := range t.Hops {
			if h.Span != span || h.Link != link {
				continue
			}
			for _, p := range t.Hops {
				if p.Span == h.Parent && p.Link.To() == link.From() {
					return p
				}
			}
		}
	}
	return nil
}

func (*inspectOver) where() where { return atInspector }
func (o *inspectOver) name(*Model) string {
	return sim.Visible(o.link.From()) + " → " + sim.Visible(o.link.To())
}
func (o *inspectOver) at() *int { return &o.Scroll }
func (o *inspectOver) rows(_ *Model, body grid.Rect) (int, int) {
	p := inspect.Page(body)
	return o.Len(body.W - 2), p.H
}
func (o *inspectOver) draw(m *Model, body grid.Rect) { o.Draw(&m.grid, body, m.th) }

func (m *Model) turnMessage(key string) tea.Cmd {
	o := m.over.(*inspectOver)
	if x, found := m.run.world.Exchange(o.link, o.Exchange.Span); found {
		o.Exchange, o.Found = x, true // what a broker carries may have crossed again
	}
	o.Turn(key == "left" || key == "h" || key == "shift+tab")
	return nil
}

func (m *Model) turnHex(string) tea.Cmd {
	o := m.over.(*inspectOver)
	o.Hex, o.Scroll = !o.Hex, 0
	return nil
}

// showsProtobuf reports whether the open message is one that a contract names.
func (m *Model) showsProtobuf() bool {
	o, ok := m.over.(*inspectOver)
	return ok && part.IsProtobuf(o.Shown().Request)
}

// showsBrokered reports whether the open message is one that a broker carries.
func (m *Model) showsBrokered() bool {
	o, ok := m.over.(*inspectOver)
	return ok && o.Exchange.From != ""
}

func (m *Model) turnNumbers(string) tea.Cmd {
	o := m.over.(*inspectOver)
	o.Numbers, o.Scroll = !o.Numbers, 0
	return nil
}

func (m *Model) copyMessage(string) tea.Cmd {
	raw := m.over.(*inspectOver).Raw()
	if len(raw) == 0 {
		m.say("there is nothing to copy")
		return nil
	}
	m.say("copied, as it crossed")
	return tea.SetClipboard(string(raw))
}

// endPage lets the summary of a lesson be scrolled like any page.
type endPage struct{ run *running }

func (endPage) where() where       { return atEnd }
func (endPage) name(*Model) string { return "" }
func (e endPage) at() *int         { return &e.run.scroll }
func (e endPage) rows(_ *Model, body grid.Rect) (int, int) {
	c := lesson.Column(body)
	return lesson.Summary{State: e.run.state}.Len(c.W), c.H
}

func (e endPage) draw(m *Model, body grid.Rect) {
	lesson.Summary{State: e.run.state, Scroll: e.run.scroll}.Draw(&m.grid, body, m.th)
}

// page is the page that has the keys; nil when there is none.
func (m *Model) page() page {
	if p, ok := m.over.(page); ok {
		return p
	}
	if m.where() == atEnd {
		return endPage{m.run}
	}
	return nil
}

// scrolls reports whether the open message has more rows than there is room for.
func (m *Model) scrolls() bool {
	o, ok := m.over.(*inspectOver)
	if !ok {
		return false
	}
	all, seen := o.rows(m, m.body())
	return all > seen
}

func (m *Model) scrollPage(key string) tea.Cmd {
	p := m.page()
	all, seen := p.rows(m, m.body())
	*p.at() = scrolled(*p.at(), key, max(seen-2, 1), 0, max(all-seen, 0))
	return nil
}
