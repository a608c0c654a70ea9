package trace

import (
	"math"
	"time"
)

// gather is how long events may gather in the shards before the background
// merges them. A reader that asks does not wait for it.
const gather = 2 * time.Millisecond

// run merges in the background until the log is closed: at once after a quiet
// time, then at most every [gather], sooner when a shard is half full.
func (l *Log) run() {
	defer close(l.ended)
	pause := time.NewTimer(gather)
	defer pause.Stop()
	for {
		select {
		case <-l.wake:
		case <-l.done:
			return
		}
		l.merge()
		pause.Reset(gather)
		select {
		case <-pause.C:
		case <-l.hurry:
		case <-l.done:
			return
		}
	}
}

// merge publishes what the shards hold, in order.
//
// The shards are emptied one after another while others go on recording. So an
// effect could be found in a late shard whose cause was recorded in an early one
// just after that was emptied. Therefore merge first notes the clock and the
// turn, the watermark, and publishes nothing younger: whatever is recorded after
// this moment is younger, hence the older part is complete. The rest is held back
// for the next merge.
func (l *Log) merge() {
	l.merging.Lock()
	defer l.merging.Unlock()

	mark := Record{turn: l.turn.Load(), At: int64(l.now())}
	if l.unmarked {
		mark.At = math.MaxInt64
	}

	q := l.queue[:0]
	if len(l.held) > 0 {
		q = append(q, l.held)
	}
	for _, s := range l.allShards() {
		if taken := s.take(); len(taken) > 0 {
			q = append(q, taken)
		}
	}
	l.queue = q
	if len(q) > 0 {
		l.held, l.heldSpare = l.publish(q, &mark), l.held
	}
	if len(l.held) > 0 {
		signal(l.wake)
	}
}

// publish appends to the ring what is not younger than mark, and returns the rest.
// The queue is a heap of streams, each in order and never empty, by their first record.
func (l *Log) publish(q [][]Record, mark *Record) (held []Record) {
	for i := len(q)/2 - 1; i >= 0; i-- {
		sink(q, i)
	}
	held = l.heldSpare[:0]
	l.ring.mu.Lock()
	for len(q) > 0 && !mark.before(&q[0][0]) {
		l.ring.append(&q[0][0])
		q = pop(q)
	}
	l.ring.announce()
	l.ring.mu.Unlock()
	for len(q) > 0 {
		held = append(held, q[0][0])
		q = pop(q)
	}
	return held
}

// pop removes the first record of the first stream.
func pop(q [][]Record) [][]Record {
	if q[0] = q[0][1:]; len(q[0]) == 0 {
		last := len(q) - 1
		q[0], q = q[last], q[:last]
	}
	sink(q, 0)
	return q
}

// sink moves stream i down to its place.
func sink(q [][]Record, i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(q); c++ {
			if q[c][0].before(&q[least][0]) {
				least = c
			}
		}
		if least == i {
			return
		}
		q[i], q[least] = q[least], q[i]
		i = least
	}
}
