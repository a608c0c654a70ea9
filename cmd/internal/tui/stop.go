package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/tty"
)

type (
	// stopMsg says that the process is to stop, or was stopped and resumed.
	stopMsg struct{ again bool }
	// resumedMsg says that the screen has its terminal again.
	resumedMsg struct{ err error }
)

// awaitStop waits for a signal that stops the process; nil where there is no terminal.
func (m *Model) awaitStop() tea.Cmd {
	if m.tty == nil {
		return nil
	}
	ctx, stops := m.ctx, m.tty.Stops()
	return func() tea.Msg {
		select {
		case s := <-stops:
			return stopMsg{again: !tty.Stopped(s)}
		case <-ctx.Done():
			return nil
		}
	}
}

// stopped gives the terminal to the shell until the process is resumed.
func (m *Model) stopped(msg stopMsg) tea.Cmd {
	return tea.Exec(tty.Stop{Terminal: m.tty, Again: msg.again}, func(err error) tea.Msg { return resumedMsg{err} })
}

// resumed draws the whole screen again.
func (m *Model) resumed(msg resumedMsg) tea.Cmd {
	if msg.err != nil {
		m.trouble(msg.err)
	}
	return tea.Batch(tea.ClearScreen, m.awaitStop(), m.wake())
}

func (m *Model) canStop() bool { return m.tty.CanStop() }

// stop is what the key does: the same as the signal.
func (m *Model) stop(string) tea.Cmd {
	m.tty.AskStop()
	return nil
}
