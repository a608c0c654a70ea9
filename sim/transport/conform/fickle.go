package conform

import (
	"bytes"
	"context"
	"net"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// fickle is a Net of plain sockets whose server can reset one connection while
// it goes on listening, so that an attempt which is made again in secret finds
// somebody and is counted.
type fickle struct {
	mu     sync.Mutex
	word   []byte // reset the connection that brings these bytes; nil = none
	armed  bool   // reset the answer of the next that acts
	answer bool   // reset the next connection that is written to
	resets int

	// Where a broker stands between, both sides dial.
	leaving []byte              // reset the caller's connection instead of sending these bytes, or
	stored  bool                // when they have been answered
	left    *dialled            // where they have been sent, and no answer came yet
	dialled map[*dialled]string // open connections, by who dialled
	killed  string              // who cannot dial any more
}

// resetOn resets the next connection that brings word, before the server sees it.
func (f *fickle) resetOn(word string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.word = []byte(word)
}

// armAnswer resets the connection on which the next answer would leave.
func (f *fickle) armAnswer() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = true
}

// acted is called by the handler when it has acted: what is written next is
// written after that.
func (f *fickle) acted() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer, f.armed = f.answer || f.armed, false
}

// count is how many connections were reset.
func (f *fickle) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.resets
}

func (f *fickle) Listen(sim.Instance, string) (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &fickleListener{l, f}, nil
}

func (f *fickle) Dial(ctx context.Context, r sim.Route, addr string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return f.dial(c, r.From.String())
}

type fickleListener struct {
	net.Listener
	f *fickle
}

func (l *fickleListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &fickleConn{c, l.f}, nil
}

// fickleConn is the server's side of a connection.
type fickleConn struct {
	net.Conn
	f *fickle
}

func (c *fickleConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.f.brought(b[:n]) {
		return 0, c.reset()
	}
	return n, err
}

func (c *fickleConn) Write(b []byte) (int, error) {
	if c.f.refusesAnswer() {
		return 0, c.reset()
	}
	return c.Conn.Write(b)
}

// brought reports, once, that b holds the word.
func (f *fickle) brought(b []byte) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.word == nil || !bytes.Contains(b, f.word) {
		return false
	}
	f.word = nil
	f.resets++
	return true
}

// refusesAnswer reports, once, that an answer must not leave.
func (f *fickle) refusesAnswer() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.answer {
		return false
	}
	f.answer = false
	f.resets++
	return true
}

func (c *fickleConn) reset() error { return reset(c.Conn) }

// reset ends a connection as a crash would.
func reset(c net.Conn) error {
	_ = c.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
	return net.ErrClosed
}
