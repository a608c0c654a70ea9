package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/frame"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/playground"
)

// tickMsg is one frame.
type tickMsg time.Time

// wokeMsg says that something was written to the log of a world while no
// frames were drawn.
type wokeMsg struct{ run *running }

const (
	frameTime = time.Second / FPS
	calmTime  = time.Second / 4 // a frame with reduced motion
	longest   = time.Second / 4 // the most that one frame may move
	restless  = 2500 * time.Millisecond
)

// wake starts the frames if none are on their way.
func (m *Model) wake() tea.Cmd {
	m.busyTill = m.beat + restless
	if m.ticking || m.run == nil {
		return nil
	}
	m.ticking, m.lastTick = true, time.Time{}
	return m.nextTick()
}

func (m *Model) nextTick() tea.Cmd {
	d := frameTime
	if m.opts.ReduceMotion {
		d = calmTime
	}
	return tickIn(d)
}

func tickIn(d time.Duration) tea.Cmd {
	return tea.Tick(d, func(t time.Time) tea.Msg { return tickMsg(t) })
}

// tick is one frame: read the log, move the shown moment, ask the lesson. When
// nothing moves any more the frames end, and the log is watched instead.
func (m *Model) tick(t time.Time) tea.Cmd {
	if m.run == nil {
		m.ticking = false
		return nil
	}
	passed := frameTime
	if !m.lastTick.IsZero() {
		passed = min(max(t.Sub(m.lastTick), 0), longest)
	}
	m.lastTick = t
	m.beat += passed
	m.thrift.pass(passed)
	if m.run.advance(passed, m.listTime()) {
		m.busyTill = m.beat + restless
	}
	if m.poll() {
		m.busyTill = max(m.busyTill, m.beat+pollTime)
	}
	if holds := m.note.Holds; holds != nil && !holds() {
		m.note = frame.Note{}
	}
	m.followDemo()
	if m.note.Holds != nil || m.run.player.Moving() || len(m.jobs) > 0 || m.beat < m.busyTill {
		return m.nextTick()
	}
	if m.demo != nil {
		return tickIn(calmTime)
	}
	m.ticking = false
	return m.run.watch()
}

// listCells is how many cells of the list of events change in a second at most: at
// about two bytes each, a large screen over ssh keeps up.
const listCells = 10_000

// listTime is how long the list stays as it is. Under load every row of it changes.
func (m *Model) listTime() time.Duration {
	if m.inPlayground() && m.run.tab == playground.Events {
		side := m.layout().side
		return time.Duration(side.W*side.H) * time.Second / listCells
	}
	return 0
}

// woke goes on drawing, if the world is still the one that is shown.
func (m *Model) woke(msg wokeMsg) tea.Cmd {
	msg.run.watching = false
	if msg.run != m.run || msg.run.ctx.Err() != nil {
		return nil
	}
	return m.wake()
}
