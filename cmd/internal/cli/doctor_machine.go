package cli

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"time"
)

// standardAt is the first port that --ports standard uses.
const standardAt = "127.0.0.1:8080"

// enoughFiles is how many files, sockets among them, the largest built-in
// worlds may have open under load.
const enoughFiles = 4096

func program() finding {
	b := thisBuild()
	return finding{What: "program", State: isOK, Says: fmt.Sprintf("msc-sim %s, %s, %s/%s, %d processors", b.Version, b.Go, b.OS, b.Arch, runtime.NumCPU())}
}

// oneProcess says what a look at the processes of the machine would not show.
func oneProcess() finding {
	return finding{What: "services", State: isOK, Says: "goroutines of this one process, each with sockets of its own; doctor --fidelity shows what is real and what is simulated"}
}

// loopback opens a connection of this machine to itself and sends a byte over it.
func loopback() finding {
	f := finding{What: "loopback", State: isOK}
	began := time.Now()
	if err := echo(); err != nil {
		f.State, f.Says = isFailed, "no connection over 127.0.0.1: "+err.Error()
		f.Fix = "allow local connections in the firewall or the sandbox"
		return f
	}
	f.Says = fmt.Sprintf("127.0.0.1 answers, %.1f ms to open and to send", float64(time.Since(began))/1e6)
	return f
}

func echo() error {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	there, err := net.DialTimeout("tcp4", l.Addr().String(), time.Second)
	if err != nil {
		return err
	}
	defer there.Close()
	here, err := l.Accept()
	if err != nil {
		return err
	}
	defer here.Close()
	end := time.Now().Add(time.Second)
	_, _ = there.SetDeadline(end), here.SetDeadline(end) // a broken connection shows below
	if _, err := there.Write([]byte{1}); err != nil {
		return err
	}
	_, err = here.Read(make([]byte, 1))
	return err
}

func standardPort() finding {
	l, err := net.Listen("tcp4", standardAt)
	if err != nil {
		return finding{What: "ports", State: isNote, Says: standardAt + " is taken", Fix: "free ports are used anyway; only --ports standard needs this one"}
	}
	_ = l.Close()
	return finding{What: "ports", State: isOK, Says: standardAt + " is free"}
}

// openFiles reads the limit. Go itself has already raised it as far as it may.
func openFiles() finding {
	n, ok := fileLimit()
	switch {
	case !ok:
		return finding{What: "open files", State: isOK, Says: "this system sets no limit"}
	case n < enoughFiles:
		return finding{What: "open files", State: isNote, Says: fmt.Sprintf("at most %d", n), Fix: fmt.Sprintf("for large worlds: ulimit -n %d", enoughFiles)}
	default:
		return finding{What: "open files", State: isOK, Says: fmt.Sprintf("at most %d", n)}
	}
}

// directory checks that a file can be written where state is kept.
func (a *app) directory(what string, find func() (string, error)) finding {
	dir, err := find()
	if err == nil {
		err = writable(dir)
	}
	if err != nil {
		return finding{What: what, State: isFailed, Says: err.Error(), Fix: "set MSC_SIM_HOME to a directory that can be written"}
	}
	return finding{What: what, State: isOK, Says: dir}
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	_ = f.Close()
	return os.Remove(f.Name())
}
