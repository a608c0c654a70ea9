package amqp

import (
	"bufio"
	"errors"
	"io"
	"net"
	"time"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// conn is one connection of a client. One goroutine reads it and does what it
// asks; another one writes.
//
//	client ──▶ frames ──▶ channel ──▶ broker, engine
//	client ◀── outbox ◀── channel ◀── engine
type conn struct {
	broker *broker
	o      *Options
	nc     net.Conn
	in     *bufio.Reader
	frames *wire.Frames
	out    *outbox
	beat   chan time.Duration // how often the writer says something
	user   string
	hears  wire.Table // the client's capabilities

	// Used by the reader alone.
	channels    map[uint16]*channel
	maxChannels int
	frameMax    int
	partial     int64 // bytes of contents that are not complete
	open        load  // of all transactions that are open
	unconfirmed []*channel
	owed        int // confirms
	unflushed   bool
	closing     bool // an exception was sent; nothing counts but its answer
}

// listening is a connection that ends when what must be heard is not heard in time.
type listening struct {
	net.Conn
	by    time.Time     // by when everything; zero = at any time
	every time.Duration // between heartbeats, two of which may be missing; 0 = it may be silent for ever
}

func (l *listening) Read(b []byte) (int, error) {
	deadline := l.by
	if l.every > 0 {
		deadline = time.Now().Add(2 * l.every)
	}
	_ = l.SetReadDeadline(deadline) // a closed connection says so at the read
	return l.Conn.Read(b)
}

// serve reads a connection until it ends, and gives back what it held.
func (c *conn) serve() {
	defer c.out.shut()
	defer c.end()
	l := &listening{Conn: c.nc, by: time.Now().Add(greeting)}
	c.in = bufio.NewReaderSize(l, 64<<10)
	c.frames = wire.NewFrames(c.in, frameMax)
	every, err := c.handshake()
	if err == nil {
		l.by, l.every = time.Time{}, every
		err = c.read()
	}
	if err == nil { // the client has said goodbye, and has its close-ok: it closes the socket
		l.by, l.every = time.Now().Add(closing), 0
		_, _ = io.Copy(io.Discard, l)
	}
	var e *exception
	if errors.As(err, &e) {
		c.refuse(e)
		l.by, l.every = time.Now().Add(goodbye), 0
		c.awaitGoodbye()
	}
}

const (
	greeting = 10 * time.Second // for a client to introduce itself; RabbitMQ: handshake_timeout
	goodbye  = 2 * time.Second  // for a client to hear that its connection is closed
	closing  = 30 * time.Second // for a client to close the socket after close-ok; RabbitMQ: CLOSING_TIMEOUT
)

// read does what comes, until the connection ends.
func (c *conn) read() error {
	for !c.closing {
		if c.in.Buffered() == 0 || c.owed >= maxBatch {
			if err := c.settle(); err != nil {
				return err
			}
		}
		c.out.await()
		f, err := c.frames.Next()
		if err == nil {
			err = c.handle(f)
		}
		if err != nil {
			return c.broken(f, err)
		}
	}
	return c.settle()
}

// maxBatch bounds how many messages wait for one Flush to be confirmed.
const maxBatch = 256

// broken makes an exception of a frame that cannot be.
func (c *conn) broken(f wire.Frame, err error) error {
	var large *wire.TooLarge
	switch {
	case errors.As(err, &large):
		return exceptionf(codeFrameError, "type %d, all octets = <<>>: {frame_too_large,%d,%d}", large.Type, large.Size, large.Most)
	case errors.Is(err, wire.ErrFrameEnd):
		return exceptionf(codeFrameError, "type %d: the frame has no end", f.Type)
	default:
		return err
	}
}

// handle does what one frame says.
func (c *conn) handle(f wire.Frame) error {
	switch {
	case f.Type == wire.FrameHeartbeat:
		return nil
	case f.Type < wire.FrameMethod || f.Type > wire.FrameBody:
		return exceptionf(codeFrameError, "unknown frame type %d", f.Type)
	case f.Channel == 0:
		return c.control(f)
	}
	ch, ok := c.channels[f.Channel]
	if !ok {
		return c.openChannel(f)
	}
	err := ch.handle(f)
	var e *exception
	if errors.As(err, &e) && !e.hard {
		return c.refuseChannel(ch, e)
	}
	return err
}

// control does what is said on channel 0.
func (c *conn) control(f wire.Frame) error {
	r := wire.Read(f.Payload)
	class, method := r.U16(), r.U16()
	switch {
	case f.Type != wire.FrameMethod || r.Err() != nil:
		return exceptionf(codeUnexpectedFrame, "frame of type %d on channel 0", f.Type)
	case class == classConnection && method == connectionClose:
		c.end()
		if err := c.settle(); err != nil {
			return err
		}
		c.out.method(0, classConnection, connectionCloseOK, nil)
		c.closing = true
		return nil
	case class == classConnection && method == connectionCloseOK:
		c.closing = true
		return nil
	default:
		return at(exceptionf(codeChannelError, "unexpected method in connection state running"), class, method)
	}
}

// at says which method an exception is about.
func at(err error, class, method uint16) error {
	var e *exception
	if errors.As(err, &e) {
		e.class, e.method = class, method
	}
	return err
}

// openChannel takes the first method on a channel, which must open it.
func (c *conn) openChannel(f wire.Frame) error {
	r := wire.Read(f.Payload)
	class, method := r.U16(), r.U16()
	switch {
	case f.Type == wire.FrameMethod && class == classChannel && method == channelCloseOK:
		return nil // to a close that crossed another one
	case f.Type != wire.FrameMethod || class != classChannel || method != channelOpen:
		return at(exceptionf(codeChannelError, "expected 'channel.open'"), class, method)
	case int(f.Channel) > c.maxChannels:
		return at(exceptionf(codeNotAllowed, "number of channels opened (%d) has reached the negotiated channel_max (%d)", len(c.channels), c.maxChannels), class, method)
	}
	c.channels[f.Channel] = newChannel(c, f.Channel)
	c.out.method(f.Channel, classChannel, channelOpenOK, func(w *wire.Writer) { w.Long("") })
	return nil
}

// dropChannel forgets a channel, which gives back what it holds.
func (c *conn) dropChannel(ch *channel) {
	delete(c.channels, ch.id)
	ch.close()
}

// refuseChannel closes a channel with an exception. Until the client has
// answered, what it says there does not count.
func (c *conn) refuseChannel(ch *channel, e *exception) error {
	if err := c.settle(); err != nil {
		return err
	}
	ch.close()
	ch.closing = true
	c.out.method(ch.id, classChannel, channelClose, func(w *wire.Writer) {
		w.U16(e.code).Short(e.text).U16(e.class).U16(e.method)
	})
	return nil
}

// refuse closes the connection with an exception.
func (c *conn) refuse(e *exception) {
	c.end()
	c.out.method(0, classConnection, connectionClose, func(w *wire.Writer) {
		w.U16(e.code).Short(e.text).U16(e.class).U16(e.method)
	})
}

// awaitGoodbye reads on until the client has answered, hangs up, or its time is over.
func (c *conn) awaitGoodbye() {
	for {
		f, err := c.frames.Next()
		if err != nil {
			return
		}
		r := wire.Read(f.Payload)
		if f.Channel == 0 && f.Type == wire.FrameMethod && r.U16() == classConnection && r.U16() == connectionCloseOK {
			return
		}
	}
}

// end gives back what the connection held. A second one does nothing.
func (c *conn) end() {
	for _, ch := range c.channels {
		c.dropChannel(ch)
	}
	c.broker.abandon(c)
}

// settle stores what was done since the last time, and then confirms it.
func (c *conn) settle() error {
	if c.unflushed {
		c.unflushed = false
		if err := c.broker.engine.Flush(); err != nil {
			return stored(err)
		}
	}
	for _, ch := range c.unconfirmed {
		ch.confirmed()
	}
	c.unconfirmed, c.owed = c.unconfirmed[:0], 0
	return nil
}

// content puts a message: a method, its properties, its body.
func (c *conn) content(channel uint16, properties, body []byte, method func(w *wire.Writer)) {
	c.out.put(func(w *wire.Writer) {
		at := w.Begin(wire.FrameMethod, channel)
		method(w)
		w.End(at)
		at = w.Begin(wire.FrameHeader, channel)
		w.U16(classBasic).U16(0).U64(uint64(len(body)))
		w.B = append(w.B, properties...)
		w.End(at)
		for len(body) > 0 {
			n := min(len(body), c.frameMax-wire.Overhead)
			w.Frame(wire.FrameBody, channel, body[:n])
			body = body[n:]
		}
	})
}
