package amqp

import "github.com/msc-sim/msc-sim/embedded/queue"

// transaction keeps what a channel publishes and settles until it commits. It is
// atomic as RabbitMQ's is: for those who look, not across a crash in the middle.
type transaction struct {
	messages []*content
	size     load
	settled  []settlement
}

// load is what published messages weigh while they wait for a commit.
type load struct{ messages, bytes int }

func (l *load) add(o load) {
	l.messages += o.messages
	l.bytes += o.bytes
}

// settlement is an answer to deliveries that holds from the commit on.
type settlement struct {
	of []handed
	do func(*queue.Delivery)
}

// Bounds of all transactions of one connection.
const (
	maxTxMessages = 100_000
	maxTxBytes    = 64 << 20
)

// keepForCommit makes a message part of the transaction.
func (ch *channel) keepForCommit(n *content) error {
	open, one := &ch.conn.open, load{1, len(n.body) + len(n.raw)}
	if open.messages+one.messages > maxTxMessages || open.bytes+one.bytes > maxTxBytes {
		return exceptionf(codeResourceError, "the open transactions of this connection are too large: %d messages with %d bytes are the most", maxTxMessages, maxTxBytes)
	}
	open.add(one)
	ch.tx.size.add(one)
	ch.tx.messages = append(ch.tx.messages, n)
	return nil
}

// endTx takes out what is open, and begins anew.
func (ch *channel) endTx() *transaction {
	t := ch.tx
	ch.tx = &transaction{}
	ch.conn.open.add(load{-t.size.messages, -t.size.bytes})
	return t
}

func (ch *channel) doTx(method uint16) error {
	switch {
	case method == txSelect && ch.confirm != nil:
		return precondition("cannot switch from confirm to tx mode")
	case method == txSelect:
		if ch.tx == nil {
			ch.tx = &transaction{}
		}
		ch.ok(classTx, txSelectOK)
		return nil
	case method != txCommit && method != txRollback:
		return errUnknownMethod
	case ch.tx == nil:
		return precondition("channel is not transactional")
	case method == txCommit:
		return ch.commit()
	default:
		ch.rollback()
		return nil
	}
}

func (ch *channel) commit() error {
	t := ch.endTx()
	for _, n := range t.messages {
		if err := ch.send(n); err != nil {
			return err
		}
	}
	for _, s := range t.settled {
		for _, h := range s.of {
			s.do(h.delivery)
		}
	}
	ch.conn.unflushed = true
	if err := ch.conn.settle(); err != nil {
		return err
	}
	ch.ok(classTx, txCommitOK)
	return nil
}

// rollback forgets what was published; what was settled is in hand again.
func (ch *channel) rollback() {
	t := ch.endTx()
	ch.mu.Lock()
	for _, s := range t.settled {
		ch.unacked.restore(s.of)
	}
	ch.mu.Unlock()
	ch.ok(classTx, txRollbackOK)
}
