package amqp

import (
	"fmt"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// Letter is a message as people read it.
type Letter struct {
	Exchange, Key string
	Header        [][2]string // properties, then headers
	Body          []byte
	At            time.Time // since when it is in its queue

	// Of a dead letter, which has died at least once.
	Queue string // where it died last
	Why   string // in the words of x-death: rejected, expired, maxlen, delivery_limit
	Tries int    // how often it died there of that
}

// Read decodes a message of the engine.
func Read(m queue.Message) Letter {
	in := opened(m)
	l := Letter{Exchange: in.exchange, Key: in.key, Header: in.props.Pairs(), Body: m.Body, At: m.PutAt}
	if all := deaths(in.props.Headers); len(all) > 0 {
		n, _ := all[0].Int("count")
		l.Queue, _ = all[0].Text("queue")
		l.Why, _ = all[0].Text("reason")
		l.Tries = int(n)
	}
	return l
}

// ReadHeader decodes what a [queue.Move] knows of a message.
func ReadHeader(props []byte) [][2]string { return Read(queue.Message{Props: props}).Header }

// deadQueues are where the dead letters of a queue end. Where each goes by the
// key it had, those are all that its exchange leads to.
func (b *broker) deadQueues(name string) (*boundQueue, []*boundQueue, error) {
	q, ok := b.queue(name)
	if !ok {
		return nil, nil, fmt.Errorf("there is no queue %q", name)
	}
	if !q.policy.dead {
		return nil, nil, fmt.Errorf("queue %q keeps no dead letters: it has no x-dead-letter-exchange", name)
	}
	if q.policy.deadKey != "" || q.policy.deadExchange == "" {
		to, err := b.route(&message{exchange: q.policy.deadExchange, key: q.policy.deadKey})
		return q, to, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	e, ok := b.exchanges[q.policy.deadExchange]
	if !ok {
		return q, nil, nil
	}
	w := walk{b: b}
	for _, n := range e.from {
		if !n.toExchange {
			w.reach(b.queues[n.to])
		}
	}
	return q, w.to, nil
}

// Peek shows up to n dead letters of a queue, the oldest first, and leaves them
// where they are.
func (s *Server) Peek(name string, n int) ([]Letter, error) {
	_, from, err := s.broker.deadQueues(name)
	if err != nil {
		return nil, err
	}
	var all []Letter
	for _, dead := range from {
		for _, m := range dead.Queue.Peek(n) {
			if l := Read(m); l.Queue == name && len(all) < n {
				all = append(all, l)
			}
		}
	}
	return all, nil
}

// Redrive puts the dead letters of a queue back into it, and says how many. Each
// keeps its x-death. What does not fit stays where it is.
func (s *Server) Redrive(name string) (n int, err error) {
	q, from, err := s.broker.deadQueues(name)
	if err != nil {
		return 0, err
	}
	for _, dead := range from {
		moved, err := s.broker.move(dead, q)
		n += moved
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// move takes what died in q out of dead, and stores it in q first.
func (b *broker) move(dead, q *boundQueue) (n int, err error) {
	h := b.engine.Hold()
	defer h.Close() // what stays is put back
	var back []*queue.Delivery
	for left, _ := dead.Len(); left > 0; left-- {
		d, ok := h.Get(dead.Queue, false)
		if !ok {
			break
		}
		m := opened(d.Message)
		if Read(d.Message).Queue != q.name {
			continue
		}
		m.exchange, m.key = "", q.name
		if err = b.put([]*boundQueue{q}, m); err != nil {
			break
		}
		back = append(back, d)
	}
	if stored := b.engine.Flush(); stored != nil {
		return 0, stored
	}
	for _, d := range back {
		d.Ack()
	}
	return len(back), err
}
