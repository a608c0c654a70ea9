package queue

import (
	"slices"
	"sync"
)

// Window bounds how many messages may be in hand at once: those of one consumer,
// or of many who share it. It belongs to the consumers of one engine.
type Window struct {
	mu    sync.Mutex // taken after Engine.mu, or alone
	limit int
	held  int
	waits []*Consuming // found no room
}

// NewWindow makes a window for so many messages; 0 = no limit.
func NewWindow(limit int) *Window { return &Window{limit: limit} }

// SetLimit changes how many may be in hand. What is in hand stays there.
func (w *Window) SetLimit(limit int) {
	w.mu.Lock()
	w.limit = limit
	waits := w.waiting()
	w.mu.Unlock()
	for _, c := range waits {
		c.queue.engine.mu.Lock()
		c.unblock()
		c.queue.engine.unlock()
	}
}

// room says whether one more may be taken. If not, c waits.
func (w *Window) room(c *Consuming) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.limit <= 0 || w.held < w.limit {
		return true
	}
	w.waits = append(w.waits, c)
	return false
}

func (w *Window) take() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held++
}

// release gives back one place and returns who waited for it.
func (w *Window) release() []*Consuming {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held--
	return w.waiting()
}

// leave ends the waiting of a consumer.
func (w *Window) leave(c *Consuming) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waits = slices.DeleteFunc(w.waits, func(o *Consuming) bool { return o == c })
}

// waiting empties the list of those who wait, if there is room.
func (w *Window) waiting() (waits []*Consuming) {
	if w.limit <= 0 || w.held < w.limit {
		waits, w.waits = w.waits, nil
	}
	return waits
}
