package amqp

import (
	"strings"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// directReply is the queue that is none: a message to a channel that consumes
// from it goes straight there, and is kept by nobody.
//
//	ask     publish, reply-to: amq.rabbitmq.reply-to     (the broker writes the address into it)
//	answer  publish to the default exchange, routing key: that address
const directReply = "amq.rabbitmq.reply-to"

// takeReplies makes ch hear direct replies as consumer tag.
func (ch *channel) takeReplies(tag string) {
	ch.mu.Lock()
	ch.replyTag, ch.replyAt = tag, generated(directReply+".")
	at := ch.replyAt
	ch.mu.Unlock()
	b := ch.conn.broker
	b.mu.Lock()
	b.replies[at] = ch
	b.mu.Unlock()
}

// leaveReplies is harmless when ch hears none.
func (ch *channel) leaveReplies() {
	ch.mu.Lock()
	at := ch.replyAt
	ch.replyTag, ch.replyAt = "", ""
	ch.mu.Unlock()
	b := ch.conn.broker
	b.mu.Lock()
	delete(b.replies, at)
	b.mu.Unlock()
}

// listens finds who hears replies at an address.
func (b *broker) listens(address string) (*channel, bool) {
	if !strings.HasPrefix(address, directReply+".") {
		return nil, false
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	ch, ok := b.replies[address]
	return ch, ok
}

// addressed writes into a message where its answer shall go.
func (ch *channel) addressed(m *message) error {
	if m.props.ReplyTo != directReply {
		return nil
	}
	if ch.replyAt == "" {
		return precondition("fast reply consumer does not exist")
	}
	m.props.ReplyTo, m.raw = ch.replyAt, nil
	return nil
}

// reply hands over a direct reply. One that finds no room is lost, as it may be.
func (ch *channel) reply(m *message) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if ch.replyTag == "" || ch.conn.out.full() {
		return
	}
	ch.lastTag++
	tag := ch.lastTag
	ch.conn.content(ch.id, m.properties(), m.body, func(w *wire.Writer) {
		w.U16(classBasic).U16(basicDeliver).Short(ch.replyTag).U64(tag).Bool(false).Short(m.exchange).Short(m.key)
	})
}
