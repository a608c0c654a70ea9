package trace

import (
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// chunk is by how many records the ring grows.
const chunk = 8192

// ring keeps the newest records, numbered 1, 2, 3 without gaps. It grows chunk by
// chunk as records come, up to its size; then the newest replaces the oldest.
type ring struct {
	mu     sync.RWMutex
	chunks [][]Record
	size   uint64        // how many records it keeps at most
	last   uint64        // the number of the newest; 0 = none yet
	more   chan struct{} // closed when something is appended; nil when nobody waits
}

func newRing(size int) ring {
	per := min(size, chunk)
	n := (size + per - 1) / per
	return ring{chunks: make([][]Record, n), size: uint64(n * per)}
}

// at is the place of record seq. The ring is locked.
func (g *ring) at(seq uint64) *Record {
	per := g.size / uint64(len(g.chunks))
	i := (seq - 1) % g.size
	c := &g.chunks[i/per]
	if *c == nil {
		*c = make([]Record, per)
	}
	return &(*c)[i%per]
}

// append adds r. The ring is locked.
func (g *ring) append(r *Record) {
	g.last++
	*g.at(g.last) = *r
}

// announce wakes all who wait. The ring is locked.
func (g *ring) announce() {
	if g.more != nil {
		close(g.more)
		g.more = nil
	}
}

// copy fills buf with the records that follow after, and reports how many are gone.
func (g *ring) copy(after uint64, buf []Record) (n int, cursor, missed uint64) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if after >= g.last {
		return 0, after, 0
	}
	if g.last > g.size && after < g.last-g.size {
		missed = g.last - g.size - after
		after += missed
	}
	for ; n < len(buf) && after < g.last; n++ {
		after++
		buf[n] = *g.at(after)
	}
	return n, after, missed
}

// wait returns a channel that is closed once there is a record after cursor.
func (g *ring) wait(cursor uint64) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.last > cursor {
		now := make(chan struct{})
		close(now)
		return now
	}
	if g.more == nil {
		g.more = make(chan struct{})
	}
	return g.more
}

// Last merges and returns the number of the newest event: everything that is
// recorded from now on comes after it.
func (l *Log) Last() sim.Seq {
	l.merge()
	l.ring.mu.RLock()
	defer l.ring.mu.RUnlock()
	return sim.Seq(l.ring.last)
}
