package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/playground"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/stage"
)

// click selects what stands at the cell; a second click opens it.
func (m *Model) click(at tea.Mouse) tea.Cmd {
	if !m.mouse || m.tooSmall() || m.run == nil || at.Button != tea.MouseLeft {
		return nil
	}
	if m.formIsOpen() {
		return m.clickForm(at.X, at.Y)
	}
	if m.over != nil {
		return nil
	}
	l := m.layout()
	if !l.stage.Contains(at.X, at.Y) {
		m.run.stage = false
		return m.clickPanel(l.side, at.X, at.Y)
	}
	m.run.stage = true
	if m.run.ladder {
		return nil
	}
	s := m.stage().Part
	hit := s.Hit(stage.Layout(l.stage, s.Needs(l.stage.W)).Boxes, at.X, at.Y)
	again := hit == m.run.sel && m.hasSelected()
	m.run.sel = hit
	m.run.look()
	if again {
		return m.openSelected("")
	}
	return nil
}

// wheel scrolls what lies on top, or the text.
func (m *Model) wheel(at tea.Mouse) tea.Cmd {
	key := "down"
	if at.Button == tea.MouseWheelUp {
		key = "up"
	}
	switch {
	case !m.mouse || m.tooSmall():
		return nil
	case m.page() != nil:
		return m.scrollPage(key)
	case m.formIsOpen():
		m.form().focus(-1)
		return m.moveForm(key)
	case m.over != nil:
		return nil
	case m.inLesson():
		return m.scrollText(key)
	case m.run != nil && m.layout().side.Contains(at.X, at.Y):
		return m.wheelPanel(key)
	default:
		return nil
	}
}

// clickPanel opens a tab, or selects a row of the one that is open.
func (m *Model) clickPanel(side grid.Rect, x, y int) tea.Cmd {
	if m.run.lesson != nil {
		return nil
	}
	p := m.panel()
	if t, ok := p.Hit(side, x, y); ok {
		m.run.tab = t
		m.tabOpened()
		return nil
	}
	area := playground.Content(side)
	switch m.run.tab {
	case playground.Events:
		if i := p.Events.At(area, y); i >= 0 {
			return m.pickEvent(len(m.run.events) - 1 - i)
		}
	case playground.Links:
		if i := y - area.Y - 1; i >= 0 && i < len(p.Links.Links) {
			m.run.sel = part.Selection{Link: p.Links.Links[i].ID}
		}
	case playground.Faults:
		m.run.under.fault = p.Faults.At(area, y)
	case playground.Queues:
		m.run.under.queue = p.Queues.At(area, y)
	}
	return nil
}

// wheelPanel selects the next row of the open tab.
func (m *Model) wheelPanel(key string) tea.Cmd {
	m.run.stage = false
	switch {
	case m.hasEvents():
		return m.moveEvent(key)
	case m.hasFaults():
		return m.moveFault(key)
	case m.hasQueues():
		return m.moveQueue(key)
	case m.run.tab == playground.Links:
		return m.moveLink(key)
	default:
		return nil
	}
}
