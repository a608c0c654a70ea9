package queue

import "time"

// Message is what is put into a queue and comes out of it unchanged. Nobody
// changes Body or Props after Put.
type Message struct {
	ID         uint64        // given by Put; ascends in an engine
	Body       []byte        // what it says
	Props      []byte        // everything else its owner wants to keep; never looked into
	Priority   uint8         // higher ones first, in a queue with priorities
	TTL        time.Duration // how long it may wait before it is buried; 0 = only the queue's counts
	Delay      time.Duration // how long it is kept back at first; 0 = the queue's, below 0 = none; a FIFO queue's own always counts
	Group      string        // in a FIFO queue: kept in order
	Dedup      string        // in a FIFO queue: known again for five minutes
	Persistent bool          // kept on disk, in a durable queue of an engine with a directory
	PutAt      time.Time     // given by Put
}

func (m *Message) size() int64 { return int64(len(m.Body) + len(m.Props)) }

// state is where a message stands.
//
//	            ┌────────────── put back, later ─────────────┐
//	            ▼                                            │
//	Put ──▶ delayed ──▶ ready ◀──────── put back ─────────inHand ──▶ gone
//	                      │ expired, too many   rejected │
//	                      └─────────▶ buried ◀───────────┘
type state uint8

const (
	delayed state = iota
	ready
	inHand
	buried // told to Options.Bury, and removed after that
	gone
)

// entry is a message in its queue.
type entry struct {
	Message
	queue   *Queue
	state   state
	tries   int
	again   bool // it comes from the store, and may have been handed out before
	locks   bool // its group waits for it
	firstAt time.Time
	due     time.Time // not handed out before; zero = at once
	expires time.Time // buried then, unless in hand; zero = never
	hand    *Delivery // with inHand
	alarm   alarm
	place   place

	next         []*entry // in the line of ready messages
	older, newer *entry   // in the queue
}

// expired says whether a message that waits has waited too long.
func (m *entry) expired(now time.Time) bool { return !m.expires.IsZero() && !now.Before(m.expires) }

// expires reports whether a message that is ready can expire where it stands.
func (q *Queue) expires(m *entry) bool {
	return !q.engine.opts.ExpireAtHead || q.settings.FIFO || q.line.first() == m
}

// schedule sets the alarm of a message to what is next in its state.
func (m *entry) schedule() {
	at := m.expires
	switch m.state {
	case delayed:
		if at.IsZero() || m.due.Before(at) {
			at = m.due
		}
	case inHand:
		at = m.hand.until
	case buried, gone:
		at = time.Time{}
	case ready:
		if !m.queue.expires(m) {
			at = time.Time{}
		}
	}
	m.queue.engine.alarms.set(&m.alarm, at)
}

// ring implements [ringer].
func (m *entry) ring(now time.Time) {
	switch {
	case m.state == inHand:
		m.hand.end()
		m.queue.putBack(m, 0, "no consumer acknowledged it in time")
	case m.state == ready && !m.queue.expires(m): // another one came to stand in front of it
	case m.expired(now):
		m.queue.bury(m, Expired)
	case m.state == delayed:
		m.queue.unlockGroup(m)
		m.queue.enter(m)
		m.schedule()
	}
}
