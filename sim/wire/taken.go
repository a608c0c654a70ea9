package wire

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// takenBy says in a few words who listens on a port: " by order" of this world,
// " by nginx (process 123)" where Linux tells, or nothing.
func (n *Net) takenBy(port int) string {
	for _, s := range n.all() {
		if s.listensOn(port) {
			return " by " + s.who.String() + " of this world"
		}
	}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		if socket := listening(table, port); socket != "" {
			return holder(socket)
		}
	}
	return ""
}

// listening finds the socket that listens on a port in one of the kernel's
// tables, or "". The columns are described in proc_net_tcp.txt of the kernel:
// place, local address, remote address, state (0A = listening), …, inode.
func listening(table string, port int) string {
	f, err := os.Open(table)
	if err != nil {
		return "" // not Linux
	}
	defer f.Close()
	local := fmt.Sprintf(":%04X", port)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		col := strings.Fields(lines.Text())
		if len(col) > 9 && strings.HasSuffix(col[1], local) && col[3] == "0A" {
			return "socket:[" + col[9] + "]"
		}
	}
	return ""
}

// holder names the process that has a socket open. Other people's processes
// keep that to themselves.
func holder(socket string) string {
	files, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, file := range files {
		if to, err := os.Readlink(file); err != nil || to != socket {
			continue
		}
		process := filepath.Dir(filepath.Dir(file))
		name, _ := os.ReadFile(filepath.Join(process, "comm"))
		return fmt.Sprintf(" by %s (process %s)", sim.Visible(strings.TrimSpace(string(name))), filepath.Base(process))
	}
	return ""
}
