//go:build unix

package tty

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// stopTime is how long a stop may take. Where the kernel ignores it, because no
// shell could resume the process, the screen comes back after it.
const stopTime = time.Second

func (t *Terminal) watch()   { signal.Notify(t.stops, syscall.SIGTSTP, syscall.SIGCONT) }
func (t *Terminal) unwatch() { signal.Stop(t.stops) }

// Stopped reports whether a signal asks the process to stop.
func Stopped(s os.Signal) bool { return s == syscall.SIGTSTP }

// CanStop reports whether a shell with job control started the process: it is in
// the same session, and gave the process a group of its own.
func (t *Terminal) CanStop() bool {
	if t == nil {
		return false
	}
	own, err := unix.Getsid(0)
	if err != nil || own == os.Getpid() {
		return false
	}
	parent, err := unix.Getsid(os.Getppid())
	return err == nil && parent == own
}

// AskStop does what the signal does that stops the process.
func (t *Terminal) AskStop() {
	select {
	case t.stops <- syscall.SIGTSTP:
	default: // it is asked already
	}
}

// stop stops the group of the process, as the terminal would, until it is resumed.
// It takes SIGTTIN, which does the same as SIGTSTP: once Go has notified of SIGTSTP
// it keeps a handler for it, and the default action cannot be had again.
func (t *Terminal) stop() {
	resumed := make(chan os.Signal, 1)
	signal.Notify(resumed, syscall.SIGCONT)
	defer signal.Stop(resumed)
	_ = syscall.Kill(0, syscall.SIGTTIN)
	select {
	case <-resumed:
	case <-time.After(stopTime):
	}
	signal.Stop(t.stops)
	for len(t.stops) > 0 {
		<-t.stops // of this stop
	}
	t.watch()
}

// replies is what the terminal says until f returns true, for at most d. It reads
// through a descriptor of its own that does not block: a reader of the screen that
// has just ended may still take what it waits for.
func (t *Terminal) replies(d time.Duration, f func([]byte) bool) {
	own, err := unix.Open("/dev/tty", unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer unix.Close(own)
	var got []byte
	buf := make([]byte, 256)
	p := []unix.PollFd{{Fd: int32(t.in.Fd()), Events: unix.POLLIN}}
	for end := time.Now().Add(d); !f(got) && time.Now().Before(end); {
		switch _, err := unix.Poll(p, int(time.Until(end).Milliseconds())+1); {
		case err == unix.EINTR:
			continue
		case err != nil || p[0].Revents&unix.POLLIN == 0:
			return
		}
		n, err := unix.Read(own, buf)
		switch {
		case err == unix.EAGAIN || err == unix.EINTR:
			continue
		case err != nil || n <= 0:
			return
		}
		got = append(got, buf[:n]...)
	}
}
