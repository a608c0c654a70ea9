package queue

import "time"

// Put appends a message and says which ID it got. It is stored when Flush has
// returned. What is too much is refused with ErrFull; a queue that is gone, with
// ErrClosed. A message whose Dedup was seen is not kept: its ID is the first one's.
func (q *Queue) Put(m Message) (id uint64, err error) {
	q.engine.mu.Lock()
	id, err = q.put(m)
	full := q.engine.store.full()
	q.engine.unlock()
	if full {
		_ = q.engine.Flush() // who needs to know flushes too, and hears the same
	}
	return id, err
}

func (q *Queue) put(m Message) (id uint64, err error) {
	if q.gone() {
		return 0, ErrClosed
	}
	e, s := q.engine, &q.settings
	now := e.now()
	dedup := s.FIFO && m.Dedup != ""
	if dedup {
		if id, ok := q.seen.find(m.Dedup, now); ok {
			return id, nil
		}
	}
	if e.bytes+m.size() > e.opts.MaxBytes || q.refuses(&m) {
		return 0, ErrFull
	}
	e.lastID++
	m.ID, m.PutAt = e.lastID, now
	m.Priority = min(m.Priority, s.MaxPriority)
	m.Persistent = m.Persistent && s.Durable
	if dedup {
		q.seen.add(m.Dedup, m.ID, now)
	}
	q.counts.put++
	kept := &entry{Message: m, queue: q}
	if m.Persistent {
		e.keep(&kept.place, kept)
	}
	q.take(kept, now)
	q.trim()
	return m.ID, nil
}

// take gives a message its place, now or after a delay.
func (q *Queue) take(m *entry, now time.Time) {
	m.alarm.owner = m
	m.expires = m.PutAt.Add(shorter(m.TTL, q.settings.TTL))
	if m.expires.Equal(m.PutAt) {
		m.expires = time.Time{}
	}
	m.older, q.newest = q.newest, m
	if m.older == nil {
		q.oldest = m
	} else {
		m.older.newer = m
	}
	q.bytes += m.size()
	q.engine.weigh(m.size())
	m.state = delayed
	q.delayed++
	if m.due = m.PutAt.Add(q.delay(m)); !m.due.After(now) {
		q.enter(m)
	}
	m.schedule()
	q.changed()
}

// delay is how long a message is kept back at first.
func (q *Queue) delay(m *entry) time.Duration {
	if m.Delay != 0 && !q.settings.FIFO {
		return max(m.Delay, 0)
	}
	return q.settings.Delay
}

// shorter is the shorter of two times, of which 0 means endless.
func shorter(a, b time.Duration) time.Duration {
	if a <= 0 || b > 0 && b < a {
		return b
	}
	return a
}

// buriedMost bounds how many messages of a queue may wait for Options.Bury.
const buriedMost = 100_000

// refuses says whether one message more is too much.
func (q *Queue) refuses(m *Message) bool {
	s := &q.settings
	switch {
	case q.filled > 0, s.MaxLength == 0 && q.waiting+q.delayed >= defaultLength, q.buried >= buriedMost:
		return true
	case s.Overflow == DropHead && !s.FIFO && q.line.len > 0:
		return false
	default:
		return s.MaxLength > 0 && q.waiting+q.delayed >= s.MaxLength || s.MaxBytes > 0 && q.bytes+m.size() > s.MaxBytes
	}
}

// trim buries the first messages while there are too many.
func (q *Queue) trim() {
	s := &q.settings
	for s.Overflow == DropHead && !s.FIFO && q.line.len > 0 &&
		(s.MaxLength > 0 && q.waiting+q.delayed > s.MaxLength || s.MaxBytes > 0 && q.bytes > s.MaxBytes) {
		q.bury(q.line.first(), MaxLen)
	}
}
