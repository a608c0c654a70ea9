package amqp

import (
	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

func (ch *channel) doBasic(method uint16, r *wire.Reader) error {
	switch method {
	case basicPublish:
		return ch.publish(r)
	case basicQos:
		return ch.qos(r)
	case basicConsume:
		return ch.consume(r)
	case basicCancel:
		return ch.cancel(r)
	case basicGet:
		return ch.get(r)
	case basicAck:
		tag, flags := r.U64(), r.Bits()
		return ch.settle(r, tag, flags.Has(0), func(d *queue.Delivery) { d.Ack() })
	case basicNack:
		tag, flags := r.U64(), r.Bits()
		return ch.settle(r, tag, flags.Has(0), refusal(flags.Has(1)))
	case basicReject:
		tag, flags := r.U64(), r.Bits()
		return ch.settle(r, tag, false, refusal(flags.Has(0)))
	case basicRecover, basicRecoverAsync:
		return ch.recover(r, method == basicRecover)
	default:
		return errUnknownMethod
	}
}

// refusal is what becomes of a message that is not wanted. Whether it could still
// be settled does not matter: a queue that is gone has taken it with it.
func refusal(requeue bool) func(*queue.Delivery) {
	if requeue {
		return func(d *queue.Delivery) { d.Nack(0) }
	}
	return func(d *queue.Delivery) { d.Reject() }
}

// settle ends deliveries, now or with the transaction.
func (ch *channel) settle(r *wire.Reader, tag uint64, multiple bool, do func(*queue.Delivery)) error {
	if r.Err() != nil {
		return nil
	}
	ch.mu.Lock()
	all, ok := ch.unacked.take(tag, multiple)
	ch.mu.Unlock()
	if !ok {
		return precondition("unknown delivery tag %d", tag)
	}
	if ch.tx != nil {
		ch.tx.settled = append(ch.tx.settled, settlement{all, do})
		return nil
	}
	for _, h := range all {
		do(h.delivery)
	}
	ch.conn.unflushed = true
	return nil
}

// recover puts back all that the channel has in hand.
func (ch *channel) recover(r *wire.Reader, answered bool) error {
	requeue := r.Bits().Has(0)
	switch {
	case r.Err() != nil:
		return nil
	case !requeue:
		return notImplemented("requeue=false")
	}
	ch.mu.Lock()
	all, _ := ch.unacked.take(0, true)
	ch.mu.Unlock()
	for _, h := range all {
		h.delivery.Nack(0)
	}
	if answered {
		ch.ok(classBasic, basicRecoverOK)
	}
	return nil
}

// qos bounds what may be in hand: of each consumer to come or, with global, of
// the channel.
func (ch *channel) qos(r *wire.Reader) error {
	size, count, global := r.U32(), r.U16(), r.Bits().Has(0)
	switch {
	case r.Err() != nil:
		return nil
	case size != 0:
		return notImplemented("prefetch_size!=0 (%d)", size)
	case global:
		ch.window.SetLimit(int(count))
		ch.shared = count > 0
	default:
		ch.each = int(count)
	}
	ch.ok(classBasic, basicQosOK)
	return nil
}

// get takes one message, if there is one.
func (ch *channel) get(r *wire.Reader) error {
	r.U16()
	name, noAck := r.Short(), r.Bits().Has(0)
	if r.Err() != nil {
		return nil
	}
	q, err := ch.conn.broker.queueFor(ch.named(name), ch.conn)
	if err != nil {
		return err
	}
	d, ok := ch.holder.Get(q.Queue, noAck)
	if !ok {
		ch.answer(classBasic, basicGetEmpty, func(w *wire.Writer) { w.Short("") })
		return nil
	}
	ready, _ := q.Len()
	exchange, key, raw := q.outside(d)
	ch.conn.unflushed = true
	ch.mu.Lock()
	defer ch.mu.Unlock()
	tag := ch.tag(d, noAck)
	ch.conn.content(ch.id, raw, d.Body, func(w *wire.Writer) {
		w.U16(classBasic).U16(basicGetOK).U64(tag).Bool(d.Redelivered()).Short(exchange).Short(key).U32(uint32(ready))
	})
	return nil
}

// tag numbers a delivery; mu is held.
func (ch *channel) tag(d *queue.Delivery, noAck bool) uint64 {
	ch.lastTag++
	if !noAck {
		ch.unacked.add(handed{ch.lastTag, d})
	}
	return ch.lastTag
}

// outside is what a client sees of a message besides its body. A quorum queue
// says how often it was handed out before.
func (q *boundQueue) outside(d *queue.Delivery) (exchange, key string, raw []byte) {
	exchange, key, raw = envelope(d.Props)
	if !q.policy.quorum || d.Tries < 2 {
		return exchange, key, raw
	}
	m := opened(d.Message)
	if m.props.Headers == nil {
		m.props.Headers = wire.Table{}
	}
	m.props.Headers["x-delivery-count"] = int64(d.Tries - 1)
	m.raw = nil
	return exchange, key, m.properties()
}
