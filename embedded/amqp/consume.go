package amqp

import (
	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// consumer is one basic.consume.
type consumer struct {
	ch    *channel
	tag   string
	queue *boundQueue
	noAck bool

	// Guarded by channel.mu.
	at     *queue.Consuming // nil until the engine knows it
	missed bool             // it was to resume before that
}

// consume takes messages of a queue as they come.
func (ch *channel) consume(r *wire.Reader) error {
	r.U16()
	name, tag, flags, args := r.Short(), r.Short(), r.Bits(), r.Table()
	if r.Err() != nil {
		return nil
	}
	if tag == "" {
		tag = generated("amq.ctag-")
	}
	noAck, exclusive, noWait := flags.Has(1), flags.Has(2), flags.Has(3)
	if ch.knows(tag) {
		return exceptionf(codeNotAllowed, "attempt to reuse consumer tag '%s'", tag)
	}
	if name == directReply {
		return ch.consumeReplies(tag, noAck, noWait)
	}
	b := ch.conn.broker
	q, err := b.queueFor(ch.named(name), ch.conn)
	if err != nil {
		return err
	}
	if q.policy.quorum && ch.shared {
		return notImplemented("queue '%s' in vhost '%s' does not support global qos", q.name, vhost)
	}
	if err := b.used(q, exclusive); err != nil {
		return err
	}
	k := &consumer{ch: ch, tag: tag, queue: q, noAck: noAck}
	ch.mu.Lock()
	ch.consumers[tag] = k
	ch.mu.Unlock()
	ch.consuming(tag, noWait) // before the first message
	priority, _ := args.Int("x-priority")
	o := queue.Consumer{
		Windows: []*queue.Window{queue.NewWindow(ch.each), ch.window}, NoAck: noAck, Priority: int(priority), Cancelled: k.cancelled,
	}
	// The queue may be gone since: then the client hears so, as it would a moment later.
	at, err := ch.holder.Consume(q.Queue, o, k.deliver)
	if err != nil {
		k.cancelled()
		return nil
	}
	ch.mu.Lock()
	k.at = at
	missed := k.missed
	ch.mu.Unlock()
	if missed {
		at.Resume()
	}
	return nil
}

func (ch *channel) knows(tag string) bool {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	_, ok := ch.consumers[tag]
	return ok || ch.replyTag == tag
}

func (ch *channel) consuming(tag string, noWait bool) {
	if !noWait {
		ch.answer(classBasic, basicConsumeOK, func(w *wire.Writer) { w.Short(tag) })
	}
}

func (ch *channel) consumeReplies(tag string, noAck, noWait bool) error {
	switch {
	case !noAck:
		return precondition("reply consumer cannot acknowledge")
	case ch.replyAt != "":
		return precondition("reply consumer already set")
	}
	ch.takeReplies(tag)
	ch.consuming(tag, noWait)
	return nil
}

// deliver is called by the engine. The message that finds no room is put all the
// same; the next one waits.
func (k *consumer) deliver(d *queue.Delivery) bool {
	ch := k.ch
	exchange, key, raw := k.queue.outside(d)
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if ch.consumers[k.tag] != k { // it has just been cancelled
		d.Nack(0)
		return false
	}
	tag := ch.tag(d, k.noAck)
	ch.conn.content(ch.id, raw, d.Body, func(w *wire.Writer) {
		w.U16(classBasic).U16(basicDeliver).Short(k.tag).U64(tag).Bool(d.Redelivered()).Short(exchange).Short(key)
	})
	return !ch.conn.out.stall(k)
}

// resume goes on after a stall.
func (k *consumer) resume() {
	k.ch.mu.Lock()
	at := k.at
	k.missed = at == nil
	k.ch.mu.Unlock()
	if at != nil {
		at.Resume()
	}
}

// cancel ends a consumer. What it has in hand stays there.
func (ch *channel) cancel(r *wire.Reader) error {
	tag, noWait := r.Short(), r.Bits().Has(0)
	if r.Err() != nil {
		return nil
	}
	ch.mu.Lock()
	k, ok := ch.consumers[tag]
	delete(ch.consumers, tag)
	reply := tag != "" && ch.replyTag == tag
	ch.mu.Unlock()
	if reply {
		ch.leaveReplies()
	}
	if ok {
		k.at.Cancel()
		ch.conn.broker.released(k.queue)
	}
	if !noWait {
		ch.answer(classBasic, basicCancelOK, func(w *wire.Writer) { w.Short(tag) })
	}
	return nil
}

// cancelled tells a client that its queue is gone, if it wants to hear that.
func (k *consumer) cancelled() {
	ch := k.ch
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if ch.consumers[k.tag] != k {
		return
	}
	delete(ch.consumers, k.tag)
	if hears, _ := ch.conn.hears["consumer_cancel_notify"].(bool); hears {
		ch.answer(classBasic, basicCancel, func(w *wire.Writer) { w.Short(k.tag).Bool(true) })
	}
}
