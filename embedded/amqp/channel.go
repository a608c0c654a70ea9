package amqp

import (
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// channel is one conversation on a connection. Its reader alone calls it, except
// that the engine hands messages to its consumers.
type channel struct {
	conn      *conn
	id        uint16
	lastQueue string // declared last; an empty name means it
	holder    *queue.Holder
	window    *queue.Window // of all consumers together
	shared    bool          // it has a limit
	each      int           // prefetch of a consumer to come
	content   *content      // a message that is arriving
	closing   bool          // an exception was sent
	confirm   *confirms     // nil = the client wants none
	tx        *transaction  // nil = everything happens at once

	mu        sync.Mutex // the engine may be called with it: its callbacks come without a lock
	consumers map[string]*consumer
	lastTag   uint64
	unacked   unacked
	replyTag  string // the consumer of direct replies
	replyAt   string
}

func newChannel(c *conn, id uint16) *channel {
	return &channel{
		conn: c, id: id, holder: c.broker.engine.Hold(), window: queue.NewWindow(0),
		consumers: map[string]*consumer{},
	}
}

// close gives back what the channel holds. A second one does nothing.
func (ch *channel) close() {
	ch.mu.Lock()
	all := ch.consumers
	ch.consumers = map[string]*consumer{}
	ch.unacked = unacked{}
	ch.mu.Unlock()
	ch.dropContent()
	if ch.tx != nil {
		ch.endTx()
		ch.tx = nil
	}
	ch.leaveReplies()
	ch.holder.Close()
	for _, k := range all {
		ch.conn.broker.released(k.queue)
	}
}

// handle does what one frame on the channel says.
func (ch *channel) handle(f wire.Frame) error {
	if f.Type != wire.FrameMethod {
		if ch.closing {
			return nil
		}
		return ch.arrive(f)
	}
	r := wire.Read(f.Payload)
	class, method := r.U16(), r.U16()
	switch {
	case r.Err() != nil:
		return exceptionf(codeFrameError, "type 1, all octets = %s: unknown_frame", octets(f.Payload))
	case class == classChannel && method == channelClose:
		if err := ch.conn.settle(); err != nil {
			return err
		}
		ch.conn.dropChannel(ch)
		ch.ok(classChannel, channelCloseOK)
		return nil
	case class == classChannel && method == channelCloseOK:
		ch.conn.dropChannel(ch)
		return nil
	case ch.closing:
		return nil
	case ch.content != nil:
		return at(exceptionf(codeUnexpectedFrame, "expected content %s for class 60, got non content %[1]s frame instead", ch.content.next()), classBasic, basicPublish)
	}
	err := ch.do(class, method, r)
	if errors.Is(err, errUnknownMethod) {
		err = notImplemented("method %d of class %d is not served", method, class)
	} else if r.Err() != nil {
		err = exceptionf(codeFrameError, "cannot decode %s", octets(f.Payload[4:]))
	}
	return at(err, class, method)
}

// octets are the first bytes of b as RabbitMQ writes them: <<0,60>>.
func octets(b []byte) string {
	var all []string
	for _, v := range b[:min(len(b), 16)] {
		all = append(all, strconv.Itoa(int(v)))
	}
	return "<<" + strings.Join(all, ",") + ">>"
}

var errUnknownMethod = errors.New("no such method")

// do does what a method asks. Arguments that cannot be read are zero, and the
// error is found afterwards: so each method looks at r.Err before it changes
// anything.
func (ch *channel) do(class, method uint16, r *wire.Reader) error {
	switch class {
	case classChannel:
		return ch.doChannel(method, r)
	case classAccess:
		return ch.doAccess(method)
	case classExchange:
		return ch.doExchange(method, r)
	case classQueue:
		return ch.doQueue(method, r)
	case classBasic:
		return ch.doBasic(method, r)
	case classConfirm:
		return ch.doConfirm(method, r)
	case classTx:
		return ch.doTx(method)
	default:
		return errUnknownMethod
	}
}

func (ch *channel) doChannel(method uint16, r *wire.Reader) error {
	switch method {
	case channelOpen:
		return exceptionf(codeChannelError, "second 'channel.open' seen")
	case channelFlow:
		if !r.Bits().Has(0) {
			return notImplemented("active=false")
		}
		ch.answer(classChannel, channelFlowOK, func(w *wire.Writer) { w.Bool(true) })
		return nil
	default:
		return errUnknownMethod
	}
}

// doAccess answers what clients of AMQP 0-8 ask first.
func (ch *channel) doAccess(method uint16) error {
	if method != accessRequest {
		return errUnknownMethod
	}
	ch.answer(classAccess, accessRequestOK, func(w *wire.Writer) { w.U16(1) })
	return nil
}

// answer answers a method.
func (ch *channel) answer(class, method uint16, args func(w *wire.Writer)) {
	ch.conn.out.method(ch.id, class, method, args)
}

// ok answers a method that has nothing else to say, unless nobody wants to hear it.
func (ch *channel) ok(class, method uint16) { ch.conn.out.method(ch.id, class, method, nil) }
