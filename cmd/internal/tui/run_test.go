package tui

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
	"github.com/msc-sim/msc-sim/internal/beside"
	"github.com/msc-sim/msc-sim/lessons"
	"github.com/msc-sim/msc-sim/sim"
)

// Demos mostly wait for their captions to be read. The input reader of a Bubble Tea program that has ended may be left with an
// event that nobody takes from it any more.
func TestMain(m *testing.M) {
	beside.Tests(8)
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/charmbracelet/ultraviolet.(*TerminalReader).sendEvents"))
}

// terminal is an emulator with a person in front of it.
type terminal struct {
	*testing.T
	emu   *vt.SafeEmulator
	typed chan []byte   // what the person and the terminal itself said
	wrote chan struct{} // holds a token when something was written since it was last looked at
}

func newTerminal(t *testing.T, w, h int) *terminal {
	term := &terminal{t, vt.NewSafeEmulator(w, h), make(chan []byte, 1000), make(chan struct{}, 1)}
	go term.pump()
	return term
}

// pump takes what the emulator says until its input is closed. An emulator whose
// answers nobody reads would stand still, and the program that writes to it.
func (t *terminal) pump() {
	defer close(t.typed)
	for {
		b := make([]byte, 256)
		n, err := t.emu.Read(b)
		if err != nil {
			return
		}
		t.typed <- b[:n]
	}
}

// Read gives one piece of input; p has room for it.
func (t *terminal) Read(p []byte) (int, error) {
	b, ok := <-t.typed
	if !ok {
		return 0, io.EOF
	}
	return copy(p, b), nil
}

func (t *terminal) Write(p []byte) (int, error) {
	n, err := t.emu.Write(p)
	select {
	case t.wrote <- struct{}{}:
	default:
	}
	return n, err
}

// until waits until a text stands on the terminal.
func (t *terminal) until(text string) {
	t.Helper()
	patience := time.NewTimer(20 * time.Second)
	defer patience.Stop()
	for {
		screen := ansi.Strip(t.emu.Render())
		if strings.Contains(screen, text) {
			return
		}
		select {
		case <-t.wrote:
		case <-patience.C:
			t.Fatalf("%q does not appear:\n%s", text, screen)
		}
	}
}

// start runs the program in the terminal. The returned function waits for its end.
func (t *terminal) start(ctx context.Context, o Options) (end func() error) {
	o.In, o.Out = t, t
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, o,
			tea.WithWindowSize(t.emu.Width(), t.emu.Height()), tea.WithColorProfile(colorprofile.TrueColor),
			tea.WithEnvironment([]string{"TERM=xterm-256color"}))
	}()
	return func() error {
		t.Helper()
		defer t.emu.InputPipe().(io.Closer).Close()
		select {
		case err := <-done:
			return err
		case <-time.After(20 * time.Second):
			t.Fatal("the program does not end")
			return nil
		}
	}
}

func lessonIn(w *tuitest.World) Options {
	return Options{
		Start: Start{Lesson: "rest"},
		OpenLesson: func(context.Context, string) (World, Lesson, error) {
			return w, tuitest.NewLesson(w), nil
		},
	}
}

func TestTheWholeProgram(t *testing.T) {
	term, w := newTerminal(t, 100, 30), tuitest.New()
	end := term.start(t.Context(), lessonIn(w))
	term.until("One question, one answer")
	term.emu.SendText("3")
	term.until("send product.get item=101")
	term.emu.SendText("\r")
	term.until("GET /products/101")
	term.until("synchronous")
	term.emu.SendText("q")
	if err := end(); err != nil {
		t.Fatal(err)
	}
	term.until("REST, step 1 of 3. All is kept.")
	term.until("Go on with: msc-sim lesson rest")
	if term.emu.IsAltScreen() {
		t.Error("the terminal was left on the other screen")
	}
	if !w.Closed() {
		t.Error("the world was left open")
	}
}

func TestTheContextEndsTheProgram(t *testing.T) {
	term, w := newTerminal(t, 80, 24), tuitest.New()
	ctx, cancel := context.WithCancel(t.Context())
	end := term.start(ctx, lessonIn(w))
	term.until("One question")
	cancel()
	if err := end(); err != nil {
		t.Fatal(err)
	}
	if !w.Closed() || term.emu.IsAltScreen() {
		t.Errorf("closed %v, other screen %v", w.Closed(), term.emu.IsAltScreen())
	}
}

func TestLeavingWhileAWorldIsBeingOpenedLeavesNothing(t *testing.T) {
	term, w := newTerminal(t, 80, 24), tuitest.New()
	o := lessonIn(w)
	began := make(chan struct{})
	o.OpenLesson = func(ctx context.Context, _ string) (World, Lesson, error) {
		close(began)
		<-ctx.Done() // it opens at last, when nobody waits any more
		return w, tuitest.NewLesson(w), nil
	}
	end := term.start(t.Context(), o)
	term.until("Opening lesson rest")
	<-began
	term.emu.SendText("q")
	if err := end(); err != nil {
		t.Fatal(err)
	}
	if !w.Closed() {
		t.Error("the world that came too late was left open")
	}
}

// broken panics as soon as it should.
type broken struct {
	*tuitest.Lesson
	now *atomic.Bool
}

func (b broken) Update() lessons.State {
	if b.now.Load() {
		panic("a lesson that breaks")
	}
	return b.Lesson.Update()
}

func TestAPanicRestoresTheTerminal(t *testing.T) {
	term, w := newTerminal(t, 80, 24), tuitest.New()
	var now atomic.Bool
	o := lessonIn(w)
	o.OpenLesson = func(context.Context, string) (World, Lesson, error) {
		return w, broken{tuitest.NewLesson(w), &now}, nil
	}
	end := term.start(t.Context(), o)
	term.until("One question")
	now.Store(true)
	term.emu.SendText("3")
	err := end()
	if !errors.Is(err, tea.ErrProgramPanic) {
		t.Errorf("got %v, want the panic", err)
	}
	if term.emu.IsAltScreen() || !w.Closed() {
		t.Errorf("other screen %v, closed %v", term.emu.IsAltScreen(), w.Closed())
	}
}

func TestWhatCannotBeOpenedSaysWhy(t *testing.T) {
	term := newTerminal(t, 80, 24)
	end := term.start(t.Context(), Options{
		Start: Start{World: "catalgo"},
		Open: func(context.Context, string) (World, error) {
			return nil, sim.Unknown("world", "catalgo", []string{"catalog"})
		},
		Worlds: func() []WorldRow { return []WorldRow{{Name: "catalog", About: "a shop window"}} },
	})
	term.until("did you mean catalog?")
	term.emu.SendText("\x1b")
	term.until("a shop window")
	term.emu.SendText("q")
	if err := end(); err != nil {
		t.Fatal(err)
	}
}
