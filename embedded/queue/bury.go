package queue

import "time"

// Burial is a message that leaves its queue unconsumed.
type Burial struct {
	Queue   *Queue
	Message Message
	Reason  Reason
	Tries   int // how often it was handed out
	At      time.Time
}

// Reason is why a message was buried, in the words of RabbitMQ's x-death.
type Reason string

const (
	Rejected      Reason = "rejected"
	Expired       Reason = "expired"
	MaxLen        Reason = "maxlen"
	DeliveryLimit Reason = "delivery_limit"
)

// bury takes a message out of its queue and gives it to Options.Bury. It is
// ready, delayed, or was in hand until now.
func (q *Queue) bury(m *entry, why Reason) {
	if m.state == ready || m.state == delayed {
		q.leave(m)
	}
	m.state = buried
	m.schedule()
	q.buried++
	q.counts.buried++
	q.changed()
	e := q.engine
	b := Burial{Queue: q, Message: m.Message, Reason: why, Tries: m.tries, At: e.now()}
	e.tasks = append(e.tasks, task{do: func() { e.attend(b, m) }})
	q.say(Buried, m, string(why))
}

// attend tells the owner of a burial and ends it. The lock is not held.
func (e *Engine) attend(b Burial, m *entry) {
	e.mu.Lock()
	still := m.state == buried && !e.closed
	e.mu.Unlock()
	if !still {
		return
	}
	if e.opts.Bury != nil {
		e.opts.Bury(b)
	}
	e.mu.Lock()
	defer e.unlock()
	if m.state == buried && !e.closed { // closed: it could not be taken elsewhere, so it stays in the store
		m.queue.buried--
		m.queue.forget(m)
	}
}
