// Package tuitest is a world on strings for tests of faces: its clock is set by
// the test, and what happens in it is always the same.
package tuitest

import (
	"context"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// Timeline is a log in memory. Many goroutines may use it.
type Timeline struct {
	mu     sync.Mutex
	events []sim.Event
	first  sim.Seq       // the oldest that is kept; older ones are gone
	more   chan struct{} // closed when something is written
}

// Add writes events, numbered in the order given.
func (t *Timeline) Add(events ...sim.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range events {
		e.Seq = sim.Seq(len(t.events) + 1)
		t.events = append(t.events, e)
	}
	if t.more != nil {
		close(t.more)
		t.more = nil
	}
}

// Forget drops everything before seq.
func (t *Timeline) Forget(seq sim.Seq) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.first = seq
}

// Last is the number of the newest event.
func (t *Timeline) Last() sim.Seq {
	t.mu.Lock()
	defer t.mu.Unlock()
	return sim.Seq(len(t.events))
}

// Read is as in [sim.Timeline].
func (t *Timeline) Read(after sim.Seq, buf []sim.Event) (int, sim.Seq, uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	missed := uint64(0)
	if t.first > after+1 {
		missed = uint64(t.first - after - 1)
		after = t.first - 1
	}
	if after >= sim.Seq(len(t.events)) {
		return 0, after, missed
	}
	n := copy(buf, t.events[after:])
	return n, after + sim.Seq(n), missed
}

// Await is as in [sim.Timeline].
func (t *Timeline) Await(ctx context.Context, after sim.Seq, match func(sim.Event) bool) (sim.Event, error) {
	for {
		t.mu.Lock()
		for ; after < sim.Seq(len(t.events)); after++ {
			if e := t.events[after]; match(e) {
				t.mu.Unlock()
				return e, nil
			}
		}
		if t.more == nil {
			t.more = make(chan struct{})
		}
		more := t.more
		t.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return sim.Event{}, ctx.Err()
		}
	}
}
