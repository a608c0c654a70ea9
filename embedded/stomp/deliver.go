package stomp

import (
	"bytes"
	"container/list"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// held is a message that the client has and did not acknowledge.
type held struct {
	sub   *subscription
	d     *queue.Delivery
	id    string // of the message
	ack   string // of its acknowledgement
	place *list.Element
	trans *trans // in which it was acknowledged; nil = not yet
}

// deliver hands a message to the client. The engine calls it.
func (s *subscription) deliver(d *queue.Delivery) bool {
	c := s.c
	h := &held{sub: s, d: d, id: headerIn(d.Props, "message-id")}
	c.mu.Lock()
	if s.over || c.over {
		c.mu.Unlock()
		d.Nack(0)
		return false
	}
	i := item{body: d.Body}
	if s.mode == ackAuto {
		i.done = func() { d.Ack() }
	} else {
		h.ack = c.s.id + "2:" + itoa(int(d.Tag))
		h.place = s.hand.PushBack(h)
		c.hand[h.ack] = h
	}
	i.head = s.head(h)
	c.mu.Unlock()
	return c.out.push(i)
}

// head is a MESSAGE up to its body; c.mu is held.
//
// Messages lie in queues with their headers as STOMP 1.2 writes them, so that
// most can be sent as they are.
func (s *subscription) head(h *held) []byte {
	v := s.c.in.version
	own := make(headers, 0, 3)
	if s.given {
		own = append(own, header{"subscription", s.id})
	}
	if h.ack != "" && v == v12 {
		own = append(own, header{"ack", h.ack})
	}
	if h.d.Redelivered() {
		own = append(own, header{"redelivered", "true"})
	}
	b := make([]byte, 0, 128+len(h.d.Props))
	b = append(b, "MESSAGE\n"...)
	b = appendHeaders(b, own, v)
	if v == v12 && !bytes.Contains(h.d.Props, []byte("/remote-temp-")) {
		b = append(b, h.d.Props...)
	} else {
		b = appendHeaders(b, s.c.seen(headersOf(h.d.Props)), v)
	}
	return append(b, '\n')
}

// seen are headers as this client shall see them: its own temporary destinations
// have the names it gave them; c.mu is held.
func (c *conn) seen(h headers) headers {
	for i, one := range h {
		if name, mine := c.names[one.value]; mine && (one.key == "destination" || one.key == "reply-to") {
			h[i].value = name
		}
	}
	return h
}

// drop takes a message from the hand of the client; c.mu is held.
func (c *conn) drop(h *held) {
	h.sub.hand.Remove(h.place)
	delete(c.hand, h.ack)
}
