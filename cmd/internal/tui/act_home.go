package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
)

func (m *Model) hasRows() bool { return m.home.Len() > 0 }

func (m *Model) moveHome(key string) tea.Cmd {
	m.home.Selected = scrolled(m.home.Selected, key, 5, 0, max(m.home.Len()-1, 0))
	return nil
}

func (m *Model) openRow(string) tea.Cmd {
	switch lesson, world, demo := m.home.Choice(); {
	case lesson != nil:
		return m.openLesson(lesson.Name)
	case world != nil:
		return m.openWorld(world.Name)
	case demo != nil:
		return m.openDemo(demo.Name)
	}
	return nil
}

// back goes one level back: out of what lies on top, out of a selection, back
// to live, and at last, when it is pressed twice, home.
func (m *Model) back(string) tea.Cmd {
	switch o := m.over.(type) {
	case *filterOver:
		m.over = nil
		m.run.setFilter(o.before)
		return nil
	case *formOver:
		if o.field >= 0 {
			o.focus(-1)
			return nil
		}
		m.over = nil
		return nil
	case *helpOver:
		m.over = o.under
		return nil
	case nil:
	default:
		m.over = nil
		return nil
	}
	if m.run == nil {
		return m.backHome()
	}
	return m.backInWorld()
}

func (m *Model) backHome() tea.Cmd {
	if m.failed == nil && m.opening == "" {
		m.say("this is the first screen; q leaves")
		return nil
	}
	if m.opening != "" {
		m.say("it is being opened; q leaves")
		return nil
	}
	return m.goHome("")
}

func (m *Model) hasFailed() bool { return m.failed != nil }

func (m *Model) backInWorld() tea.Cmd {
	r := m.run
	switch {
	case m.where() == atAnswer:
		r.answer.Blur()
	case len(m.jobs) > 0 && m.progress(time.Now()) != "":
		j, _ := m.oldest()
		j.cancel()
	case r.picked >= 0:
		r.sel, r.picked = part.Selection{}, -1
		r.player.Live()
		r.look()
	case r.sel != (part.Selection{}):
		r.sel = part.Selection{}
	case r.filter != "":
		r.setFilter("")
	case !m.goesOn() || r.player.Frame().Speed != 1:
		r.player.Live()
		m.say("live again")
	case m.demo != nil && m.demo.joined:
		return m.letGo("")
	case m.where() == atEnd || m.leave:
		return m.goHome("")
	default:
		m.leave = true
		m.say("esc again goes to the home screen; " + m.whatStays())
	}
	return nil
}

// whatStays is what becomes of a world that is left.
func (m *Model) whatStays() string {
	switch {
	case m.inLesson():
		return "your progress is kept"
	case m.demo != nil:
		return "the demo ends"
	}
	return "this world ends"
}

func (m *Model) switchMouse(string) tea.Cmd {
	m.mouse = !m.mouse
	if m.mouse {
		m.say("the mouse selects now; m gives it back to the terminal")
	} else {
		m.say("the mouse belongs to the terminal again")
	}
	return nil
}

func (m *Model) quit(string) tea.Cmd { return tea.Quit }
