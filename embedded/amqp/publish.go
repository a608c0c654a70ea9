package amqp

import (
	"errors"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// content is a message on its way in: basic.publish, a header, as many bodies as
// it takes.
type content struct {
	message
	mandatory bool
	headed    bool
	size      uint64
}

// next is what has to come next.
func (n *content) next() string {
	if n.headed {
		return "body"
	}
	return "header"
}

// publish takes basic.publish; the message itself follows.
func (ch *channel) publish(r *wire.Reader) error {
	r.U16()
	n := &content{message: message{exchange: r.Short(), key: r.Short()}}
	flags := r.Bits()
	n.mandatory = flags.Has(0)
	switch {
	case r.Err() != nil:
		return nil
	case flags.Has(1):
		return notImplemented("immediate=true")
	}
	ch.content = n
	return nil
}

// arrive takes a header or a body.
func (ch *channel) arrive(f wire.Frame) error {
	n := ch.content
	switch {
	case n == nil:
		return exceptionf(codeUnexpectedFrame, "expected method frame, got non method frame instead")
	case n.headed != (f.Type == wire.FrameBody):
		return at(exceptionf(codeUnexpectedFrame, "expected content %s for class 60, got non content %[1]s frame instead", n.next()), classBasic, basicPublish)
	case !n.headed:
		if err := ch.head(f); err != nil {
			return at(err, classBasic, basicPublish)
		}
	case uint64(len(n.body)+len(f.Payload)) > n.size:
		return at(exceptionf(codeFrameError, "a body of %d bytes, and %d were announced", len(n.body)+len(f.Payload), n.size), classBasic, basicPublish)
	case ch.conn.partial+int64(len(f.Payload)) > maxPartial*int64(ch.conn.o.maxMessage()):
		return at(exceptionf(codeNotAllowed, "too many messages are arriving at once on this connection"), classBasic, basicPublish)
	default:
		ch.conn.partial += int64(len(f.Payload))
		n.body = append(n.body, f.Payload...)
	}
	if uint64(len(n.body)) < n.size {
		return nil
	}
	ch.dropContent()
	if err := ch.accept(n); err != nil {
		return at(err, classBasic, basicPublish)
	}
	return ch.conn.awaitRoom()
}

// maxPartial is how many messages of the largest size may be arriving at once on one
// connection, in all its channels.
const maxPartial = 4

// head takes the header of a message. What is too large is refused before any of
// its body is kept.
func (ch *channel) head(f wire.Frame) error {
	n, r := ch.content, wire.Read(f.Payload)
	class, _ := r.U16(), r.U16()
	n.size = r.U64()
	n.raw = append([]byte(nil), r.Rest()...)
	n.props = r.Properties()
	most := uint64(ch.conn.o.maxMessage())
	switch {
	case r.Err() != nil || len(r.Rest()) > 0:
		return exceptionf(codeFrameError, "type 2, first octets = %s: unknown_frame", octets(f.Payload))
	case class != classBasic:
		return exceptionf(codeUnexpectedFrame, "expected content header for class 60, got one for class %d instead", class)
	case n.size > most:
		ch.content = nil
		return precondition("message size %d is larger than configured max size %d", n.size, most)
	}
	n.headed = true // its size is only said: memory is given for what comes
	return nil
}

func (ch *channel) dropContent() {
	if ch.content != nil {
		ch.conn.partial -= int64(len(ch.content.body))
		ch.content = nil
	}
}

// accept does with a whole message what its sender wants, now or with the transaction.
func (ch *channel) accept(n *content) error {
	if _, err := n.ttl(); err != nil {
		return err
	}
	if user := n.props.UserID; user != "" && user != ch.conn.user {
		return precondition("user_id property set to '%s' but authenticated user was '%s'", user, ch.conn.user)
	}
	if err := ch.addressed(&n.message); err != nil {
		return err
	}
	e, ok := ch.conn.broker.exchange(n.exchange)
	switch {
	case !ok:
		return notFound("exchange", n.exchange)
	case e.internal:
		return refused("cannot publish to internal exchange '%s' in vhost '%s'", n.exchange, vhost)
	}
	if ch.tx != nil {
		return ch.keepForCommit(n)
	}
	return ch.send(n)
}

// send puts a message where it belongs, and notes that it is to be confirmed.
func (ch *channel) send(n *content) error {
	if to, ok := ch.conn.broker.listens(n.key); ok && n.exchange == "" {
		to.reply(&n.message)
		ch.confirm.add(ch, true)
		return nil
	}
	to, err := ch.conn.broker.route(&n.message)
	if err != nil {
		return err
	}
	if len(to) == 0 && n.mandatory {
		ch.giveBack(n)
	}
	n.blind()
	err = ch.conn.broker.put(to, &n.message)
	ch.conn.unflushed = ch.conn.unflushed || len(to) > 0
	switch {
	case err == nil:
		ch.confirm.add(ch, true)
	case !errors.Is(err, queue.ErrFull):
		return err
	case ch.confirm == nil && !refuses(to):
		return exceptionf(codeResourceError, "there is no room for more messages")
	default:
		ch.confirm.add(ch, false)
	}
	return nil
}

// refuses reports whether refusing is what one of these queues was declared for.
func refuses(to []*boundQueue) bool {
	for _, q := range to {
		if q.policy.reject {
			return true
		}
	}
	return false
}

// giveBack returns a message that no queue wanted.
func (ch *channel) giveBack(n *content) {
	ch.conn.content(ch.id, n.properties(), n.body, func(w *wire.Writer) {
		w.U16(classBasic).U16(basicReturn).U16(codeNoRoute).Short("NO_ROUTE").Short(n.exchange).Short(n.key)
	})
}
