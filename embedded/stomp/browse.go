package stomp

import "github.com/msc-sim/msc-sim/embedded/queue"

// maxBrowse is how many messages a browser sees.
const maxBrowse = 1000

// browse shows what waits in a queue and leaves it there. A last MESSAGE says
// that this was all.
func (c *conn) browse(f frame, s *subscription) error {
	if c.in.version == v10 {
		return wrong("Queue Browser feature only valid for Stomp v1.1+ clients!")
	}
	d := s.dests[0]
	if d.isTopic() {
		return wrong("a topic cannot be browsed")
	}
	q, err := c.s.routes.queue(d)
	if err != nil {
		return err
	}
	c.receipt(f)
	if err := c.settleReceipts(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range q.Peek(maxBrowse) {
		if s.wants.wants(headersOf(m.Props)) {
			c.out.push(item{head: s.head(&held{d: &queue.Delivery{Message: m}}), body: m.Body})
		}
	}
	c.say(frame{command: "MESSAGE", headers: headers{
		{"browser", "end"}, {"destination", d.String()}, {"message-id", "0"}, {"subscription", s.id},
	}})
	return nil
}
