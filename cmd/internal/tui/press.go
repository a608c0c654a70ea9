package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/frame"
	"github.com/msc-sim/msc-sim/lessons"
)

// where says who has the keys: what lies on top, or what has the focus.
func (m *Model) where() where {
	switch {
	case m.over != nil:
		return m.over.where()
	case m.run == nil && (m.opening != "" || m.failed != nil):
		return atMessage
	case m.run == nil:
		return atHome
	case m.demoPlays():
		return atDemo
	case m.run.lesson != nil && m.run.state.Phase == lessons.Finished:
		return atEnd
	case m.run.stage:
		return atStage
	case m.run.lesson == nil:
		return atPanel
	case m.run.typing():
		return atAnswer
	default:
		return atText
	}
}

// press does what a key means here, or says why it means nothing. Where letters
// are text, keys without a row are typed.
func (m *Model) press(k tea.KeyPressMsg) tea.Cmd {
	if m.tooSmall() {
		if s := k.String(); s == "q" || s == "ctrl+c" {
			return m.quit(s)
		}
		return nil
	}
	if m.run != nil {
		m.run.player.Advance(0, m.run.world.Now()) // keys act on the world as it is now
	}
	if m.demo.unblank() {
		return nil
	}
	at, leave := m.where(), m.leave
	m.note, m.leave = frame.Note{}, false
	key := k.String()
	b, ok, why := m.find(key)
	switch {
	case ok:
		if b.has("esc") {
			m.leave = leave // esc itself decides
		}
		return tea.Batch(b.do(m, key), m.wake())
	case at&atTyping != 0 && !m.bound(at, key):
		return m.typeKey(at, k)
	default:
		m.say(why)
		return nil
	}
}

// bound reports whether a key has a row at a place, also when its condition
// does not hold.
func (m *Model) bound(at where, key string) bool {
	for _, b := range m.keys {
		if b.in&at != 0 && b.has(key) {
			return true
		}
	}
	return false
}

// typeKey gives a key to the line that is being typed.
func (m *Model) typeKey(at where, msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch o := m.over.(type) {
	case *paletteOver:
		cmd = o.edit(m, msg)
	case *filterOver:
		cmd = o.edit(m, msg)
	case *formOver:
		cmd = o.edit(msg)
	default:
		if at == atAnswer {
			m.run.answer, cmd = m.run.answer.Update(msg)
		}
	}
	return cmd
}

// paste types what was pasted, where something is typed. Several lines are refused:
// joined into one they would be another command.
func (m *Model) paste(msg tea.PasteMsg) tea.Cmd {
	text := strings.TrimRight(msg.Content, "\r\n")
	if n := len(strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' })); n > 1 {
		m.say(fmt.Sprintf("%d lines were pasted and none was typed; paste one line at a time", n))
		return nil
	}
	if at := m.where(); at&atTyping != 0 {
		return m.typeKey(at, tea.PasteMsg{Content: text})
	}
	m.say("there is no line to paste into; : opens one")
	return nil
}
