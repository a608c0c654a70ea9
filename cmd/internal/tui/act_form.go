package tui

import (
	tea "charm.land/bubbletea/v2"
)

// form is the one that is open, perhaps below the help page; nil when none is.
func (m *Model) form() *formOver {
	over := m.over
	if h, ok := over.(*helpOver); ok {
		over = h.under
	}
	o, _ := over.(*formOver)
	return o
}

func (m *Model) moveForm(key string) tea.Cmd {
	o := m.form()
	o.selected = scrolled(o.selected, key, 8, 0, len(o.words)-1)
	return nil
}

// turnForm acts on something else.
func (m *Model) turnForm(key string) tea.Cmd {
	o := m.form()
	by := 1
	if key == "left" || key == "h" {
		by = len(o.ats) - 1
	}
	o.at = (o.at + by) % len(o.ats)
	o.values = map[string]map[string]string{}
	o.read()
	return nil
}

func (m *Model) formTurns() bool { o := m.form(); return o != nil && len(o.ats) > 1 }

// fillForm goes on to the fields, or does what has none.
func (m *Model) fillForm(string) tea.Cmd {
	o := m.form()
	if o.word().Why != "" {
		m.say(o.word().Why)
		return nil
	}
	if len(o.word().fields) == 0 {
		return m.runForm("")
	}
	o.focus(0)
	return nil
}

// moveField goes to another field; above the first stands the list.
func (m *Model) moveField(key string) tea.Cmd {
	o := m.form()
	n := len(o.word().fields)
	switch key {
	case "up", "shift+tab":
		o.focus(o.field - 1)
	case "tab":
		o.focus((o.field + 1) % n)
	default:
		o.focus(min(o.field+1, n-1))
	}
	return nil
}

// runForm does what the form says. One that cannot be done stays, with the reason.
func (m *Model) runForm(string) tea.Cmd {
	o := m.form()
	f := o.line()
	if err := o.table.check(f); err != nil {
		m.trouble(err)
		return nil
	}
	m.over = nil
	return m.knock(o.table.make(f))
}

// takeOff takes off what stands there already.
func (m *Model) takeOff(string) tea.Cmd {
	o := m.form()
	f := o.line()
	m.over = nil
	return m.knock(unguard(f.at, f.word))
}

func (m *Model) canTakeOff() bool {
	o := m.form()
	if o == nil {
		return false
	}
	_, guards := o.table.(policyTable)
	return guards && o.word().On
}

// clickForm selects a word or a field; a second click goes on.
func (m *Model) clickForm(x, y int) tea.Cmd {
	o := m.form()
	word, field := o.view().Hit(m.body(), x, y)
	switch {
	case field >= 0:
		o.focus(field)
	case word >= 0 && word == o.selected && o.field < 0:
		return m.fillForm("")
	case word >= 0:
		o.focus(-1)
		o.selected = word
	}
	return nil
}
