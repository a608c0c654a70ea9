package wire

import (
	"sync"
	"time"
)

// deadline is a moment that can be moved while somebody waits for it. The zero
// deadline, and a nil one, never comes.
type deadline struct {
	mu    sync.Mutex
	at    time.Time
	moved chan struct{} // closed when at changes; nil while nobody watches
}

// set moves the deadline; the zero time takes it away.
func (d *deadline) set(at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = at
	if d.moved != nil {
		close(d.moved)
		d.moved = nil
	}
}

// get returns the deadline; the zero time when there is none.
func (d *deadline) get() time.Time {
	if d == nil {
		return time.Time{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at
}

// watch returns the deadline and a channel that is closed when it moves.
func (d *deadline) watch() (at time.Time, moved <-chan struct{}) {
	if d == nil {
		return time.Time{}, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.moved == nil {
		d.moved = make(chan struct{})
	}
	return d.at, d.moved
}
