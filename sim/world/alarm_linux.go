package world

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// preciseTimer is a timer of the kernel that is read as a file. Go waits for it as for
// a socket: without a thread of its own, and without rounding up to a millisecond.
type preciseTimer struct {
	fd   int
	file *os.File
}

func newPreciseTimer() (*preciseTimer, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	return &preciseTimer{fd, os.NewFile(uintptr(fd), "timer")}, nil
}

// set makes wait return in d. It may not be called after close.
func (t *preciseTimer) set(d time.Duration) {
	next := unix.ItimerSpec{Value: unix.NsecToTimespec(max(int64(d), 1))} // 0 would stop the timer
	_ = unix.TimerfdSettime(t.fd, 0, &next, nil)                          // it cannot fail with a time that is valid
}

// wait waits for the moment that was set; false when the timer is closed.
func (t *preciseTimer) wait() bool {
	var times [8]byte
	_, err := t.file.Read(times[:])
	return err == nil
}

func (t *preciseTimer) close() { _ = t.file.Close() }
