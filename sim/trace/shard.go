package trace

import (
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Shard is where one instance records. Many goroutines of that instance may use
// it at once. It is never closed.
type Shard struct {
	log   *Log
	owner uint32

	mu     sync.Mutex
	buf    []Record
	missed int // index in buf of the Missed that stands for what was not kept; -1 = all was kept
	links  map[uint32]*counts

	spare []Record // the other buffer; belongs to the merge
}

// Emit records what happened between two waits, as one batch: all of it gets the
// same instant. Write a batch before anything that may block. Emit counts
// everything and keeps what it has room for; it takes one lock that no reader
// holds for longer than a swap, and allocates nothing once the buffers have grown.
// It returns the instant.
func (s *Shard) Emit(rs ...Record) time.Duration { return s.emit(-1, rs) }

// End is Emit for how something ended that began at since: how long it took is what
// lies between the two instants, so that whoever subtracts them finds the same. It
// returns that.
func (s *Shard) End(since time.Duration, rs ...Record) time.Duration {
	return s.emit(since, rs) - since
}

func (s *Shard) emit(since time.Duration, rs []Record) time.Duration {
	s.mu.Lock()
	before := len(s.buf)
	at, turn := int64(s.log.now()), s.log.turn.Add(1)
	for i := range rs {
		if since >= 0 {
			rs[i].N[0] = at - int64(since)
		}
		s.count(&rs[i])
		s.keep(&rs[i], at, turn)
	}
	after := len(s.buf)
	s.mu.Unlock()

	if before == 0 {
		signal(s.log.wake)
	}
	if half := s.log.shardCap / 2; before < half && after >= half {
		signal(s.log.hurry)
	}
	return time.Duration(at)
}

// Record records one fact. It is the easy way for what happens rarely; it may allocate.
func (s *Shard) Record(e sim.Event) { s.Emit(Pack(s.log, e)) }

// keep appends r if there is room. The last quarter of a shard is reserved for
// what is urgent; all that finds no room is one Missed, where the first of it was.
func (s *Shard) keep(r *Record, at int64, turn uint32) {
	n, room := len(s.buf), s.log.shardCap
	full := n >= room+room/4 || n >= room && !r.urgent() && !s.log.follows(r.Trace)
	switch {
	case !full:
		s.buf = append(s.buf, *r)
	case s.missed >= 0:
		s.buf[s.missed].N[0]++
		return
	default:
		s.missed = n
		s.buf = append(s.buf, Record{Kind: sim.KindMissed, Node: s.owner, N: [4]int64{1}})
	}
	s.buf[n].At, s.buf[n].turn = at, turn
}

// take swaps the buffers and returns what was recorded, in order. It is the
// merge's until the next take.
func (s *Shard) take() []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buf, s.spare, s.missed = s.spare[:0], s.buf, -1
	return s.spare
}

// signal wakes whoever waits for c, now or next.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
