package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/grid"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/frame"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/home"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/tty"
)

// Model is the one tea.Model. All its methods run on Bubble Tea's Update
// goroutine; what takes time runs in a tea.Cmd and comes back as a message.
type Model struct {
	ctx    context.Context // ends with the program
	opts   Options
	keys   []binding
	keeper *keeper
	tty    *tty.Terminal // nil = there is none, as in tests

	fenced bool // the terminal has answered all that it was asked

	look    theme.Options
	th      *theme.Theme
	grid    grid.Grid
	area    grid.Rect // the whole screen; empty until the terminal says its size
	content string    // what View returns
	thrift  thrift
	name    string // what the window is called
	cursor  *tea.Cursor

	home    home.Home
	words   []Word
	opening string   // what is being opened; "" = nothing
	failed  error    // why the last thing could not be opened; nil = it could
	run     *running // the open world; nil = none
	demo    *showing // the demo that is shown; nil = none
	over    overlay  // what lies over the screen
	note    frame.Note
	jobs    map[int]job
	lastJob int
	mouse   bool
	leave   bool // esc was pressed once where it would close the world

	ticking  bool
	lastTick time.Time
	beat     time.Duration // grows with the frames
	busyTill time.Duration // on beat: until then something may still move
}

func newModel(ctx context.Context, o Options) *Model {
	m := &Model{
		ctx: ctx, opts: o, keys: keymap(), keeper: newKeeper(), jobs: map[int]job{}, thrift: thrift{burst},
		look: theme.Options{Ground: themeGround(o), ASCII: o.ASCII, Projector: o.Projector},
	}
	if o.NoColor {
		m.look.Color = theme.NoColor
	}
	m.th = theme.New(m.look)
	m.home.Version = o.Version
	return m
}

// Init asks the terminal for its ground and opens the first screen.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.readRows(), m.ask(), m.awaitStop()}
	switch s := m.opts.Start; {
	case s.Lesson != "":
		cmds = append(cmds, m.openLesson(s.Lesson))
	case s.World != "":
		cmds = append(cmds, m.openWorld(s.World))
	case s.Demo != "":
		cmds = append(cmds, m.openDemo(s.Demo))
	}
	return tea.Batch(cmds...)
}

// Update maps a message to the one method that knows what to do with it.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd, known := m.handle(msg)
	_, frame := msg.(tickMsg)
	if known && !(frame && m.ticking && m.thrift.left < 0) {
		before := m.content
		m.draw()
		if frame { // people are slow
			m.thrift.spent(before, m.content)
		}
	}
	return m, cmd
}

// handle reports false for messages that change nothing.
func (m *Model) handle(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case tickMsg:
		return m.tick(time.Time(msg)), true
	case tea.WindowSizeMsg:
		m.resize(msg.Width, msg.Height)
		return nil, true
	case tea.KeyPressMsg:
		if msg.Code == tea.KeyF3 && m.opts.AskSigns && !m.fenced {
			return nil, false // the reply about the cursor in the first row reads like this key too
		}
		return m.press(msg), true
	case tea.PasteMsg:
		return m.paste(msg), true
	case tea.MouseClickMsg:
		return m.click(msg.Mouse()), true
	case tea.MouseWheelMsg:
		return m.wheel(msg.Mouse()), true
	case tea.BackgroundColorMsg:
		return m.ground(msg.IsDark()), true
	case tea.CursorPositionMsg:
		return m.signs(msg.X), true
	case uv.PrimaryDeviceAttributesEvent:
		m.fenced = true
		return nil, false
	case stopMsg:
		return m.stopped(msg), false
	case resumedMsg:
		return m.resumed(msg), true
	case tea.ColorProfileMsg:
		return m.profile(msg.Profile), true
	case rowsMsg:
		return m.rows(msg), true
	case openedMsg:
		return m.opened(msg), true
	case demoMsg:
		return m.demoOpened(msg), true
	case demoOverMsg:
		return m.demoOver(msg), true
	case closedMsg:
		return m.closed(msg), true
	case doneMsg:
		return m.done(msg), true
	case lettersMsg:
		return m.lettersRead(msg), true
	case savedMsg:
		return m.saved(msg), true
	case wokeMsg:
		return m.woke(msg), true
	default:
		return nil, false
	}
}

// View returns what draw made. It is called after every message, so it must cost nothing.
func (m *Model) View() tea.View {
	v := tea.NewView(m.content)
	v.AltScreen = true
	v.WindowTitle = m.name
	v.Cursor = m.cursor
	if m.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

// title is what the terminal's window is called.
func (m *Model) title() string {
	switch {
	case m.run == nil:
		return "msc-sim"
	case m.demo != nil:
		return "msc-sim · " + m.demo.state.Info.Title
	case m.run.lesson != nil:
		return "msc-sim · " + m.run.state.Info.Title
	default:
		return "msc-sim · " + m.run.world.Spec().Name
	}
}

func (m *Model) resize(w, h int) {
	m.grid.Resize(w, h)
	m.area = m.grid.Bounds()
}

// say shows a calm line until the next key.
func (m *Model) say(text string) { m.note = frame.Note{Text: text} }
