package queue

import "time"

// Stats is what can be counted in a queue.
type Stats struct {
	Ready     int           // messages that wait, also for their turn in a group
	Unacked   int           // in hand
	Delayed   int           // kept back
	Bytes     int64         // bodies and properties of what waits or is delayed
	Consumers int           // those of Consume
	Receivers int           // those who wait in Receive
	OldestAge time.Duration // of the oldest message that waits; 0 = none does

	// Since the queue was declared or opened.
	Put, Acked, Redelivered, Buried, Dropped uint64
}

// Stats counts.
func (q *Queue) Stats() Stats {
	q.engine.mu.Lock()
	defer q.engine.mu.Unlock()
	s := Stats{
		Ready: q.waiting, Unacked: len(q.inHand), Delayed: q.delayed, Bytes: q.bytes,
		Consumers: len(q.consumers), Receivers: len(q.receivers),
		Put: q.counts.put, Acked: q.counts.acked, Redelivered: q.counts.redelivered,
		Buried: q.counts.buried, Dropped: q.counts.dropped,
	}
	if put := q.oldestPut(); !put.IsZero() {
		s.OldestAge = q.engine.now().Sub(put)
	}
	return s
}

// oldestPut is when the oldest message that waits was put; zero when none waits.
// The engine's lock is held.
func (q *Queue) oldestPut() time.Time {
	for m := q.oldest; m != nil; m = m.newer {
		if m.state == ready {
			return m.PutAt
		}
	}
	return time.Time{}
}
