// Package tty holds the terminal of the person for the screen: its mode, its
// title and its replies. What it took it gives back, whatever ended the screen.
package tty

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

const (
	pushTitle = "\x1b[22;2t" // XTWINOPS: terminals without a stack of titles ignore both
	popTitle  = "\x1b[23;2t"
	// probe draws one glyph of ambiguous width on the line of the cursor, asks
	// where the cursor is now, and empties the line.
	probe = "\r●" + ansi.RequestCursorPositionReport + "\r" + ansi.EraseEntireLine
)

// Fence is a question that every terminal answers, and answers in sequence: after
// its reply no reply to an earlier question is outstanding.
const Fence = ansi.RequestPrimaryDeviceAttributes

// fenceReply is what a terminal answers to it.
var fenceReply = regexp.MustCompile("\x1b\\[\\?[0-9;]*c")

// replyTime is how long Give waits for replies. A terminal across the world
// answers within it.
const replyTime = time.Second

// Terminal is the terminal behind two streams. A nil Terminal is none: its
// methods do nothing.
type Terminal struct {
	in, out term.File
	stops   chan os.Signal
	guarded func() // ends the guard
	once    sync.Once

	mu     sync.Mutex
	before *term.State // the mode that the shell had set
}

// Take takes the terminal behind in and out into raw mode; nil where one of them is
// no terminal. With ask, the terminal is also asked how wide a glyph of ambiguous
// width is; it answers with its cursor's column, which is 1 beside a narrow one.
func Take(in io.Reader, out io.Writer, ask bool) (*Terminal, error) {
	i, isIn := in.(term.File)
	o, isOut := out.(term.File)
	if !isIn || !isOut || !term.IsTerminal(i.Fd()) || !term.IsTerminal(o.Fd()) {
		return nil, nil
	}
	t := &Terminal{in: i, out: o, stops: make(chan os.Signal, 8)}
	t.guarded = t.guard()
	var err error
	if t.before, err = term.MakeRaw(i.Fd()); err != nil {
		t.guarded()
		return nil, fmt.Errorf("cannot set the mode of the terminal: %w", err)
	}
	hello := pushTitle
	if ask {
		hello += probe
	}
	if _, err := io.WriteString(o, hello); err != nil {
		return nil, fmt.Errorf("cannot write to the terminal: %w", err)
	}
	t.watch()
	return t, nil
}

// Give gives the terminal back as it was. Answered says that the reply to a Fence
// has come; otherwise Give waits for the replies that are outstanding, so that the
// shell does not read them as typed.
func (t *Terminal) Give(answered bool) {
	if t == nil {
		return
	}
	t.once.Do(func() {
		t.unwatch()
		if !answered {
			t.drain()
		}
		_, _ = io.WriteString(t.out, popTitle) // a terminal that is gone needs no title
		t.mu.Lock()
		defer t.mu.Unlock()
		_ = term.Restore(t.in.Fd(), t.before)
		t.guarded()
	})
}

// drain reads until the reply to a Fence of its own has come. The screen asked with a
// Fence as well, and its reply is outstanding, so two come; only one where the screen
// has read the other and not yet looked at it.
func (t *Terminal) drain() {
	if _, err := io.WriteString(t.out, Fence); err != nil {
		return
	}
	t.replies(replyTime, func(got []byte) bool { return len(fenceReply.FindAll(got, 2)) == 2 })
}

// Stops yields the signals that stop the process, which [Stopped] tells, and that
// resume it.
func (t *Terminal) Stops() <-chan os.Signal {
	if t == nil {
		return nil
	}
	return t.stops
}

// Stop gives the terminal back, stops the process until a shell resumes it, and
// takes the terminal again. It is a tea.ExecCommand.
type Stop struct {
	*Terminal
	Again bool // the process was stopped and resumed already: only take the terminal
}

// rendererEnds is time for the renderer to end before Run returns. Bubble Tea does not
// wait for it: its goroutine stops the ticker of the frames, and when it does so after
// the next renderer has begun, nothing is drawn any more.
const rendererEnds = 50 * time.Millisecond

// Run stops the process.
func (s Stop) Run() error {
	t := s.Terminal
	t.mu.Lock()
	defer t.mu.Unlock()
	if !s.Again {
		_, _ = io.WriteString(t.out, popTitle)
		if err := term.Restore(t.in.Fd(), t.before); err != nil {
			return err
		}
		t.stop()
	} else {
		time.Sleep(rendererEnds)
	}
	if _, err := term.MakeRaw(t.in.Fd()); err != nil {
		return err
	}
	_, err := io.WriteString(t.out, pushTitle)
	return err
}

// The terminal is the one that was taken.
func (Stop) SetStdin(io.Reader)  {}
func (Stop) SetStdout(io.Writer) {}
func (Stop) SetStderr(io.Writer) {}
