package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/lessons/demo"
)

// demoStands is about what the screen shows: footer and picture agree.
func (m *Model) demoStands() bool {
	mode := m.demo.state.Mode
	return mode == demo.Paused || mode == demo.Waiting
}

func (m *Model) demoMoves() bool { return !m.demoStands() && !m.demoEnded() }

// demoEnded reports whether all of it was told.
func (m *Model) demoEnded() bool { return m.demo.state.Mode == demo.Over }

func (m *Model) demoHasNext() bool { return m.demo.state.Chapter+1 < len(m.demo.state.Chapters) }

// stopDemo stands still, together with the messages on the stage.
func (m *Model) stopDemo(string) tea.Cmd {
	m.demo.Pause()
	return m.turned("")
}

func (m *Model) goOnDemo(string) tea.Cmd {
	said, _ := m.demo.GoOn()
	return m.turned(said)
}

func (m *Model) clickDemo(string) tea.Cmd { return m.turned(m.demo.Click()) }

func (m *Model) nextChapter(string) tea.Cmd {
	if !m.demo.Next() {
		return m.turned("this is the last chapter")
	}
	return m.turned("")
}

func (m *Model) chapterBefore(string) tea.Cmd {
	if !m.demo.Back() {
		return m.turned("this is the first chapter")
	}
	return m.turned("")
}

func (m *Model) jumpDemo(key string) tea.Cmd {
	if !m.demo.Jump(int(key[0] - '1')) {
		return m.turned("there is no chapter " + key)
	}
	return m.turned("")
}

// restoreDemo plays the chapter from its known state, and lets go.
func (m *Model) restoreDemo(string) tea.Cmd {
	st := m.demo.State()
	m.demo.joined, m.over = false, nil
	m.demo.Restore()
	return m.turned(fmt.Sprintf("restored: chapter %d, %s", st.Chapter+1, st.Chapters[st.Chapter]))
}

func (m *Model) paceDemo(key string) tea.Cmd {
	turn, end := m.demo.Slower, "it cannot go slower"
	if key == "]" {
		turn, end = m.demo.Faster, "it cannot go faster"
	}
	if !turn() {
		return m.turned(end)
	}
	return m.turned("it goes at " + speedWord(m.demo.State().Speed) + " of the usual speed")
}

func (m *Model) blankDemo(string) tea.Cmd {
	m.demo.blank = true
	return nil
}

// unblank shows the screen again and reports whether it was blank. It holds for
// no demo, too.
func (s *showing) unblank() bool {
	if s == nil || !s.blank {
		return false
	}
	s.blank = false
	return true
}

// join takes over: the usual keys hold, the demo stands still.
func (m *Model) join(string) tea.Cmd {
	m.demo.Pause()
	m.demo.joined, m.run.stage = true, true
	return m.turned("you have the stage; o lets the demo go on")
}

// letGo gives the world back, and says what the demo goes on with.
func (m *Model) letGo(string) tea.Cmd {
	m.demo.joined, m.leave = false, false
	m.run.sel, m.run.picked = part.Selection{}, -1
	m.run.player.Live()
	m.demo.pace = 1
	said, _ := m.demo.GoOn()
	return m.turned(said)
}

// turned shows what a key has made of the demo.
func (m *Model) turned(said string) tea.Cmd {
	m.demo.state = m.demo.State()
	if said != "" {
		m.say(said)
		m.demo.hush = m.beat + noteTime
	}
	return m.wake()
}

func (m *Model) hasJoined() bool { return m.demo != nil && m.demo.joined }
