package queue

// Remove acknowledges a message that is in nobody's hand: it waits or is delayed,
// and was handed out before, or not. It reports false when there is none such.
// The older the message, the sooner it is found.
func (q *Queue) Remove(id uint64) bool {
	q.engine.mu.Lock()
	defer q.engine.unlock()
	for m := q.oldest; m != nil && m.ID <= id; m = m.newer {
		if m.ID == id && (m.state == ready || m.state == delayed) {
			q.leave(m)
			q.acked(m)
			return true
		}
	}
	return false
}
