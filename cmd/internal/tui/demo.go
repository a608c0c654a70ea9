package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/player"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/frame"
	"github.com/msc-sim/msc-sim/lessons/demo"
)

// showing is the demo that is shown, and how.
type showing struct {
	Demo
	cancel context.CancelFunc // ends it
	state  demo.State         // as it was last drawn
	joined bool               // whoever presents has taken over: the usual keys hold
	blank  bool
	pace   float64       // the speed that the player of the world was given
	hush   time.Duration // on the model's beat: when what was said goes away
}

// noteTime is how long a word to whoever presents stands before an audience.
const noteTime = 4 * time.Second

type (
	// demoMsg brings a demo that plays, or why there is none.
	demoMsg struct {
		name  string
		demo  Demo
		world World
		stop  context.CancelFunc
		err   error
	}
	// demoOverMsg says that a demo has ended.
	demoOverMsg struct {
		demo Demo
		err  error
	}
)

// openDemo prepares a demo, apart from the screen, and lets it play.
func (m *Model) openDemo(name string) tea.Cmd {
	m.opening, m.failed, m.over = "demo "+name, nil, nil
	ctx, cancel := context.WithCancel(m.ctx)
	return func() tea.Msg {
		d, err := m.opts.OpenDemo(ctx, name)
		return demoMsg{name: name, demo: d, stop: cancel, err: err}
	}
}

// demoOpened lets the demo run, and shows it once its first world is open.
func (m *Model) demoOpened(msg demoMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		m.opening, m.failed = "", msg.err
		msg.stop()
		return nil
	case msg.world == nil:
		ctx, cancel := context.WithCancel(m.ctx)
		stop := func() { cancel(); msg.stop() }
		play := func() tea.Msg {
			return demoOverMsg{msg.demo, m.keeper.run(func() error { return msg.demo.Run(ctx) })}
		}
		look := func() tea.Msg {
			w, err := msg.demo.Opened(ctx)
			mine, ok := w.(World)
			if err == nil && !ok {
				err = errors.New("this world cannot be drawn")
			}
			return demoMsg{msg.name, msg.demo, mine, stop, err}
		}
		return tea.Batch(play, look)
	}
	m.opening = ""
	m.demo = &showing{Demo: msg.demo, cancel: msg.stop, state: msg.demo.State()}
	m.followDemo()
	return m.wake()
}

// demoOver: whoever left it knows; a demo that could not go on says why.
func (m *Model) demoOver(msg demoOverMsg) tea.Cmd {
	if m.demo != nil && m.demo.Demo == msg.demo && msg.err != nil {
		m.trouble(msg.err)
	}
	return nil
}

func (m *Model) leaveDemo() {
	if m.demo != nil {
		m.demo.cancel()
		m.demo = nil
	}
}

// demoPlays reports whether the demo has the screen and the keys.
func (m *Model) demoPlays() bool { return m.demo != nil && !m.demo.joined && m.run != nil }

// followDemo takes the demo's state over, with the world of its chapter, and
// tells it how far the screen has shown that.
func (m *Model) followDemo() {
	if m.demo == nil {
		return
	}
	if m.note.Trouble || m.note.Text == "" {
		m.demo.hush = m.beat + noteTime
	} else if m.beat > m.demo.hush {
		m.note = frame.Note{}
	}
	st := m.demo.State()
	begins := m.demo.state.Scene == demo.Title && st.Scene != demo.Title
	m.demo.state = st
	w, ok := st.World.(World)
	if ok && (m.run == nil || m.run.world != w) {
		m.turnChapter(w)
	}
	if !ok || m.run == nil {
		return
	}
	if begins {
		m.run.player.Begin(w.Now()) // what its setup sent is not part of the chapter
	}
	m.keepPace()
	h := st.Held
	if h == nil || m.demo.joined {
		h = nil
		m.run.player.StopAt(nil)
	} else {
		m.run.player.StopAt(&player.Stop{At: h.At, Seq: h.Seq})
	}
	f := m.run.player.Frame()
	shown := f.Told()
	if h != nil { // a held picture must have come to its moment
		shown = f.At
	}
	m.demo.Saw(st.World, shown)
}

// turnChapter shows the world of another chapter.
func (m *Model) turnChapter(w World) {
	ladder := false
	if m.run != nil {
		m.run.cancel()
		ladder = m.run.ladder
	}
	m.run, m.jobs = newRunning(m.ctx, w, nil), map[int]job{}
	m.run.demo, m.run.ladder = m.demo.Demo, ladder
	m.demo.pace = 1
	if _, open := m.over.(*inspectOver); open {
		m.over = nil
	}
}

// keepPace lets messages move as much faster as the demo goes. A slower demo
// leaves more time to read; its messages keep their speed.
func (m *Model) keepPace() {
	want := max(m.demo.state.Speed, 1)
	for m.demo.pace < want && m.run.player.Faster() {
		m.demo.pace *= 2
	}
	for m.demo.pace > want && m.run.player.Slower() {
		m.demo.pace /= 2
	}
}

// demoFarewell says how far a demo came.
func demoFarewell(st demo.State) string {
	if st.Mode == demo.Over {
		return fmt.Sprintf("%s is over. %d chapters were played.\n", st.Info.Title, len(st.Chapters))
	}
	return fmt.Sprintf("%s, chapter %d of %d: %s.\nGo on with: msc-sim demo %s --at %d\n",
		st.Info.Title, st.Chapter+1, len(st.Chapters), st.Chapters[st.Chapter], st.Info.Name, st.Chapter+1)
}
