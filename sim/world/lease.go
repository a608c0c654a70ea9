package world

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/msc-sim/msc-sim/sim"
)

// lease is one transport's turn on a link: from the swap that began it until
// its last call is home and its last accepted ask is settled, however long that
// takes. Only then are its connections closed, so a swap loses nothing.
//
//	swap ─────▶ new calls take it ─────▶ next swap ─ ─ draining ─ ─▶ closed
type lease struct {
	transport sim.Transport
	users     atomic.Int64 // calls under way, and accepted asks that are not settled
	retired   atomic.Bool
	end       func() // closes its connections; called once, after the last user left
}

// turns are the leases of one link.
type turns struct {
	now atomic.Pointer[lease]

	mu  sync.Mutex
	old []*lease // retired, not yet drained
}

// enter takes the lease that is current and becomes a user of it.
func (t *turns) enter() *lease {
	for {
		l := t.now.Load()
		l.users.Add(1)
		if t.now.Load() == l {
			return l
		}
		l.leave()
	}
}

// leave ends one use. The last user of a retired lease closes it.
func (l *lease) leave() {
	if l.users.Add(-1) == 0 && l.retired.Load() {
		l.end()
	}
}

// begin makes next the current lease; end is called once that is retired and has no
// user any more. The one before drains from the call of retire on, which comes after
// the change is recorded: an idle lease ends at once, and its end must not be
// recorded before its successor.
func (t *turns) begin(next *lease, end func(*lease)) (retire func()) {
	var once sync.Once
	next.end = func() {
		once.Do(func() {
			t.mu.Lock()
			t.old = slices.DeleteFunc(t.old, func(l *lease) bool { return l == next })
			t.mu.Unlock()
			end(next)
		})
	}
	t.mu.Lock()
	before := t.now.Swap(next)
	if before != nil {
		t.old = append(t.old, before)
	}
	t.mu.Unlock()
	return func() {
		if before == nil {
			return
		}
		before.retired.Store(true)
		if before.users.Load() == 0 {
			before.end()
		}
	}
}

// draining counts the users of leases that have ended.
func (t *turns) draining() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := int64(0)
	for _, l := range t.old {
		n += l.users.Load()
	}
	return n
}
