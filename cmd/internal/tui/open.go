package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/frame"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/home"
	"github.com/msc-sim/msc-sim/sim"
)

type (
	// rowsMsg brings what the home screen and the glossary list.
	rowsMsg struct {
		lessons []LessonRow
		worlds  []WorldRow
		demos   []DemoRow
		due     []string
		words   []Word
	}
	// openedMsg brings an open world, or why there is none.
	openedMsg struct {
		name   string // as it was asked for
		world  World
		lesson Lesson
		err    error
	}
	// closedMsg says that a world is gone.
	closedMsg struct{ err error }
)

// readRows reads what can be opened. It may touch files, so it runs apart.
func (m *Model) readRows() tea.Cmd {
	return func() tea.Msg {
		return rowsMsg{call(m.opts.Lessons), call(m.opts.Worlds), call(m.opts.Demos), call(m.opts.Due), call(m.opts.Words)}
	}
}

func call[T any](f func() []T) []T {
	if f == nil {
		return nil
	}
	return f()
}

func (m *Model) rows(msg rowsMsg) tea.Cmd {
	m.words = msg.words
	first, at := m.home.Len() == 0, m.home.Selected
	m.home = home.Home{
		Lessons: msg.lessons, Worlds: msg.worlds, Demos: msg.demos, Due: msg.due,
		Version: m.home.Version, Selected: at,
	}
	if on := &m.home; first || at < len(on.Lessons) && on.Lessons[at].Done {
		on.Next()
	}
	m.home.Move(0)
	return nil
}

func (m *Model) openLesson(name string) tea.Cmd {
	return m.open("lesson", name, func(ctx context.Context) (World, Lesson, error) {
		return m.opts.OpenLesson(ctx, name)
	})
}

func (m *Model) openWorld(name string) tea.Cmd {
	return m.open("world", name, func(ctx context.Context) (World, Lesson, error) {
		w, err := m.opts.Open(ctx, name)
		return w, nil, err
	})
}

// open opens a world apart from the screen.
func (m *Model) open(what, name string, f func(context.Context) (World, Lesson, error)) tea.Cmd {
	m.opening, m.failed, m.over = what+" "+name, nil, nil
	ctx, keeper := m.ctx, m.keeper
	return func() tea.Msg {
		w, l, err := keeper.open(ctx, f)
		return openedMsg{name, w, l, err}
	}
}

func (m *Model) opened(msg openedMsg) tea.Cmd {
	m.opening = ""
	if msg.err != nil {
		m.failed = msg.err
		return nil
	}
	m.run = newRunning(m.ctx, msg.world, msg.lesson)
	m.run.name = msg.name
	return m.wake()
}

// goHome leaves the world, which ends; a lesson's progress is kept.
func (m *Model) goHome(string) tea.Cmd {
	m.over, m.failed, m.note = nil, nil, frame.Note{}
	if m.run == nil {
		return m.readRows()
	}
	m.leaveDemo()
	w, keeper := m.run.world, m.keeper
	m.run.cancel()
	m.run, m.jobs = nil, map[int]job{}
	return tea.Batch(func() tea.Msg { return closedMsg{keeper.close(w)} }, m.readRows())
}

func (m *Model) closed(msg closedMsg) tea.Cmd {
	if msg.err != nil {
		m.trouble(msg.err)
	}
	return nil
}

// trouble shows an error as a calm line with the fix.
func (m *Model) trouble(err error) {
	e := sim.AsError(err)
	m.note = frame.Note{Text: sim.Visible(e.Message), Fix: sim.Visible(e.Fix), Trouble: true}
}
