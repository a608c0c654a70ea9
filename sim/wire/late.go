package wire

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// room is how many bytes hooks may hold back in one direction of a connection;
// then who writes has to wait, and what comes stays in the kernel.
const room = 256 << 10

// late is what hooks hold back in one direction of a connection: parcels, in
// order, each with the moment it came. Nothing is lost and nothing overtakes.
//
//	came ──▶ ▪ ▪ ▪ ▪ ──▶ arrives
//	         └ delay ┘ at the rate, when no hook holds it
//
// A goroutine moves parcels while there are any (out), or reads ahead of its
// reader, so that parcels that come while others wait are on their way too (in).
// While it runs, the deadlines of the kernel are not set: those of the lane hold.
type late struct {
	on atomic.Bool // the goroutine runs; written under mu
	n  atomic.Int32

	mu      sync.Mutex
	parcels []parcel
	size    int       // bytes in them
	free    time.Time // when the last parcel arrived
	err     error     // why nothing can be delivered any more
	changed chan struct{}
}

// parcel is some bytes on their way, and what follows them.
type parcel struct {
	bytes []byte
	then  then
	err   error // thenFail: what the kernel said
	came  time.Time
	by    []grip
	inner bool // not the first piece of what was sent together
}

// then is what follows the bytes of a parcel.
type then uint8

const (
	thenMore       then = iota
	thenFail            // in: an error of the kernel
	thenCloseWrite      // out: this side has said all
	thenClose           // out: the end
)

// idle reports whether nothing is held back, at the cost of two loads.
func (l *late) idle() bool { return !l.on.Load() && l.n.Load() == 0 }

// put adds what came now, in pieces if hooks want it so. It does not wait.
func (l *late) put(p parcel) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.came = time.Now()
	size := pieceOf(p.by)
	for size > 0 && len(p.bytes) > size {
		first := p
		first.bytes, first.then, first.err = p.bytes[:size], thenMore, nil
		l.push(first)
		p.bytes, p.inner = p.bytes[size:], true
	}
	l.push(p)
	l.change()
}

func (l *late) push(p parcel) {
	l.parcels = append(l.parcels, p)
	l.size += len(p.bytes)
	l.n.Store(int32(len(l.parcels)))
}

// pieceOf is in which size bytes go on: 0 for as they are. What has a rate goes
// in pieces of 50 ms, so that it flows.
func pieceOf(by []grip) (size int) {
	for _, g := range by {
		if n := g.v.Piece; n > 0 && (size == 0 || n < size) {
			size = n
		}
		if g.v.Rate > 0 {
			if n := int(max(g.v.Rate/20, 16)); size == 0 || n < size {
				size = n
			}
		}
	}
	return size
}

// head says when the first parcel arrives; held means not before something changes.
func (l *late) head() (at time.Time, held bool) {
	p := &l.parcels[0]
	at = p.came
	for _, g := range p.by {
		if !g.by.live() {
			continue
		}
		held = held || g.v.Hold
		at = at.Add(g.v.Delay)
	}
	for _, g := range p.by {
		if !g.by.live() {
			continue
		}
		if p.inner {
			at = later(at, l.free.Add(g.v.Gap))
		}
		if g.v.Rate > 0 {
			at = later(at, l.free).Add(time.Duration(float64(len(p.bytes)) / float64(g.v.Rate) * float64(time.Second)))
		}
	}
	return at, held
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// pop takes the first parcel away. The lock is held.
func (l *late) pop() parcel {
	p := l.parcels[0]
	l.parcels = l.parcels[1:]
	l.size -= len(p.bytes)
	l.n.Store(int32(len(l.parcels)))
	l.change()
	return p
}

// fail drops everything: it can never be delivered. The lock is held.
func (l *late) fail(err error) {
	l.err, l.parcels, l.size = err, nil, 0
	l.n.Store(0)
	l.change()
}

// change wakes everybody who waits. The lock is held.
func (l *late) change() {
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// watch is closed at the next change. The lock is held.
func (l *late) watch() <-chan struct{} {
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return l.changed
}

// wake lets everybody look again; interrupt, if not nil, ends a blocked read of
// the goroutine that reads ahead.
func (l *late) wake(interrupt func(time.Time) error) {
	if l.idle() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.on.Load() && interrupt != nil {
		_ = interrupt(time.Unix(1, 0))
	}
	l.change()
}

// begin notes that the goroutine runs, unless it does already.
func (l *late) begin(set func(time.Time) error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.on.Load() {
		return false
	}
	l.on.Store(true)
	_ = set(time.Time{})
	return true
}

// end notes that it does not run any more and gives the kernel its deadline
// back. The lock is held.
func (l *late) end(set func(time.Time) error, until *deadline) {
	_ = set(until.get())
	l.on.Store(false)
	l.change()
}

// deadline sets a deadline of the kernel, unless it is not in use now.
func (l *late) deadline(t time.Time, set func(time.Time) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.on.Load() {
		return nil
	}
	return set(t)
}

// look waits until a parcel has arrived. It returns false when nothing is held
// back any more.
func (l *late) look(gone <-chan struct{}, d *deadline) (bool, error) {
	for {
		l.mu.Lock()
		if len(l.parcels) == 0 && !l.on.Load() {
			l.mu.Unlock()
			return false, nil
		}
		var at time.Time
		if len(l.parcels) > 0 {
			due, held := l.head()
			if !held && !due.After(time.Now()) {
				l.free = later(l.free, due)
				l.mu.Unlock()
				return true, nil
			}
			if !held {
				at = due
			}
		}
		again := l.watch()
		l.mu.Unlock()
		if err := await(again, at, gone, d); err != nil {
			return false, err
		}
	}
}

// makeRoom waits until there is room for more.
func (l *late) makeRoom(gone <-chan struct{}, d *deadline) error {
	if at := d.get(); !at.IsZero() && !at.After(time.Now()) {
		return os.ErrDeadlineExceeded
	}
	for {
		l.mu.Lock()
		err, full, again := l.err, l.size >= room, l.watch()
		l.mu.Unlock()
		if err != nil || !full {
			return err
		}
		if err := await(again, time.Time{}, gone, d); err != nil {
			return err
		}
	}
}

// take hands over what has arrived. Only one reader at a time.
func (l *late) take(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := &l.parcels[0]
	n := copy(p, h.bytes)
	h.bytes, h.by = h.bytes[n:], nil // the rest of it is here too
	l.size -= n
	l.change()
	if len(h.bytes) > 0 {
		return n, nil
	}
	if n > 0 && h.then == thenFail {
		return n, nil // the error comes next
	}
	return n, l.pop().err
}

// await returns nil when it is time to look again: when again is closed, at the
// given time unless that is zero, or when the deadline was moved.
func await(again <-chan struct{}, at time.Time, gone <-chan struct{}, d *deadline) error {
	due, moved := d.watch()
	if !due.IsZero() && !due.After(time.Now()) {
		return os.ErrDeadlineExceeded
	}
	var passed <-chan time.Time
	next := at
	if next.IsZero() || !due.IsZero() && due.Before(next) {
		next = due
	}
	if !next.IsZero() {
		t := time.NewTimer(time.Until(next))
		defer t.Stop()
		passed = t.C
	}
	select {
	case <-again:
	case <-moved:
	case <-passed:
		if !due.IsZero() && !due.After(time.Now()) {
			return os.ErrDeadlineExceeded
		}
	case <-gone:
		return net.ErrClosed
	}
	return nil
}
