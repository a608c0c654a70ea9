package stomp

// trans is a transaction: what is sent and acknowledged in it happens when it is
// committed. What is sent is stored before what is acknowledged is forgotten, so
// that a broker killed in between may do something twice, and loses nothing.
type trans struct {
	sends []sending
	acks  []*held // conn.mu guards their trans
	size  int     // bytes of what is sent
}

type sending struct {
	to []dest
	m  *mail
}

// Bounds of all transactions of one connection.
const (
	maxTrans     = 100
	maxTransOps  = 10_000
	maxTransSize = 64 << 20
)

// transOf is the transaction that a frame is part of; nil = none.
func (c *conn) transOf(f frame) (*trans, error) {
	id, ok := f.headers.find("transaction")
	if !ok {
		return nil, nil
	}
	t := c.txs[id]
	if t == nil {
		return nil, wrong("Invalid transaction id: %s", id)
	}
	return t, nil
}

// keep makes a message part of a transaction.
func (c *conn) keep(t *trans, to []dest, m *mail) error {
	ops, size := 1, len(m.body)+len(m.block)
	for _, open := range c.txs {
		ops += len(open.sends)
		size += open.size
	}
	if ops > maxTransOps || size > maxTransSize {
		return wrong("the open transactions of this connection are too big: %d messages with %d bytes are the most", maxTransOps, maxTransSize)
	}
	t.sends = append(t.sends, sending{to, m})
	t.size += len(m.body) + len(m.block)
	return nil
}

// ack makes acknowledgements part of it; conn.mu is held.
func (t *trans) ack(all []*held) error {
	for _, h := range all {
		h.trans = t
	}
	t.acks = append(t.acks, all...)
	return nil
}

func (c *conn) begin(f frame) error {
	id, ok := f.headers.find("transaction")
	switch {
	case !ok:
		return wrong("Must specify the transaction you are beginning")
	case c.txs[id] != nil:
		return wrong("The transaction was already started: %s", id)
	case len(c.txs) >= maxTrans:
		return wrong("%d open transactions are the most of a connection", maxTrans)
	}
	c.txs[id] = &trans{}
	c.receipt(f)
	return nil
}

// endTrans takes the transaction out that a COMMIT or an ABORT is about.
func (c *conn) endTrans(f frame) (*trans, error) {
	id, ok := f.headers.find("transaction")
	if !ok {
		return nil, wrong("Must specify the transaction you are committing")
	}
	t, err := c.transOf(f)
	delete(c.txs, id)
	return t, err
}

func (c *conn) commit(f frame) error {
	t, err := c.endTrans(f)
	if err != nil {
		return err
	}
	var failed error
	for _, one := range t.sends {
		if err := c.s.routes.send(one.to, one.m); err != nil && failed == nil {
			failed = err
		}
	}
	if failed != nil {
		c.release(t)
		return failed
	}
	if err := c.s.engine.Flush(); err != nil {
		return fatal("it cannot be stored: %v", err)
	}
	c.mu.Lock()
	for _, h := range t.acks {
		c.drop(h)
	}
	c.mu.Unlock()
	for _, h := range t.acks {
		h.d.Ack()
	}
	c.receipt(f)
	return nil
}

func (c *conn) abort(f frame) error {
	t, err := c.endTrans(f)
	if err != nil {
		return err
	}
	c.release(t)
	c.receipt(f)
	return nil
}

// release undoes the acknowledgements of a transaction: the client still has
// these messages in hand.
func (c *conn) release(t *trans) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range t.acks {
		h.trans = nil
	}
}
