package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/player"
)

func (m *Model) goesOn() bool { return m.run.player.Frame().Mode != player.Paused }

func (m *Model) pause(string) tea.Cmd {
	if m.goesOn() {
		m.run.player.Pause()
	} else {
		m.run.player.Resume()
	}
	m.run.look()
	return nil
}

func (m *Model) step(string) tea.Cmd {
	if !m.run.player.Step() {
		m.say("no later event yet; send a request first")
	}
	m.run.look()
	return nil
}

func (m *Model) stepBack(string) tea.Cmd {
	if !m.run.player.StepBack() {
		m.say("this is the oldest event in the log")
	}
	m.run.look()
	return nil
}

func (m *Model) replay(string) tea.Cmd {
	if !m.run.player.Replay() {
		m.say("there is no request to replay yet; send one first")
	}
	return nil
}

// speed halves or doubles how fast the followed request is shown.
func (m *Model) speed(key string) tea.Cmd {
	turn, end := m.run.player.Slower, "it cannot be shown slower"
	if key == "]" {
		turn, end = m.run.player.Faster, "it cannot be shown faster"
	}
	if !turn() {
		m.say(end)
		return nil
	}
	m.say("shown at " + speedWord(m.run.player.Frame().Speed) + " of the usual speed")
	return nil
}

func speedWord(s float64) string {
	if s < 1 {
		return fmt.Sprintf("1/%.0f", 1/s)
	}
	return fmt.Sprintf("%.0fx", s)
}

// switchView shows the boxes or the same log as a ladder.
func (m *Model) switchView(string) tea.Cmd {
	if !m.run.ladder && m.run.player.Frame().Trace == nil {
		m.say("the ladder shows a request; send one first")
		return nil
	}
	m.run.ladder, m.run.rung = !m.run.ladder, 0
	return nil
}

func (m *Model) onBoxes() bool { return !m.run.ladder }

func (m *Model) onLadder() bool { return m.run.ladder }

func (m *Model) scrollLadder(key string) tea.Cmd {
	l := m.ladder()
	m.run.rung = scrolled(m.run.rung, key, 5, 0, max(l.Len()-1, 0))
	return nil
}

// ladder is the followed request as a sequence diagram; nil when boxes are shown.
func (m *Model) ladder() *part.Ladder {
	f := m.run.player.Frame()
	if !m.run.ladder || f.Trace == nil {
		return nil
	}
	now := f.At
	if f.Over && f.Mode != player.Paused {
		now = 0
	}
	return &part.Ladder{Trace: f.Trace, Clock: f.Clock, Now: now, Scroll: m.run.rung, Select: m.run.sel.Span}
}

// look reads anew what depends on the shown moment.
func (r *running) look() {
	r.readEvents()
	r.readExchange()
}
