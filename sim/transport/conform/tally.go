package conform

import (
	"context"
	"net"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// tally is a Net that knows what is open.
type tally struct {
	sim.Net
	mu     sync.Mutex
	n      int
	heard  bool          // something listens here: not with a broker of its own
	closed chan struct{} // closed while n is 0
}

func newTally(n sim.Net) *tally {
	t := &tally{Net: n, closed: make(chan struct{})}
	close(t.closed)
	return t
}

func (t *tally) add(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == 0 {
		t.closed = make(chan struct{})
	}
	if t.n += n; t.n == 0 {
		close(t.closed)
	}
}

func (t *tally) open() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}

// allClosed is closed when nothing is open any more.
func (t *tally) allClosed() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed
}

func (t *tally) Listen(owner sim.Instance, protocol string) (net.Listener, error) {
	l, err := t.Net.Listen(owner, protocol)
	if err != nil {
		return nil, err
	}
	t.add(1)
	t.mu.Lock()
	t.heard = true
	t.mu.Unlock()
	return &tallyListener{Listener: l, t: t}, nil
}

func (t *tally) Dial(ctx context.Context, r sim.Route, addr string) (net.Conn, error) {
	c, err := t.Net.Dial(ctx, r, addr)
	if err != nil {
		return nil, err
	}
	return t.conn(c), nil
}

func (t *tally) conn(c net.Conn) net.Conn {
	t.add(1)
	return &tallyConn{Conn: c, t: t}
}

type tallyListener struct {
	net.Listener
	t    *tally
	once sync.Once
}

func (l *tallyListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.t.conn(c), nil
}

func (l *tallyListener) Close() error {
	defer l.once.Do(func() { l.t.add(-1) })
	return l.Listener.Close()
}

type tallyConn struct {
	net.Conn
	t    *tally
	once sync.Once
}

// Bytes implements [sim.ByteCounter] where the connection inside does.
func (c *tallyConn) Bytes() (out, in int64) {
	if b, ok := c.Conn.(sim.ByteCounter); ok {
		return b.Bytes()
	}
	return 0, 0
}

// CloseWrite ends what this side says, as connections of sim/wire can.
func (c *tallyConn) CloseWrite() error {
	return c.Conn.(interface{ CloseWrite() error }).CloseWrite()
}

func (c *tallyConn) Close() error {
	defer c.once.Do(func() { c.t.add(-1) })
	return c.Conn.Close()
}
