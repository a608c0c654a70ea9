//go:build !linux

package world

import "time"

// preciseTimer is Go's own timer: outside Linux it is not rounded to milliseconds.
type preciseTimer struct {
	timer  *time.Timer
	closed chan struct{}
}

func newPreciseTimer() (*preciseTimer, error) {
	return &preciseTimer{time.NewTimer(time.Hour), make(chan struct{})}, nil
}

// set makes wait return in d.
func (t *preciseTimer) set(d time.Duration) { t.timer.Reset(d) }

// wait waits for the moment that was set; false when the timer is closed.
func (t *preciseTimer) wait() bool {
	select {
	case <-t.timer.C:
		return true
	case <-t.closed:
		return false
	}
}

func (t *preciseTimer) close() {
	t.timer.Stop()
	close(t.closed)
}
