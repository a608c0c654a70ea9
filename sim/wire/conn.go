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
//	Read  ◀─ count, capture ◀─ gate ◀─ early ◀─ late ◀─ hooks ◀─ kernel
//	Write ─▶ gate ─▶ hooks ─▶ count, capture ─▶ late ─▶ kernel
//
// The kernel never waits for the gate: bytes that a blocked Read meets after the
// gate was shut wait in early, and so does the end of the connection. What holds
// bytes back obeys the deadlines of its lane and the end of the connection.
type conn struct {
	tcp       *net.TCPConn
	side      *side
	link      *link         // nil on the accepting side
	route     sim.Route     // zero on the accepting side
	tap       tap           // where the capture stands with this connection
	gone      chan struct{} // closed when its owner may not use it any more
	dead      chan struct{} // closed with the socket
	once, end sync.Once

	in, out lane
	early   early // guarded by in.mu

	hooks    hooks
	carries  atomic.Uint64         // the attempt it works for; 0 = nobody said
	over     atomic.Pointer[ended] // a hook ended it
	left     atomic.Bool           // its owner closed it, and its end is held back
	departed atomic.Bool           // which is over
}

// lane is one direction of a connection.
type lane struct {
	mu    sync.Mutex // one call at a time, as in the kernel
	until deadline
	late  late
	bytes atomic.Int64
}

// early is what came while the gate was shut.
type early struct {
	bytes []byte
	err   error // what follows the bytes
}

var (
	_ sim.ByteCounter = (*conn)(nil)
	_ sim.Carrier     = (*conn)(nil)
)

func newConn(tcp *net.TCPConn, s *side, k *link) *conn {
	return &conn{tcp: tcp, side: s, link: k, gone: make(chan struct{}), dead: make(chan struct{})}
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
		if !c.in.late.idle() {
			got, err := c.awaitLate()
			if err != nil {
				return 0, c.explain("read", err)
			}
			if !c.side.gate.open() {
				continue
			}
			if got {
				n, err := c.in.late.take(p)
				c.received(p[:n])
				return n, c.explain("read", err)
			}
		}
		n, err := c.tcp.Read(p)
		if !c.hooks.none() {
			var held bool
			if n, err, held = c.arrive(p[:n], err); held {
				continue
			}
		}
		if c.side.gate.open() || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) {
			c.received(p[:n])
			return n, c.explain("read", err)
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
		m, err := c.leave(p[n:min(n+stride, len(p))])
		n += m
		if err != nil || n == len(p) {
			return n, c.explain("write", err)
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
	if c.out.late.idle() {
		return c.tcp.CloseWrite()
	}
	c.out.late.put(parcel{then: thenCloseWrite})
	c.deliverLater()
	return nil
}

// Close closes the connection at once, even while a pause holds it back. What a
// hook holds back still arrives, and the end after it.
func (c *conn) Close() error {
	if (!c.hooks.none() || !c.out.late.idle()) && c.over.Load() == nil && c.closeHooked() {
		return nil
	}
	c.side.dropConn(c)
	return c.shut(false)
}

// shut ends the connection; with reset the peer sees a reset and nothing that
// was still under way.
func (c *conn) shut(reset bool) error {
	c.once.Do(func() { close(c.gone) })
	c.end.Do(func() {
		close(c.dead)
		if s := c.tap.stream.Load(); s != nil {
			s.end()
		}
	})
	if reset {
		_ = c.tcp.SetLinger(0)
	}
	return c.tcp.Close()
}

func (c *conn) LocalAddr() net.Addr  { return c.tcp.LocalAddr() }
func (c *conn) RemoteAddr() net.Addr { return c.tcp.RemoteAddr() }

func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.in.until.set(t)
	return c.in.late.deadline(t, c.tcp.SetReadDeadline)
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.out.until.set(t)
	return c.out.late.deadline(t, c.tcp.SetWriteDeadline)
}

// Bytes counts what was written and what was read so far.
func (c *conn) Bytes() (out, in int64) { return c.out.bytes.Load(), c.in.bytes.Load() }

// pass waits until no pause holds the lane back.
func (c *conn) pass(l *lane, op string) error {
	if c.left.Load() {
		return c.explain(op, net.ErrClosed)
	}
	if c.side.gate.open() {
		return nil
	}
	if err := c.side.hold(op+" of "+c.side.who.String(), c.gone, &l.until); err != nil {
		return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
	}
	return nil
}

// leave lets p go: to the kernel, or past the hooks.
func (c *conn) leave(p []byte) (int, error) {
	if c.hooks.none() && c.out.late.idle() || len(p) == 0 {
		return c.send(p)
	}
	return c.sendHooked(p)
}

// leaving counts and captures p, which is about to leave.
func (c *conn) leaving(p []byte) (at uint64) {
	c.out.bytes.Add(int64(len(p)))
	if c.link != nil && len(p) > 0 {
		c.link.out.Add(int64(len(p)))
		at = c.link.capture.add(&c.tap, out, c.side.net.opts.Now(), p)
	}
	return at
}

// send writes p. It is counted before it leaves, so that nobody meets an answer
// before its question, and corrected when it did not leave.
func (c *conn) send(p []byte) (int, error) {
	at := c.leaving(p)
	n, err := c.tcp.Write(p)
	if left := len(p) - n; left > 0 {
		c.out.bytes.Add(-int64(left))
		if c.link != nil {
			c.link.out.Add(-int64(left))
			c.link.capture.takeBack(&c.tap, at, left)
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
