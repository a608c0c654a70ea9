//go:build unix

package tty

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A panic in a goroutine that is not the screen's gives the terminal back.
func TestAPanicAnywhereGivesTheTerminalBack(t *testing.T) {
	if os.Getenv("MSC_SIM_CRASHES") != "" { // the program that crashes
		if _, err := Take(os.Stdin, os.Stdout, false); err != nil {
			t.Fatal(err)
		}
		go func() { panic("in a world") }()
		<-time.After(time.Minute)
	}
	c := exec.Command(os.Args[0], "-test.run", t.Name())
	c.Env = append(os.Environ(), "MSC_SIM_CRASHES=1", "TMPDIR="+t.TempDir())
	p, err := pty.Start(c)
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	defer p.Close()
	said, _ := io.ReadAll(p) // EIO, on Linux, when nobody holds the other side
	_ = c.Wait()
	for _, want := range []string{"\x1b[?1049l", "msc-sim has crashed: panic: in a world", "The report is in "} {
		if !strings.Contains(string(said), want) {
			t.Errorf("%q is not in %q", want, said)
		}
	}
}
