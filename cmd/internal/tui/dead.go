package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/playground"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// deadOver shows the dead letters of a queue.
type deadOver struct {
	queue   string
	known   bool // they have been read
	letters part.Letters
}

// lettersMsg brings the dead letters of a queue, or why they cannot be read.
type lettersMsg struct {
	queue   string
	letters []lab.Letter
	err     error
}

func (*deadOver) where() where         { return atDead }
func (o *deadOver) name(*Model) string { return "dead-letter queue of " + sim.Visible(o.queue) }
func (o *deadOver) at() *int           { return &o.letters.Scroll }
func (o *deadOver) rows(_ *Model, body grid.Rect) (int, int) {
	return o.letters.Len(body.Inset(2, 1))
}

func (o *deadOver) draw(m *Model, body grid.Rect) {
	if o.known {
		o.letters.Draw(&m.grid, body.Inset(2, 1), m.th)
	}
}

func (m *Model) hasQueues() bool {
	return m.inPlayground() && m.run.tab == playground.Queues && len(m.queueNames()) > 0
}

// queueNames are the queues that can be selected.
func (m *Model) queueNames() []string {
	return part.Queues{Picture: m.run.player.Frame().Picture}.Names()
}

// moveQueue selects a queue of the panel.
func (m *Model) moveQueue(key string) tea.Cmd {
	names := m.queueNames()
	at := slices.Index(names, m.run.under.queue)
	if at < 0 && (key == "up" || key == "k") {
		at = len(names)
	}
	m.run.under.queue = names[scrolled(at, key, 5, 0, len(names)-1)]
	return nil
}

// hasDead reports whether something of the selected queue is dead; of none
// selected, of any.
func (m *Model) hasDead() bool { return m.hasQueues() && m.deadQueue() != "" }

// queueIsFine: a queue is selected of which nothing is dead.
func (m *Model) queueIsFine() bool { return m.hasQueues() && m.run.under.queue != "" && !m.hasDead() }

func (m *Model) sayFine(string) tea.Cmd {
	m.say(sim.Visible(m.run.under.queue) + ": its dead-letter queue is empty")
	return nil
}

// deadQueue is the selected queue if something of it is dead, or the first such
// one while none is selected.
func (m *Model) deadQueue() string {
	for _, q := range m.run.player.Newest().Queues {
		if q.Buried > 0 && (q.Name == m.run.under.queue || m.run.under.queue == "") {
			return q.Name
		}
	}
	return ""
}

// openDead opens the dead letters of a queue.
func (m *Model) openDead(string) tea.Cmd {
	m.over = &deadOver{queue: m.deadQueue()}
	return m.readDead()
}

// readDead asks for the dead letters that are shown.
func (m *Model) readDead() tea.Cmd {
	o, ok := m.over.(*deadOver)
	if !ok || m.run == nil {
		return nil
	}
	run, queue := m.run, o.queue
	return func() tea.Msg {
		found, err := run.world.Dead(run.ctx, queue)
		return lettersMsg{queue, found, err}
	}
}

// lettersRead shows what was read, unless something else is shown by now.
func (m *Model) lettersRead(msg lettersMsg) tea.Cmd {
	o, ok := m.over.(*deadOver)
	if !ok || o.queue != msg.queue {
		return nil
	}
	if msg.err != nil {
		m.trouble(msg.err)
		return nil
	}
	o.known, o.letters.Letters = true, nil
	for _, l := range msg.letters {
		x := part.Letter{Broker: l.Broker, Why: l.Why, Body: l.Body, Tries: l.Tries, Headers: l.Headers}
		if l.At != nil {
			x.At = *l.At
		}
		o.letters.Letters = append(o.letters.Letters, x)
	}
	o.letters.Select = min(o.letters.Select, max(len(o.letters.Letters)-1, 0))
	return nil
}

// moveLetter selects a dead letter.
func (m *Model) moveLetter(key string) tea.Cmd {
	o := m.over.(*deadOver)
	o.letters.Select = scrolled(o.letters.Select, key, 5, 0, max(len(o.letters.Letters)-1, 0))
	o.letters.Scroll = 0
	return nil
}

func (m *Model) hasLetters() bool {
	o, ok := m.over.(*deadOver)
	return ok && len(o.letters.Letters) > 0
}

// redrive puts all dead letters of the queue back into it.
func (m *Model) redrive(string) tea.Cmd {
	return m.knock(sim.Redrive{Queue: m.over.(*deadOver).queue})
}

func (m *Model) copyLetter(string) tea.Cmd {
	o := m.over.(*deadOver)
	m.say("copied, as it lies there")
	return tea.SetClipboard(o.letters.Letters[o.letters.Select].Body)
}

// exchanges are those of RabbitMQ, for the panel.
func exchanges(all []lab.Exchange) (shown []part.Exchange) {
	for _, x := range all {
		e := part.Exchange{Name: x.Name, Kind: x.Kind}
		for _, b := range x.Bindings {
			to := b.Queue
			if to == "" {
				to = b.To
			}
			if b.Key != "" && x.Name != "" {
				to = b.Key + " → " + to
			}
			e.To = append(e.To, to)
		}
		shown = append(shown, e)
	}
	return shown
}
