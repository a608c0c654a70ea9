package amqp

import (
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// transaction keeps what a channel publishes and settles until it commits. It is
// atomic as RabbitMQ's is: for those who look, not across a crash in the middle.
type transaction struct {
	messages []*content
	bytes    int
	settled  []settlement
}

// settlement is an answer to deliveries that holds from the commit on.
type settlement struct {
	of []handed
	do func(*queue.Delivery)
}

// Bounds of one transaction.
const (
	maxTxMessages = 100_000
	maxTxBytes    = 64 << 20
)

func (t *transaction) publish(n *content) error {
	if t.bytes += len(n.body) + len(n.raw); t.bytes > maxTxBytes || len(t.messages) == maxTxMessages {
		return exceptionf(codeResourceError, "the transaction is too large")
	}
	t.messages = append(t.messages, n)
	return nil
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
	t := ch.tx
	ch.tx = &transaction{}
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
	t := ch.tx
	ch.tx = &transaction{}
	ch.mu.Lock()
	for _, s := range t.settled {
		ch.unacked.restore(s.of)
	}
	ch.mu.Unlock()
	ch.ok(classTx, txRollbackOK)
}
