package tui

import (
	"cmp"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/playground"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/stage"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/view"
)

func (m *Model) inPlayground() bool { return m.run != nil && m.run.lesson == nil }

func (m *Model) hasUseCase() bool { return len(m.run.world.Spec().UseCases) > 0 }

func (m *Model) canLoad() bool { return m.inPlayground() && m.hasUseCase() }

func (m *Model) hasBox() bool { return m.run.sel.Box.Service != "" }

func (m *Model) hasSelected() bool {
	return m.run.sel != part.Selection{}
}

// rates are the steps of + and -.
var rates = [...]sim.Rate{0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000}

// load offers the next higher or lower rate: of the load that began first, or of the
// first use case.
func (m *Model) load(key string) tea.Cmd {
	var of sim.SetLoad
	if all := m.run.player.Newest().Loads(); len(all) > 0 {
		of = all[0]
	}
	now := of.Rate
	next := rates[0]
	if key == "-" {
		for _, r := range rates {
			if r < now {
				next = r
			}
		}
	} else {
		next = rates[len(rates)-1]
		for i := len(rates) - 1; i >= 0; i-- {
			if rates[i] > now {
				next = rates[i]
			}
		}
	}
	if next == now {
		m.say("the load is " + now.String())
		return nil
	}
	return m.knock(sim.SetLoad{Rate: next, UseCase: of.UseCase})
}

// killOrStart kills the selected box, or starts it when it is down.
func (m *Model) killOrStart(string) tea.Cmd {
	b := m.box()
	switch {
	case b == nil:
		m.say("this box is not there any more")
		return nil
	case b.Kind == "client":
		m.say("the customer cannot be killed; choose a service")
		return nil
	case b.State == view.Down:
		return m.knock(sim.Start{Target: b.Instance.String()})
	default:
		return m.knock(sim.Kill{Target: b.Instance.String()})
	}
}

// box is the selected one as it is now, not as it is shown; nil when none is.
func (m *Model) box() *view.Box {
	boxes := m.run.player.Newest().Boxes
	for i := range boxes {
		if boxes[i].Instance == m.run.sel.Box {
			return &boxes[i]
		}
	}
	return nil
}

func (m *Model) hasAddress() bool {
	b := m.box()
	return b != nil && b.Addr != ""
}

func (m *Model) copyAddress(string) tea.Cmd {
	addr := "http://" + m.box().Addr
	m.say("copied " + addr)
	return tea.SetClipboard(addr)
}

// moveSelection selects the next thing in the direction of an arrow.
func (m *Model) moveSelection(key string) tea.Cmd {
	dx, dy := 0, 0
	switch key {
	case "left", "h":
		dx = -1
	case "right", "l":
		dx = 1
	case "up", "k":
		dy = -1
	default:
		dy = 1
	}
	s := m.stage()
	r := m.layout().stage
	m.run.sel = s.Part.Move(stage.Layout(r, s.Part.Needs(r.W)).Boxes, dx, dy)
	m.run.look()
	return nil
}

// openSelected opens the selected message, or the newest of the selected link,
// or says what is known of a box or of a link that was not used.
func (m *Model) openSelected(string) tea.Cmd {
	sel := m.run.sel
	if a := asked(m.run.state); a.Span != 0 && a.Span == sel.Span {
		m.over = m.newInspector(a.Link, a.Span, sel.Answer)
		return nil
	}
	if h := m.run.hop(); h != nil && (h.Span == sel.Span || h.Link == sel.Link) {
		m.over = m.newInspector(h.Link, h.Span, sel.Answer || sel.Link != "" && m.answered(h))
		return nil
	}
	if h := m.newestOf(sel.Link); h != nil {
		m.over = m.newInspector(h.Link, h.Span, m.answered(h))
		return nil
	}
	if b := m.box(); b != nil {
		m.say(boxFacts(b))
		return nil
	}
	if l := sel.Link; l != "" {
		s := m.run.world.LinkStats(l)
		s.Transport = cmp.Or(s.Transport, part.Travels(m.run.player.Newest(), l)) // a topic's subscribers have no way of their own
		m.say(linkFacts(s))
		return nil
	}
	m.say("this message is no longer kept")
	return nil
}

// newestOf is the newest message of a link, of whatever request: where much
// crosses, the followed one need not have touched it. Nil when there is none.
func (m *Model) newestOf(link sim.LinkID) *view.Hop {
	f := m.run.player.Frame()
	var newest *view.Hop
	for _, t := range f.Picture.Traces {
		for _, h := range t.Hops {
			if h.Link == link && h.SentAt <= f.At && (newest == nil || h.SentAt > newest.SentAt) {
				newest = h
			}
		}
	}
	return newest
}

// openNewest opens the message that the strip speaks of.
func (m *Model) openNewest(string) tea.Cmd {
	h := m.run.hop()
	m.over = m.newInspector(h.Link, h.Span, m.answered(h))
	return nil
}

func (m *Model) hasMessage() bool { return m.run.hop() != nil }

// answered reports whether the answer to a message has come at the shown moment.
func (m *Model) answered(h *view.Hop) bool {
	return h.EndedAt != 0 && h.EndedAt <= m.run.player.Frame().At
}

// linkFacts is what crossed a link, in a line.
func linkFacts(s sim.LinkStats) string {
	return fmt.Sprintf("%s · %s · sent %d, answered %d, failed %d, lost %d, on its way %d",
		sim.Visible(string(s.Link)), s.Transport, s.Sent, s.Answered, s.Failed, s.Lost, s.InFlight)
}

// boxFacts is what a box is, in a line.
func boxFacts(b *view.Box) string {
	text := b.Instance.String() + " is " + b.State.String()
	if b.Why != "" {
		text += ", " + b.Why
	} else if nodes := b.Nodes.Text(); nodes != "" {
		text += ", " + nodes
	}
	if b.Addr != "" && b.State != view.Down {
		text += " · http://" + b.Addr
	}
	if busy, _ := part.Workers(b, 80); b.Workers > 0 && b.State == view.Up {
		text += " · " + busy
	} else if b.Working > 0 {
		text += fmt.Sprintf(" · works on %d", b.Working)
	}
	if b.Effect != "" {
		text += " · " + sim.Visible(b.Effect)
	}
	return text
}

// chooseTab turns the panel of the playground.
func (m *Model) chooseTab(key string) tea.Cmd {
	tabs, shown, by := playground.Tab(playground.Tabs), m.run.shownTabs(), playground.Tab(1)
	switch key {
	case "left", "h":
		by = tabs - 1
	case "right", "l":
	default:
		m.run.tab = playground.Tab(key[0] - '1')
		m.tabOpened()
		return nil
	}
	m.run.tab = (m.run.tab + by) % tabs
	for !shown[m.run.tab] {
		m.run.tab = (m.run.tab + by) % tabs
	}
	m.tabOpened()
	return nil
}

// tabOpened reads what the panel shows now.
func (m *Model) tabOpened() {
	m.run.look()
	m.poll()
}

func (m *Model) hasEvents() bool { return m.inPlayground() && m.run.tab == playground.Events }

func (m *Model) hasEvent() bool { return m.event() != nil }

// event is the selected one of the list; nil when none is.
func (m *Model) event() *sim.Event {
	i := len(m.run.events) - 1 - m.run.picked
	if !m.hasEvents() || m.run.picked < 0 || i < 0 {
		return nil
	}
	return &m.run.events[i]
}

// moveEvent selects an event. List and stage stand still at its moment until esc.
func (m *Model) moveEvent(key string) tea.Cmd {
	if len(m.run.events) == 0 {
		m.say("nothing has happened yet")
		return nil
	}
	return m.pickEvent(scrolled(m.run.picked, upsideDown(key), 10, 0, len(m.run.events)-1))
}

// pickEvent selects an event by its place from the newest.
func (m *Model) pickEvent(i int) tea.Cmd {
	m.run.picked = i
	e := m.event()
	m.run.player.StandAt(*e)
	m.run.sel = part.Selection{Span: e.Span, Answer: answers(e.Fact)}
	m.run.readExchange()
	return nil
}

// answers reports whether a fact is about an answer.
func answers(f sim.Fact) bool {
	return f.Kind() == sim.KindAnswered || f.Kind() == sim.KindReplied
}

// moveLink selects a link: panels speak of the selected one.
func (m *Model) moveLink(key string) tea.Cmd {
	links := m.run.player.Newest().Links
	at := slices.IndexFunc(links, func(l view.Link) bool { return l.ID == m.run.link() })
	if len(links) == 0 {
		m.say("this world has no links")
		return nil
	}
	m.run.sel = part.Selection{Link: links[scrolled(at, key, 5, 0, len(links)-1)].ID}
	return nil
}

// upsideDown: the list counts from its lower end.
func upsideDown(key string) string {
	for _, pair := range [...][2]string{{"up", "down"}, {"k", "j"}, {"pgup", "pgdown"}, {"home", "end"}, {"g", "G"}} {
		switch key {
		case pair[0]:
			return pair[1]
		case pair[1]:
			return pair[0]
		}
	}
	return key
}

// openEvent opens the message of the selected event. Of what a service did while it
// handled one it is that; what happened to the world itself is told in full.
func (m *Model) openEvent(string) tea.Cmd {
	e := m.event()
	switch h := m.messageOf(e); {
	case e.Span != 0 && e.Link != "":
		m.over = m.newInspector(e.Link, e.Span, answers(e.Fact))
	case h != nil:
		m.over = m.newInspector(h.Link, h.Span, false)
	default:
		m.say(view.Line(*e))
	}
	return nil
}

// messageOf is the message that a service handled when an event happened there; nil
// when there is none, or it is not kept any more.
func (m *Model) messageOf(e *sim.Event) (found *view.Hop) {
	for _, t := range m.run.player.Newest().Traces {
		for _, h := range t.Hops {
			switch {
			case t.ID != e.Trace || e.Trace == (sim.TraceID{}):
			case h.Span == e.Span && e.Span != 0:
				return h
			case h.To == e.Node && h.SentAt <= e.At:
				found = h
			}
		}
	}
	return found
}
