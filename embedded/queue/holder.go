package queue

import "slices"

// Holder is one client, such as a channel or a connection: what it was handed
// out is in its hand until it is settled, or until the holder is closed.
type Holder struct {
	engine *Engine
	closed bool
	held   map[*Delivery]struct{}
	uses   []*Consuming
}

// Hold makes a holder. Close ends it.
func (e *Engine) Hold() *Holder {
	return &Holder{engine: e, held: map[*Delivery]struct{}{}}
}

// Close ends its consumers, none of which hears Cancelled, and puts back all it
// has in hand, in order. A message that is being delivered in this moment is put
// back too: who gets it cannot settle it any more.
func (h *Holder) Close() {
	h.engine.mu.Lock()
	defer h.engine.unlock()
	if h.closed || h.engine.closed {
		return
	}
	h.closed = true
	for _, c := range slices.Clone(h.uses) {
		c.cancel()
	}
	for _, d := range inOrder(h.held) {
		d.end()
		d.Queue.putBack(d.entry, 0, "its holder is gone")
	}
}

// Get takes the first message, if there is one. With noAck it is gone at once.
func (h *Holder) Get(q *Queue, noAck bool) (*Delivery, bool) {
	h.engine.mu.Lock()
	defer h.engine.unlock()
	if h.closed || q.gone() {
		return nil, false
	}
	q.used()
	m := q.next(h.engine.now(), q.line.first(), nil)
	if m == nil {
		return nil, false
	}
	d := q.handOut(m, h, nil, q.settings.Visibility)
	if noAck {
		d.end()
		q.acked(m)
	}
	return d, true
}
