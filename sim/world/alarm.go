package world

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// alarm wakes everything in a world that waits for a moment, with one timer for
// all. Go's own timers come about half a millisecond late on Linux, which is more
// than many services work; waiting in a loop instead would cost the processor what
// it should only simulate.
type alarm struct {
	start func(func()) // starts a goroutine of the world

	mu     sync.Mutex
	timer  *preciseTimer // made by the first wait
	none   bool          // the system has no such timer
	waits  waits
	closed bool // with its world: nothing is waited for any more
}

// wait is one moment that is waited for.
type wait struct {
	until time.Time
	come  chan struct{}
	at    int // in the heap; -1 = no longer
}

// sleep waits for d, or until ctx ends.
func (a *alarm) sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	w := &wait{until: time.Now().Add(d), come: make(chan struct{})}
	switch added, over := a.add(w); {
	case over:
		return ctx.Err()
	case !added:
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		}
		return ctx.Err()
	}
	select {
	case <-w.come:
	case <-ctx.Done():
		a.remove(w)
	}
	return ctx.Err()
}

// add begins a wait, unless there is no precise timer, or the alarm is closed.
func (a *alarm) add(w *wait) (added, over bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed || a.none {
		return false, a.closed
	}
	if a.timer == nil {
		t, err := newPreciseTimer()
		if err != nil {
			a.none = true
			return false, false
		}
		a.timer = t
		a.start(a.run)
	}
	heap.Push(&a.waits, w)
	if w.at == 0 {
		a.timer.set(time.Until(w.until))
	}
	return true, false
}

func (a *alarm) remove(w *wait) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if w.at >= 0 {
		heap.Remove(&a.waits, w.at)
	}
}

// run ends every wait when its moment has come, until the alarm is closed.
func (a *alarm) run() {
	for a.timer.wait() {
		a.mu.Lock()
		now := time.Now()
		for len(a.waits) > 0 && !a.waits[0].until.After(now) {
			close(heap.Pop(&a.waits).(*wait).come)
		}
		if len(a.waits) > 0 && !a.closed {
			a.timer.set(a.waits[0].until.Sub(now))
		}
		a.mu.Unlock()
	}
}

// close ends run, and every wait: the context of a consumer does not end with its
// world, so without that closing the world would wait for it for ever.
func (a *alarm) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil && !a.closed {
		a.timer.close()
	}
	a.closed = true
	for len(a.waits) > 0 {
		close(heap.Pop(&a.waits).(*wait).come)
	}
}

// waits is a heap: the earliest moment comes first.
type waits []*wait

func (w waits) Len() int           { return len(w) }
func (w waits) Less(i, j int) bool { return w[i].until.Before(w[j].until) }

func (w waits) Swap(i, j int) {
	w[i], w[j] = w[j], w[i]
	w[i].at, w[j].at = i, j
}

// Push implements [heap.Interface].
func (w *waits) Push(x any) {
	x.(*wait).at = len(*w)
	*w = append(*w, x.(*wait))
}

// Pop implements [heap.Interface].
func (w *waits) Pop() any {
	last := len(*w) - 1
	x := (*w)[last]
	(*w)[last], *w = nil, (*w)[:last]
	x.at = -1
	return x
}
