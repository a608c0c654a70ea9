package trace

import (
	"context"
	"errors"

	"github.com/msc-sim/msc-sim/sim"
)

var _ sim.Timeline = (*Log)(nil)

// ErrClosed is returned by Await when the log was closed and what is waited for
// is not in it.
var ErrClosed = errors.New("the log is closed")

// batch is how many records a reader copies at once.
const batch = 64

// Read copies the events after the cursor into buf, oldest first. It merges
// first, so it misses nothing that happened before it was called. It returns how
// many it copied, the new cursor, and how many are gone because the ring went on
// without this reader. It does not wait; n is 0 when there is nothing new.
func (l *Log) Read(after sim.Seq, buf []sim.Event) (n int, cursor sim.Seq, missed uint64) {
	l.merge()
	for n < len(buf) {
		m, next, gone := l.read(after, buf[n:min(n+batch, len(buf))])
		n, after, missed = n+m, next, missed+gone
		if m == 0 {
			break
		}
	}
	return n, after, missed
}

// read copies at most batch events. The ring is held for the flat copy alone.
func (l *Log) read(after sim.Seq, buf []sim.Event) (n int, cursor sim.Seq, missed uint64) {
	var rs [batch]Record
	n, at, missed := l.ring.copy(uint64(after), rs[:len(buf)])
	for i := range n {
		buf[i] = Unpack(l, &rs[i])
		buf[i].Seq = sim.Seq(at) - sim.Seq(n-1-i)
	}
	return n, sim.Seq(at), missed
}

// Await returns the first event after the cursor that matches, at once or as
// soon as it happens. It merges first, so it sees everything that happened before
// it was called. Over a hole it returns [sim.ErrMissed] rather than guess: when
// the ring has gone on without the reader, and at a [sim.Missed] that does not
// match by itself. It ends with ctx's error, and with [ErrClosed].
func (l *Log) Await(ctx context.Context, after sim.Seq, match func(sim.Event) bool) (sim.Event, error) {
	l.merge()
	var buf [batch]sim.Event
	for {
		n, cursor, missed := l.read(after, buf[:])
		if missed > 0 {
			return sim.Event{}, sim.ErrMissed
		}
		for _, e := range buf[:n] {
			if match(e) {
				return e, nil
			}
			if e.Fact.Kind() == sim.KindMissed {
				return sim.Event{}, sim.ErrMissed
			}
		}
		after = cursor
		if n > 0 {
			continue
		}
		if err := l.await(ctx, after); err != nil {
			return sim.Event{}, err
		}
	}
}

// await returns when there is something after cursor.
func (l *Log) await(ctx context.Context, cursor sim.Seq) error {
	more := l.ring.wait(uint64(cursor))
	select {
	case <-more:
		return nil
	default:
	}
	select {
	case <-more:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.ended:
		return ErrClosed
	}
}
