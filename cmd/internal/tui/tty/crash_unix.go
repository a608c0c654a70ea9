//go:build unix

package tty

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"

	"github.com/charmbracelet/x/ansi"
)

// screenOff ends what a screen may have begun: a frame that was not finished, reports
// of mouse, paste and focus, keys of Kitty's protocol, its own page, the hidden cursor.
var screenOff = ansi.ResetModeSynchronizedOutput + ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseAnyEvent + ansi.ResetModeMouseExtSgr +
	ansi.ResetModeFocusEvent + ansi.ResetModeBracketedPaste + ansi.PopKittyKeyboard(1) + ansi.ResetModeAltScreenSaveCursor + ansi.SetModeTextCursorEnable + popTitle

// ended is what the restorer reads when the terminal was given back.
const ended = "ended\n"

// restorer waits for the end of the program: it reads a report when it has crashed,
// ended when all is well, and nothing when it was killed. It ignores the signals that
// may end or stop the program. $0 is where a report is stored, $1 ends the screen.
const restorer = `umask 077
set -C # no report is written over what is there
trap '' INT TERM HUP QUIT TSTP TTIN TTOU
was=$(stty -g <&3)
echo ready
IFS= read -r first
[ "$first" = ended ] && exit
stty "$was" <&3
printf '%s' "$1" >&3
[ -n "$first" ] || exit
{ printf '%s\n' "$first"; cat; } >"$0"
printf '\r\nmsc-sim has crashed: %s\r\nThe terminal is as it was before. The report is in %s.\r\n' "$first" "$0" >&3
`

// guard lets a small process restore the terminal when this one crashes or is killed: a
// panic in a goroutine of a world ends the program at once, and nothing of it runs any
// more. It is called before the mode of the terminal is changed, and the function that
// it returns when the terminal was given back. Where there is no sh, there is no guard.
func (t *Terminal) guard() (end func()) {
	none := func() {}
	terminal, is := t.out.(*os.File)
	reports, report, err := os.Pipe()
	if !is || err != nil {
		return none
	}
	defer reports.Close()
	c := exec.Command("sh", "-c", restorer, filepath.Join(os.TempDir(), "msc-sim-crash-"+strconv.Itoa(os.Getpid())+".txt"), screenOff)
	c.Stdin, c.ExtraFiles = reports, []*os.File{terminal}
	said, err := c.StdoutPipe()
	if err != nil || c.Start() != nil {
		_ = report.Close()
		return none
	}
	end = func() {
		_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
		_, _ = report.WriteString(ended) // a restorer that is gone restores nothing
		_ = report.Close()
		_ = c.Wait()
	}
	if ready, _ := bufio.NewReader(said).ReadString('\n'); ready != "ready\n" || debug.SetCrashOutput(report, debug.CrashOptions{}) != nil {
		end()
		return none
	}
	return end
}
