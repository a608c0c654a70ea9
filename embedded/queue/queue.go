package queue

import "time"

// Queue is one queue of an engine.
type Queue struct {
	engine   *Engine
	id       uint64
	name     string
	settings Settings
	deleted  bool
	place    place

	oldest, newest *entry // all messages, by ID
	line           line   // those that can be handed out now
	groups         map[string]*group
	seen           dedup

	waiting, delayed, buried int   // messages; waiting = ready, whether or not their group lets them go
	bytes                    int64 // of what waits or is delayed
	inHand                   map[uint64]*Delivery
	counts                   counts
	filled                   int // calls of Fill that were not undone

	consumers []*Consuming // by priority, within one the next in turn first
	exclusive bool
	receivers []*receiver
	dirty     bool // it is in Engine.dirty

	depth  depthReport
	disuse disuse
}

// counts are totals since the queue was declared or opened.
type counts struct{ put, acked, redelivered, buried, dropped uint64 }

func newQueue(e *Engine, id uint64, name string, s Settings) *Queue {
	q := &Queue{engine: e, id: id, name: name, settings: s, groups: map[string]*group{}, inHand: map[uint64]*Delivery{}}
	q.depth.queue, q.disuse.queue = q, q
	q.depth.alarm.owner, q.disuse.alarm.owner = &q.depth, &q.disuse
	return q
}

// Name is what the queue was declared as.
func (q *Queue) Name() string { return q.name }

// Len is how many messages wait, and how many are in hand. Delayed ones are in
// Stats.
func (q *Queue) Len() (ready, unacked int) {
	q.engine.mu.Lock()
	defer q.engine.mu.Unlock()
	return q.waiting, len(q.inHand)
}

// Purge throws away all messages that wait or are delayed, and says how many.
func (q *Queue) Purge() (n int) {
	q.engine.mu.Lock()
	defer q.engine.unlock()
	for m, next := q.oldest, (*entry)(nil); m != nil; m = next {
		next = m.newer
		if m.state == ready || m.state == delayed {
			q.leave(m)
			q.drop(m, "the queue was purged")
			n++
		}
	}
	return n
}

// Peek returns up to n messages that wait or are delayed, the oldest first,
// and leaves them where they are.
func (q *Queue) Peek(n int) []Message {
	q.engine.mu.Lock()
	defer q.engine.mu.Unlock()
	var found []Message
	for m := q.oldest; m != nil && len(found) < n; m = m.newer {
		if m.state == ready || m.state == delayed {
			found = append(found, m.Message)
		}
	}
	return found
}

func (q *Queue) gone() bool { return q.deleted || q.engine.closed }

// enter makes a message ready.
func (q *Queue) enter(m *entry) {
	if m.state == delayed {
		q.delayed--
	}
	m.state = ready
	q.waiting++
	if q.settings.FIFO {
		q.group(m.Group).add(m)
	} else {
		q.show(m)
	}
	q.changed()
}

// leave takes a message that waits or is delayed from where it stands. The
// caller says at once where it stands now.
func (q *Queue) leave(m *entry) {
	q.bytes -= m.size()
	if m.state == delayed {
		q.delayed--
		q.unlockGroup(m)
		return
	}
	q.waiting--
	if q.settings.FIFO {
		q.group(m.Group).remove(m)
	} else {
		q.line.remove(m)
		if head := q.line.first(); head != nil && q.engine.opts.ExpireAtHead {
			head.schedule() // it may have waited too long already
		}
	}
}

// show lets a message be handed out.
func (q *Queue) show(m *entry) {
	q.line.add(m)
	for _, c := range q.consumers {
		c.reconsider(m)
	}
	q.mark()
}

// mark asks the loop to look for somebody who takes what is ready.
func (q *Queue) mark() {
	if !q.dirty && q.line.len > 0 && len(q.consumers)+len(q.receivers) > 0 {
		q.dirty = true
		q.engine.dirty = append(q.engine.dirty, q)
	}
}

// forget ends the life of a message, wherever it stood.
func (q *Queue) forget(m *entry) {
	m.state = gone
	m.schedule()
	q.engine.weigh(-m.size())
	if q.deleted {
		q.engine.store.release(&m.place) // all are, and one record said so
	} else {
		q.engine.remove(&m.place, kindRemove, m.ID)
	}
	if m.older != nil {
		m.older.newer = m.newer
	} else {
		q.oldest = m.newer
	}
	if m.newer != nil {
		m.newer.older = m.older
	} else {
		q.newest = m.older
	}
	m.older, m.newer = nil, nil
	q.changed()
}

// drop forgets a message and says so. The caller has taken it from its place.
func (q *Queue) drop(m *entry, why string) {
	q.counts.dropped++
	q.say(Dropped, m, why)
	q.forget(m)
}

// delete is [Engine.Delete].
func (q *Queue) delete(why string) (waiting int) {
	if q.gone() {
		return 0
	}
	waiting = q.waiting
	q.deleted = true
	q.engine.remove(&q.place, kindDelete, q.id)
	for _, d := range q.inHand {
		d.end()
	}
	for m, next := q.oldest, (*entry)(nil); m != nil; m = next {
		next = m.newer
		if m.state == buried {
			continue // Options.Bury has yet to hear of it
		}
		if m.state != inHand {
			q.leave(m)
		}
		q.drop(m, why)
	}
	q.dismiss()
	q.cancelAll()
	q.engine.alarms.set(&q.depth.alarm, time.Time{})
	q.engine.alarms.set(&q.disuse.alarm, time.Time{})
	delete(q.engine.queues, q.name)
	q.say(Deleted, nil, why)
	return waiting
}
