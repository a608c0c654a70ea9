package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/lesson"
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

func (m *Model) choose(key string) tea.Cmd {
	for _, c := range m.run.state.Predict.Choices {
		if c.Key == key {
			return m.knock(sim.Predict{Choice: key})
		}
	}
	m.say("there is no choice " + key)
	return nil
}

func (m *Model) mustChoose(string) tea.Cmd {
	choices := m.run.state.Predict.Choices
	m.say("choose first: a number from 1 to " + choices[len(choices)-1].Key)
	return nil
}

func (m *Model) sendStep(string) tea.Cmd { return m.knock(sim.Enter{}) }

// showNow tells what was held back. A key that was pressed for a task never goes on
// over what that task has shown.
func (m *Model) showNow(string) tea.Cmd {
	m.run.ask(true)
	return nil
}

// mustWait says that enter waits for what it has begun.
func (m *Model) mustWait(string) tea.Cmd {
	m.say("running: " + m.run.state.Task.Running + " · enter waits until it has ended")
	return nil
}

// tryWorld leaves a finished lesson for the playground of its world.
func (m *Model) tryWorld(string) tea.Cmd {
	world := m.run.state.Info.World
	return tea.Batch(m.goHome(""), m.openWorld(world))
}

func (m *Model) next(string) tea.Cmd { return m.knock(sim.Next{}) }

func (m *Model) stepBefore(string) tea.Cmd { return m.knock(sim.Back{}) }

func (m *Model) startAnswer(string) tea.Cmd {
	m.run.stage = false
	return m.run.answer.Focus()
}

func (m *Model) giveAnswer(string) tea.Cmd {
	value := strings.TrimSpace(m.run.answer.Value())
	if value == "" {
		if m.canSend() {
			return m.sendStep("")
		}
		if m.runs() {
			return m.mustWait("")
		}
		m.say("type what you read, then enter; ? gives a hint")
		return nil
	}
	m.run.answer.Reset()
	return m.knock(sim.AnswerTask{Value: value})
}

// turn gives the focus to the other side of the screen.
func (m *Model) turn(string) tea.Cmd {
	m.hasRead()
	m.run.stage = !m.run.stage
	return nil
}

// unread reports whether some of the text was not shown yet.
func (m *Model) unread() bool {
	if !m.inLesson() || m.tooSmall() {
		return false
	}
	_, below, rows := m.text().Shown(m.layout().side, m.th)
	return max(below, m.run.read) < rows
}

// readOn shows the rows below those that were shown. One of them stays, to go on from.
func (m *Model) readOn(string) tea.Cmd {
	m.hasRead()
	area := m.layout().side
	first, _, _ := m.text().Shown(area, m.th)
	m.run.scroll = min(m.run.scroll+m.run.read-1-first, m.text().MaxScroll(area, m.th))
	m.hasRead()
	return nil
}

// hasRead keeps how far down the text was shown in this phase.
func (m *Model) hasRead() {
	if m.inLesson() && !m.tooSmall() {
		_, below, _ := m.text().Shown(m.layout().side, m.th)
		m.run.read = max(m.run.read, below)
	}
}

// scrollText moves the text of a lesson within its bounds.
func (m *Model) scrollText(key string) tea.Cmd {
	text := lesson.Lesson{State: m.run.state}
	area := m.layout().side
	lo, hi := text.MinScroll(area, m.th), text.MaxScroll(area, m.th)
	m.hasRead()
	m.run.scroll = scrolled(m.run.scroll, key, area.H/2, lo, hi)
	m.hasRead()
	return nil
}

// scrolled is where a key takes a scroll position.
func scrolled(at int, key string, page, lo, hi int) int {
	switch key {
	case "up", "k":
		at--
	case "down", "j":
		at++
	case "pgup":
		at -= page
	case "pgdown", "space":
		at += page
	case "home", "g":
		at = lo
	case "end", "G":
		at = hi
	}
	return max(min(at, hi), lo)
}

func (m *Model) hasHint() bool {
	if !m.inLesson() || m.run.state.Phase != lessons.Doing {
		return false
	}
	t := m.run.state.Task
	return t != nil && t.HintsLeft > 0
}
