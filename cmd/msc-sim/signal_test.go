//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"
)

// Whatever ends the screen gives the terminal back: its mode, its cursor, its title,
// the normal screen. Each is sent twenty times, at moments from the first byte on.
func TestEverySignalGivesTheTerminalBack(t *testing.T) {
	times := 20
	if testing.Short() {
		times = 4
	}
	for name, sig := range map[string]syscall.Signal{"HUP": syscall.SIGHUP, "TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "ctrl+c": 0} {
		for i := range times {
			t.Run(fmt.Sprint(name, i), func(t *testing.T) {
				t.Parallel()
				heeded(t, sig)
				x := open(t, 80, 24, nil)
				if i%4 != 0 || sig == 0 {
					x.see("REST")
				} else {
					x.printed("\x1b[") // it has not drawn yet
				}
				if sig == 0 {
					x.press("\x03")
				} else if err := x.cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				x.end()
				x.isGivenBack()
			})
		}
	}
}

// What the program itself cannot survive gives the terminal back as well: a crash, of
// which SIGQUIT is one, and kill -9. A crash tells where its report is.
func TestACrashGivesTheTerminalBack(t *testing.T) {
	times := 20
	if testing.Short() {
		times = 4
	}
	for name, sig := range map[string]syscall.Signal{"crash": syscall.SIGQUIT, "KILL": syscall.SIGKILL} {
		for i := range times {
			t.Run(fmt.Sprint(name, i), func(t *testing.T) {
				t.Parallel()
				heeded(t, sig)
				temporary := t.TempDir()
				x := open(t, 80, 24, []string{"TMPDIR=" + temporary})
				x.see("REST")
				if err := x.cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				<-x.ended
				x.isGivenBack()
				reports, err := filepath.Glob(filepath.Join(temporary, "msc-sim-crash-*.txt"))
				if err != nil || sig == syscall.SIGKILL {
					if len(reports) != 0 {
						t.Errorf("reports of no crash: %v", reports)
					}
					return
				}
				if len(reports) != 1 || !strings.Contains(x.text(), "msc-sim has crashed: SIGQUIT") {
					t.Fatalf("%d reports; the screen says\n%s", len(reports), x.text())
				}
				if report, err := os.ReadFile(reports[0]); err != nil || !strings.Contains(string(report), "goroutine ") {
					t.Errorf("the report: %v %.200s", err, report)
				}
			})
		}
	}
}

// heeded skips a test of a signal that a program inherits as ignored, as under nohup.
func heeded(t *testing.T, s syscall.Signal) {
	t.Helper()
	if s != 0 && signal.Ignored(s) {
		t.Skipf("%v is ignored here", s)
	}
}

// Two signals at once, as a closing window sends them, end it no less cleanly.
func TestTwoSignalsGiveTheTerminalBack(t *testing.T) {
	for range 5 {
		x := open(t, 80, 24, nil)
		x.see("REST")
		for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM} {
			_ = x.cmd.Process.Signal(s) // it may have ended by the first
		}
		select {
		case <-x.ended:
		case <-time.After(patience):
			t.Fatal("it does not end")
		}
		x.isGivenBack()
	}
}

// The faces without a screen end by SIGHUP as they do by SIGTERM.
func TestSIGHUPEndsEverything(t *testing.T) {
	heeded(t, syscall.SIGHUP)
	for line, shows := range map[string]string{
		"serve checkout":      "Ctrl-C ends it",
		"lesson rest --plain": "Type a number",
	} {
		t.Run(line, func(t *testing.T) {
			x := open(t, 80, 40, nil, strings.Fields(line)...)
			x.see(shows)
			if err := x.cmd.Process.Signal(syscall.SIGHUP); err != nil {
				t.Fatal(err)
			}
			x.end()
		})
	}
}

// Leaving at once leaves no reply of the terminal to the shell, also where the
// terminal is far away.
func TestNoReplyIsLeftToTheShell(t *testing.T) {
	for _, far := range []time.Duration{0, 100 * time.Millisecond} {
		shell := inShell(t, far)
		shell.press("msc-sim; echo over''now\n")
		shell.printed("\x1b[c") // it asked
		shell.press("q")
		shell.see("overnow")
		shell.press("echo left''over\n")
		shell.see("leftover")
		if s := shell.text(); strings.Contains(s, ";1R") || strings.Contains(s, "rgb:") || strings.Contains(s, "$y") || strings.Contains(s, "not found") {
			t.Errorf("far %v: replies were left to the shell:\n%s", far, s)
		}
	}
}

// A stopped process leaves a usable terminal, and draws its screen again.
func TestStopAndResume(t *testing.T) {
	for name, stop := range map[string]string{"ctrl+z": "\x1a", "TSTP": "kill -TSTP", "STOP": "kill -STOP"} {
		t.Run(name, func(t *testing.T) {
			x := inShell(t, 0)
			x.press("msc-sim\n")
			x.see("REST")
			if strings.HasPrefix(stop, "kill") {
				k := exec.Command("sh", "-c", fmt.Sprintf("%s $(ps -o pid= --ppid %d)", stop, x.cmd.Process.Pid))
				if out, err := k.CombinedOutput(); err != nil {
					t.Skipf("cannot find the process of the shell: %v %s", err, out)
				}
			} else {
				x.press(stop)
			}
			x.see("topped")                         // the shell says so
			x.press("clear; echo in the sh''ell\n") // STOP leaves the screen as it was: what is seen below is drawn again
			x.see("in the shell")
			x.press("fg\n")
			x.see("REST")
			x.press("?")
			x.see("fg in the shell resumes it")
			x.press("q")
		})
	}
}

// inShell is a terminal with a shell that has job control; what the terminal replies
// comes late by far.
func inShell(t *testing.T, far time.Duration) *terminal {
	t.Helper()
	sh, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	x := openCommand(t, 80, 24, []string{"PS1=ready> "}, exec.Command(sh, "--norc", "--noprofile", "-i"))
	x.far.Store(int64(far))
	x.see("ready> ")
	return x
}

// printed waits until the program has printed something.
func (x *terminal) printed(what string) {
	x.t.Helper()
	limit := time.After(patience)
	for !strings.Contains(x.said(), what) {
		select {
		case <-x.changed:
		case <-x.ended:
			return
		case <-limit:
			x.t.Fatalf("%q was not printed: %q", what, x.said())
		}
	}
}

// isGivenBack looks at what a program that has ended left.
func (x *terminal) isGivenBack() {
	x.t.Helper()
	raw := x.said()
	for on, off := range map[string]string{"\x1b[?1049h": "\x1b[?1049l", "\x1b[?25l": "\x1b[?25h", "\x1b[22;2t": "\x1b[23;2t", "\x1b[?2004h": "\x1b[?2004l"} {
		if strings.LastIndex(raw, on) > strings.LastIndex(raw, off) {
			x.t.Errorf("%q was printed and %q was not", on, off)
		}
	}
	if got, want := mode(x.t, x.pty), newMode(x.t); got != want {
		x.t.Errorf("the mode of the terminal is %s, and was %s", got, want)
	}
}

func mode(t *testing.T, f *os.File) string {
	t.Helper()
	s, err := term.GetState(f.Fd())
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%+v", *s)
}

// newMode is the mode of a new terminal.
func newMode(t *testing.T) string {
	t.Helper()
	p, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	defer tty.Close()
	return mode(t, p)
}
