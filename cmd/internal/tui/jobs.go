package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// maxJobs is how many commands may be on their way at once.
const maxJobs = 8

// slow is when a command on its way is worth a word.
const slow = time.Second

// job is a command on its way through the door.
type job struct {
	line   string
	since  time.Time
	run    *running
	cancel context.CancelFunc
}

// doneMsg says that a command has taken effect, or why not.
type doneMsg struct {
	id  int
	cmd sim.Command
	res sim.Result
	err error
}

// knock carries out a command, apart from the screen. Frames are drawn as long
// as it is on its way.
func (m *Model) knock(c sim.Command) tea.Cmd {
	if m.run == nil {
		return nil
	}
	if len(m.jobs) >= maxJobs {
		m.say("too many commands are on their way; esc gives the oldest one up")
		return nil
	}
	ctx, cancel := context.WithCancel(m.run.ctx)
	m.lastJob++
	id, run := m.lastJob, m.run
	m.jobs[id] = job{line: m.spelled(c), since: time.Now(), run: run, cancel: cancel}
	act := func() tea.Msg {
		defer cancel()
		res, err := run.do(ctx, c)
		return doneMsg{id, c, res, err}
	}
	return tea.Batch(act, m.wake())
}

// spelled is a command as a line, that of the task for the key that does it.
func (m *Model) spelled(c sim.Command) string {
	if _, key := c.(sim.Enter); key && m.run.state.Task != nil {
		return m.run.state.Task.Send
	}
	return door.Format(c)
}

// done says what a command did, if that is worth a word.
func (m *Model) done(msg doneMsg) tea.Cmd {
	j, known := m.jobs[msg.id]
	delete(m.jobs, msg.id)
	if !known || j.run != m.run {
		return nil
	}
	did, entered := msg.res.Data.([]sim.Command)
	if entered {
		msg.cmd = did[len(did)-1]
	} else {
		did = []sim.Command{msg.cmd}
	}
	switch {
	case errors.Is(msg.err, context.Canceled):
		m.say("given up: " + j.line)
	case msg.err != nil:
		m.trouble(msg.err)
	case msg.res.Text != "" && !m.shows(msg.cmd):
		m.say(sim.Visible(msg.res.Text))
		m.note.Holds = m.holds(msg.cmd)
	}
	if s, swapped := msg.cmd.(sim.Swap); swapped && msg.err == nil {
		m.note.Fix = changedBy(m.run.world.LinkStats(s.Link).Changed)
	}
	if msg.err == nil {
		for _, c := range did {
			m.run.remember(c)
		}
	}
	if _, key := msg.cmd.(sim.Enter); key || lessonWord(msg.cmd) {
		m.run.ask(true)
	}
	if _, put := msg.cmd.(sim.Redrive); put {
		return tea.Batch(m.readDead(), m.wake())
	}
	return m.wake()
}

// fresh is how long the screen tells what a command did to the world.
const fresh = 8 * time.Second

// holds reports whether what a command did is of now: that was a moment ago, and a load
// goes on.
func (m *Model) holds(c sim.Command) func() bool {
	_, load := c.(sim.SetLoad)
	run, till := m.run, m.beat+fresh
	return func() bool {
		return m.run == run && m.beat < till && !(load && run.player.Newest().Load == 0)
	}
}

// shows reports whether the screen itself shows what a command did: the text of
// a lesson, or one message that crosses the stage.
func (m *Model) shows(c sim.Command) bool {
	s, send := c.(sim.Send)
	return lessonWord(c) || send && s.N <= 1
}

// lessonWord reports whether a command speaks to the lesson: the lesson's text
// is the answer to it.
func lessonWord(c sim.Command) bool {
	switch c.(type) {
	case sim.Predict, sim.AnswerTask, sim.Next, sim.Back, sim.Hint, sim.Solve:
		return true
	default:
		return false
	}
}

// oldest is the command that has been on its way longest.
func (m *Model) oldest() (job, bool) {
	best, found := 0, false
	for id := range m.jobs {
		if !found || id < best {
			best, found = id, true
		}
	}
	return m.jobs[best], found
}

// progress is a line about a command that takes longer than a second.
func (m *Model) progress(now time.Time) string {
	j, ok := m.oldest()
	if took := now.Sub(j.since); ok && took > slow {
		return fmt.Sprintf("%s · running for %.0f s · esc stops it", j.line, took.Seconds())
	}
	return ""
}
