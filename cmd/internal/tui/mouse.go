package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/stage"
)

// click selects what stands at the cell; a second click opens it.
func (m *Model) click(at tea.Mouse) tea.Cmd {
	if !m.mouse || m.tooSmall() || m.over != nil || m.run == nil || at.Button != tea.MouseLeft {
		return nil
	}
	l := m.layout()
	if !l.stage.Contains(at.X, at.Y) {
		m.run.stage = false
		return nil
	}
	m.run.stage = true
	if m.run.ladder {
		return nil
	}
	hit := m.stage().Part.Hit(stage.Layout(l.stage).Boxes, at.X, at.Y)
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
	case m.inLesson():
		return m.scrollText(key)
	default:
		return nil
	}
}
