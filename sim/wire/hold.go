package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// farewells bounds how many closed connections of a net may wait for what is
// held back on them; the next one is closed at once.
const farewells = 256

// ahead is how much is read in one piece ahead of a reader.
const ahead = 32 << 10

// ended is how an end looks to whoever still holds the connection.
type ended struct{ read, write error }

func (e End) looks() *ended {
	if e == Closes {
		return &ended{io.EOF, syscall.EPIPE}
	}
	return &ended{syscall.ECONNRESET, syscall.ECONNRESET}
}

// sendHooked is send while a hook is armed or holds something back. The out
// lane is locked.
func (c *conn) sendHooked(p []byte) (int, error) {
	if err := c.out.late.makeRoom(c.gone, &c.out.until); err != nil {
		return 0, &net.OpError{Op: "write", Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
	}
	p = bytes.Clone(p)
	f := c.meet(AtOut, p)
	n := len(p)
	if f.end != GoesOn {
		n = min(n, f.after)
	}
	if n > 0 || f.end == GoesOn {
		if m, err := c.dispatch(p[:n], f.grips); err != nil {
			return m, err
		}
	}
	if f.end != GoesOn {
		c.finish(f.end)
		return n, net.ErrClosed // which is explained
	}
	return n, nil
}

// dispatch lets bytes go, at once or later.
func (c *conn) dispatch(p []byte, by []grip) (int, error) {
	if len(by) == 0 && c.out.late.idle() {
		return c.send(p)
	}
	c.leaving(p)
	c.out.late.put(parcel{bytes: p, by: by})
	c.deliverLater()
	return len(p), nil
}

// deliverLater makes sure that somebody delivers what is held back.
func (c *conn) deliverLater() {
	if c.out.late.begin(c.tcp.SetWriteDeadline) {
		name := "what is held back by " + c.side.who.String()
		c.side.net.work.begin(name)
		go func() { // ends when all is delivered, or with the socket
			defer c.side.net.work.end(name)
			c.deliver()
		}()
	}
}

// deliver moves parcels to the kernel as they fall due.
func (c *conn) deliver() {
	l := &c.out.late
	for {
		l.mu.Lock()
		if len(l.parcels) == 0 {
			l.end(c.tcp.SetWriteDeadline, &c.out.until)
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		_, err := l.look(c.dead, nil)
		if err == nil {
			l.mu.Lock()
			p := l.parcels[0]
			l.mu.Unlock()
			err = c.hand(p)
		}
		l.mu.Lock()
		if err != nil {
			l.fail(err)
		} else {
			l.pop()
		}
		l.mu.Unlock()
		if err != nil && c.left.Load() {
			c.depart()
		}
	}
}

// hand gives one parcel to the kernel.
func (c *conn) hand(p parcel) error {
	if len(p.bytes) > 0 {
		if _, err := c.tcp.Write(p.bytes); err != nil {
			return err
		}
	}
	switch p.then {
	case thenCloseWrite:
		return c.tcp.CloseWrite()
	case thenClose:
		c.depart()
	}
	return nil
}

// depart is the end of a connection whose owner has closed it before.
func (c *conn) depart() {
	if !c.departed.Swap(true) {
		c.side.net.farewells.Add(-1)
		c.side.dropConn(c)
		_ = c.shut(false)
	}
}

// arrive is what hooks make of bytes that a Read has met: n of them are for the
// reader now, unless they are held back. The in lane is locked.
func (c *conn) arrive(p []byte, err error) (n int, _ error, held bool) {
	if len(p) == 0 {
		return 0, err, false
	}
	f := c.meet(AtIn, p)
	n = len(p)
	switch {
	case f.end != GoesOn:
		n = min(n, f.after)
		c.finish(f.end)
		if n > 0 {
			return n, nil, false
		}
		return 0, net.ErrClosed, false // which is explained
	case len(f.grips) > 0:
		c.in.late.put(parcelOf(bytes.Clone(p), err, f.grips))
		if err == nil {
			c.readAhead()
		}
		return 0, nil, true
	default:
		return n, err, false
	}
}

func parcelOf(p []byte, err error, by []grip) parcel {
	if err != nil {
		return parcel{bytes: p, then: thenFail, err: err, by: by}
	}
	return parcel{bytes: p, by: by}
}

// readAhead makes sure that parcels that come meanwhile are on their way too.
func (c *conn) readAhead() {
	if !c.in.late.begin(c.tcp.SetReadDeadline) {
		return
	}
	if c.hooks.none() { // disarmed just now, by somebody who did not see us begin
		c.in.late.wake(c.tcp.SetReadDeadline)
	}
	name := "what is held back for " + c.side.who.String()
	c.side.net.work.begin(name)
	go func() { // ends when the hooks change, or with the socket
		defer c.side.net.work.end(name)
		c.fetch()
		l := &c.in.late
		l.mu.Lock()
		defer l.mu.Unlock()
		l.end(c.tcp.SetReadDeadline, &c.in.until)
	}()
}

// fetch reads what comes and lets hooks decide when it arrives.
func (c *conn) fetch() {
	buf := make([]byte, ahead)
	for {
		if c.in.late.makeRoom(c.dead, nil) != nil {
			return
		}
		n, err := c.tcp.Read(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) && n == 0 {
			return
		}
		var f fate
		if n > 0 {
			f = c.meet(AtIn, buf[:n])
		}
		if f.end != GoesOn {
			c.in.late.put(parcel{bytes: bytes.Clone(buf[:min(n, f.after)])})
			c.finish(f.end)
			return
		}
		c.in.late.put(parcelOf(bytes.Clone(buf[:n]), err, f.grips))
		if err != nil {
			return
		}
	}
}

// finish ends the connection because a hook wants it so.
func (c *conn) finish(e End) {
	c.over.CompareAndSwap(nil, e.looks())
	if e == Closes && !c.out.late.idle() && c.farewell(nil) {
		return
	}
	_ = c.shut(e == Resets)
}

// closeHooked closes the connection for its owner. What is held back still
// arrives, and the end after it.
func (c *conn) closeHooked() bool {
	f := c.meet(AtClose, nil)
	if len(f.grips) == 0 && c.out.late.idle() {
		return false
	}
	return c.farewell(f.grips)
}

// farewell lets the end follow what is held back; false when too many wait already.
func (c *conn) farewell(by []grip) bool {
	if !c.left.CompareAndSwap(false, true) {
		return true
	}
	if c.side.net.farewells.Add(1) > farewells {
		c.side.net.farewells.Add(-1)
		c.departed.Store(true)
		return false
	}
	c.once.Do(func() { close(c.gone) })
	_ = c.tcp.SetReadDeadline(time.Unix(1, 0))
	if !c.out.late.on.Load() {
		_ = c.tcp.SetWriteDeadline(time.Unix(1, 0))
	}
	c.out.late.put(parcel{then: thenClose, by: by})
	c.deliverLater()
	return true
}

// awaitLate waits until something that was held back has arrived for the reader.
func (c *conn) awaitLate() (bool, error) {
	call := "read of " + c.side.who.String()
	c.side.net.work.begin(call)
	defer c.side.net.work.end(call)
	return c.in.late.look(c.gone, &c.in.until)
}

// explain says what a hook did where the kernel only knows that the socket is closed.
func (c *conn) explain(op string, err error) error {
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) && !c.left.Load() {
		return err
	}
	if e := c.over.Load(); e != nil {
		if err = e.write; op == "read" {
			err = e.read
		}
		if err == io.EOF {
			return err
		}
		err = os.NewSyscallError(op, err)
	} else if c.left.Load() {
		err = net.ErrClosed
	} else {
		return err
	}
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}
