package wire

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// stride is how much of a long write may leave before the gate is asked again.
const stride = 64 << 10

// conn is a TCP connection of an instance.
//
//	Read  ◀─ count, capture ◀─ gate ◀─ early ◀─ kernel
//	Write ─▶ gate ─▶ count, capture ─▶ kernel
//
// The kernel never waits for the gate: bytes that a blocked Read meets after the
// gate was shut wait in early, and so does the end of the connection. What holds
// bytes back obeys the deadlines of its lane and the end of the connection.
type conn struct {
	tcp  *net.TCPConn
	side *side
	link *link // nil on the accepting side
	tap  tap   // where the capture stands with this connection
	gone chan struct{}
	once sync.Once

	in, out lane
	early   early // guarded by in.mu
}

// lane is one direction of a connection.
type lane struct {
	mu    sync.Mutex // one call at a time, as in the kernel
	until deadline
	bytes atomic.Int64
}

// early is what came while the gate was shut.
type early struct {
	bytes []byte
	err   error // what follows the bytes
}

var _ sim.ByteCounter = (*conn)(nil)

func newConn(tcp *net.TCPConn, s *side, k *link) *conn {
	return &conn{tcp: tcp, side: s, link: k, gone: make(chan struct{})}
}

func (c *conn) Read(p []byte) (int, error) {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	for {
		if err := c.pass(&c.in, "read"); err != nil {
			return 0, err
		}
		if n, ok, err := c.early.take(p); ok {
			c.received(p[:n])
			return n, err
		}
		n, err := c.tcp.Read(p)
		if c.side.gate.open() || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) {
			c.received(p[:n])
			return n, err
		}
		c.early.keep(p[:n], err)
	}
}

func (c *conn) Write(p []byte) (n int, err error) {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	for {
		if err := c.pass(&c.out, "write"); err != nil {
			return n, err
		}
		m, err := c.send(p[n:min(n+stride, len(p))])
		n += m
		if err != nil || n == len(p) {
			return n, err
		}
	}
}

// CloseWrite ends what this side says; the other may still speak.
func (c *conn) CloseWrite() error {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if err := c.pass(&c.out, "close"); err != nil {
		return err
	}
	return c.tcp.CloseWrite()
}

// Close closes the connection at once, even while it is held back.
func (c *conn) Close() error {
	c.side.dropConn(c)
	return c.shut(false)
}

// shut ends the connection; with reset the peer sees a reset and nothing that
// was still under way.
func (c *conn) shut(reset bool) error {
	c.once.Do(func() { close(c.gone) })
	if reset {
		_ = c.tcp.SetLinger(0)
	}
	return c.tcp.Close()
}

func (c *conn) LocalAddr() net.Addr  { return c.tcp.LocalAddr() }
func (c *conn) RemoteAddr() net.Addr { return c.tcp.RemoteAddr() }

func (c *conn) SetDeadline(t time.Time) error {
	c.in.until.set(t)
	c.out.until.set(t)
	return c.tcp.SetDeadline(t)
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.in.until.set(t)
	return c.tcp.SetReadDeadline(t)
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.out.until.set(t)
	return c.tcp.SetWriteDeadline(t)
}

// Bytes counts what was written and what was read so far.
func (c *conn) Bytes() (out, in int64) { return c.out.bytes.Load(), c.in.bytes.Load() }

// pass waits until nothing holds the lane back.
func (c *conn) pass(l *lane, op string) error {
	if c.side.gate.open() {
		return nil
	}
	if err := c.side.hold(op+" of "+c.side.who.String(), c.gone, &l.until); err != nil {
		return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
	}
	return nil
}

// send writes p. It is counted before it leaves, so that nobody meets an answer
// before its question, and corrected when it did not leave.
func (c *conn) send(p []byte) (int, error) {
	c.out.bytes.Add(int64(len(p)))
	var at uint64
	if c.link != nil && len(p) > 0 {
		c.link.out.Add(int64(len(p)))
		at = c.link.capture.add(&c.tap, out, c.side.net.opts.Now(), p)
	}
	n, err := c.tcp.Write(p)
	if left := len(p) - n; left > 0 {
		c.out.bytes.Add(-int64(left))
		if c.link != nil {
			c.link.out.Add(-int64(left))
			c.link.capture.takeBack(at, left)
		}
	}
	return n, err
}

// received counts and captures p, which is about to be handed over.
func (c *conn) received(p []byte) {
	if len(p) == 0 {
		return
	}
	c.in.bytes.Add(int64(len(p)))
	if c.link != nil {
		c.link.in.Add(int64(len(p)))
		c.link.capture.add(&c.tap, in, c.side.net.opts.Now(), p)
	}
}

func (e *early) keep(p []byte, err error) {
	e.bytes = append(e.bytes, p...)
	e.err = err
}

// take hands over what came first; ok is false when there is nothing.
func (e *early) take(p []byte) (n int, ok bool, err error) {
	switch {
	case len(e.bytes) > 0:
		n = copy(p, e.bytes)
		e.bytes = e.bytes[n:]
	case e.err != nil:
		err, e.err = e.err, nil
	default:
		return 0, false, nil
	}
	return n, true, err
}
