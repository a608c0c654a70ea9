package stomp

// acknowledge does ACK and NACK. A NACK sends a message to ActiveMQ.DLQ at once:
// over STOMP, ActiveMQ knows no second try but that after a connection has ended.
func (c *conn) acknowledge(f frame) error {
	nack := f.command == "NACK"
	if err := c.whichAck(f); err != nil {
		return err
	}
	t, err := c.transOf(f)
	if err != nil {
		return err
	}
	if nack && t != nil {
		why := wrong("Poison ack cannot be transacted")
		why.class = jmsException
		return why
	}
	ended, err := c.takeHeld(f, t)
	if err != nil {
		return err
	}
	for _, h := range ended {
		if nack {
			h.d.Reject()
		} else {
			h.d.Ack()
		}
	}
	c.receipt(f)
	return nil
}

// whichAck checks that the frame says which message is meant, in the words of
// its version.
func (c *conn) whichAck(f frame) error {
	_, id := f.headers.find("id")
	_, message := f.headers.find("message-id")
	_, sub := f.headers.find("subscription")
	nack, v := f.command == "NACK", c.in.version
	switch {
	case nack && v == v10:
		return wrong("NACK received but connection is in v1.0 mode.")
	case nack && v == v11 && !sub:
		return wrong("NACK received without a subscription id for acknowledge!")
	case v != v12 && !message:
		return wrong("%s received without a message-id to acknowledge!", f.command)
	case v == v11 && !sub:
		return wrong("ACK received without a subscription id for acknowledge!")
	case v == v12 && !id && nack:
		return wrong("NACK received without an ack header to acknowledge!")
	case v == v12 && !id:
		return wrong("ACK received without a ack id for acknowledge!")
	default:
		return nil
	}
}

// takeHeld takes from the hand of the client what the frame ends. In a
// transaction it stays there until that is committed.
func (c *conn) takeHeld(f frame, t *trans) ([]*held, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.findHeld(f)
	if h == nil || h.trans != nil {
		id := f.headers.get("message-id")
		if c.in.version == v12 {
			id = "null"
		}
		return nil, wrong("Unexpected %s received for message-id [%s]", f.command, id)
	}
	all := []*held{h}
	if h.sub.mode == ackClient && f.command == "ACK" {
		all = h.upTo()
	}
	if t != nil {
		return nil, t.ack(all)
	}
	for _, h := range all {
		c.drop(h)
	}
	return all, nil
}

// findHeld finds the message that a frame is about; nil = the client has none
// such; c.mu is held.
func (c *conn) findHeld(f frame) *held {
	if c.in.version == v12 {
		return c.hand[f.headers.get("id")]
	}
	message := f.headers.get("message-id")
	sub, given := f.headers.find("subscription")
	for _, s := range c.subs {
		if given && c.byID[sub] != s {
			continue
		}
		for e := s.hand.Front(); e != nil; e = e.Next() {
			if h := e.Value.(*held); h.id == message {
				return h
			}
		}
	}
	return nil
}

// upTo is all that was handed out until this, and this; c.mu is held.
func (h *held) upTo() (all []*held) {
	for e := h.sub.hand.Front(); e != nil; e = e.Next() {
		one := e.Value.(*held)
		if one.trans == nil {
			all = append(all, one)
		}
		if one == h {
			break
		}
	}
	return all
}
