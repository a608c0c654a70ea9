package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// terminal is a person's terminal with msc-sim in it.
type terminal struct {
	t       *testing.T
	cmd     *exec.Cmd
	pty     *os.File
	screen  *vt.SafeEmulator
	mu      sync.Mutex
	raw     strings.Builder // on mu: everything that was printed
	far     atomic.Int64    // how long a reply of the terminal takes, in nanoseconds
	changed chan struct{}
	ended   chan struct{}
}

// open starts msc-sim in a terminal of its own. Env are settings such as TERM=dumb.
func open(t *testing.T, columns, rows int, env []string, args ...string) *terminal {
	t.Helper()
	program, err := exec.LookPath("msc-sim") // testscript.Main put it into PATH
	if err != nil {
		t.Fatal(err)
	}
	return openCommand(t, columns, rows, env, exec.Command(program, args...))
}

// openCommand is open for another program, such as a shell.
func openCommand(t *testing.T, columns, rows int, env []string, cmd *exec.Cmd) *terminal {
	t.Helper()
	home := t.TempDir()
	x := &terminal{
		t: t, cmd: cmd, screen: vt.NewSafeEmulator(columns, rows),
		changed: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	var err error
	x.cmd.Env = append(os.Environ(), "HOME="+home, "MSC_SIM_HOME="+home, "TERM=xterm-256color", "LANG=C.UTF-8", "ACCESSIBLE=", "NO_COLOR=")
	races := filepath.Join(t.TempDir(), "race")
	x.cmd.Env = append(x.cmd.Env, "GORACE=exitcode=0 log_path="+races)
	x.cmd.Env = append(x.cmd.Env, env...)
	x.pty, err = pty.StartWithSize(x.cmd, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)})
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	answered := make(chan struct{})
	go func() { // what the terminal answers when it is asked; ends with the screen
		defer close(answered)
		buf := make([]byte, 256)
		for {
			n, err := x.screen.Read(buf)
			if err != nil {
				return
			}
			<-time.After(time.Duration(x.far.Load()))
			_, _ = x.pty.Write(buf[:n])
		}
	}()
	go x.read()
	t.Cleanup(func() {
		_ = x.cmd.Process.Kill()
		<-x.ended
		_ = x.pty.Close()
		if in, ok := x.screen.InputPipe().(io.Closer); ok {
			_ = in.Close()
		}
		<-answered
		ownRaces(t, races)
	})
	return x
}

// ownRaces fails for every data race that the detector found in the program, where
// it was built with it. One is not ours: as Bubble Tea ends, cancelreader v0.2.2
// closes its file beside the read that it has cancelled.
func ownRaces(t *testing.T, logs string) {
	t.Helper()
	files, _ := filepath.Glob(logs + ".*")
	for _, f := range files {
		report, err := os.ReadFile(f)
		if err != nil {
			t.Error(err)
		}
		for one := range strings.SplitSeq(string(report), "WARNING: DATA RACE") {
			if strings.Contains(one, "by goroutine") && !strings.Contains(one, "muesli/cancelreader.(*epollCancelReader).Close") {
				t.Errorf("a data race in the program:%s", one)
			}
		}
	}
}

// read draws what the program prints until it has ended.
func (x *terminal) read() {
	defer close(x.ended)
	buf := make([]byte, 4096)
	for {
		n, err := x.pty.Read(buf)
		x.mu.Lock()
		x.raw.Write(buf[:n])
		x.mu.Unlock()
		_, _ = x.screen.Write(buf[:n])
		select {
		case x.changed <- struct{}{}:
		default:
		}
		if err != nil { // EOF, or EIO on Linux: nobody holds the other side
			return
		}
	}
}

// see waits until the screen shows a text.
func (x *terminal) see(text string) {
	x.t.Helper()
	limit := time.After(patience)
	for !strings.Contains(x.text(), text) {
		select {
		case <-x.changed:
		case <-x.ended:
			if !strings.Contains(x.text(), text) {
				x.t.Fatalf("it ended without %q on the screen:\n%s", text, x.text())
			}
		case <-limit:
			x.t.Fatalf("%q is not on the screen:\n%s", text, x.text())
		}
	}
}

// said is everything that was printed.
func (x *terminal) said() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.raw.String()
}

func (x *terminal) text() string { return ansi.Strip(x.screen.Render()) }

func (x *terminal) press(keys string) {
	x.t.Helper()
	if _, err := io.WriteString(x.pty, keys); err != nil {
		x.t.Fatal(err)
	}
}

// end waits until the program has ended, and demands exit code 0.
func (x *terminal) end() {
	x.t.Helper()
	select {
	case <-x.ended:
	case <-time.After(patience):
		x.t.Fatalf("it does not end:\n%s", x.text())
	}
	if err := x.cmd.Wait(); err != nil {
		x.t.Fatalf("it ended with %v:\n%s", err, x.text())
	}
}

// ctl says a line to the world in this terminal.
func (x *terminal) ctl(words ...string) {
	x.t.Helper()
	c := exec.Command(x.cmd.Path, append([]string{"ctl"}, words...)...)
	c.Env = x.cmd.Env
	if out, err := c.CombinedOutput(); err != nil {
		x.t.Fatalf("ctl %s: %v\n%s", strings.Join(words, " "), err, out)
	}
}

// drew reports whether the program used the terminal as a screen.
func (x *terminal) drew() bool { return strings.Contains(x.said(), "\x1b[?1049h") }

func TestALessonOnAScreen(t *testing.T) {
	x := open(t, 120, 40, nil, "lesson", "rest")
	x.see("product")
	x.see("order")
	x.press("3")
	x.see("you   ►")
	x.press("\r")
	x.see("200 OK")
	x.press("q")
	x.end()
	if !x.drew() || !strings.Contains(x.said(), "\x1b[?1049l") {
		t.Error("the screen was not taken, or not given back")
	}
}

// What is said from elsewhere is done in the lesson, and the screen shows it.
func TestALessonIsPlayedFromAnotherTerminal(t *testing.T) {
	x := open(t, 120, 40, nil, "lesson", "rest")
	x.see("product")
	x.ctl("predict", "3")
	x.ctl("send", "product.get", "item=101")
	x.see("200 OK")
	x.press("q")
	x.end()
}

func TestHomeAndPlaygroundOnAScreen(t *testing.T) {
	x := open(t, 80, 24, nil)
	x.see("REST")
	x.press("q")
	x.end()
	x = open(t, 80, 24, []string{"NO_COLOR=1"}, "playground", "checkout", "--ascii")
	x.see("payment")
	x.press("q")
	x.end()
}

// A terminal that can only print lines gets lines.
func TestThePlainFaceOnATerminal(t *testing.T) {
	for name, tt := range map[string]struct{ env, args []string }{
		"TERM=dumb":    {[]string{"TERM=dumb"}, []string{"lesson", "rest"}},
		"ACCESSIBLE=1": {[]string{"ACCESSIBLE=1"}, []string{"lesson", "rest"}},
		"--plain":      {nil, []string{"lesson", "rest", "--plain"}},
	} {
		t.Run(name, func(t *testing.T) {
			x := open(t, 80, 24, tt.env, tt.args...)
			x.see("Type a number")
			x.press("q\n")
			x.end()
			if out := x.said(); strings.Contains(out, "\x1b") {
				t.Errorf("it moved the cursor or coloured something:\n%q", out)
			}
		})
	}
}

func TestCtrlCEndsEverything(t *testing.T) {
	for line, shows := range map[string]string{
		"serve checkout":              "Ctrl-C ends it",
		"lesson rest --plain":         "Type a number",
		"playground checkout --plain": "127.0.0.1:",
		"lesson rest":                 "product",
	} {
		t.Run(line, func(t *testing.T) {
			x := open(t, 80, 40, nil, strings.Fields(line)...)
			x.see(shows)
			x.press("\x03")
			x.end()
		})
	}
}
