package rest

import (
	"context"
	"net"
	"net/http/httptrace"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// attempt watches one request through net/http: which connection it got, how
// long opening that took, and what crossed. Above all it keeps the request to
// ONE attempt: when a reused connection breaks, net/http would repeat a GET, and
// anything with an Idempotency-Key, behind our back. So the second time that
// net/http wants a connection for it, the request ends.
type attempt struct {
	trace     httptrace.ClientTrace
	cancel    context.CancelCauseFunc
	span      sim.SpanID
	conns     int // how often net/http wanted a connection for it
	began     time.Time
	socket    *socket
	opened    bool
	connect   time.Duration
	out0, in0 int64 // what had crossed the connection before
	out, in   int64 // what crossed for this attempt; set when the connection is left
}

// errLost ends an attempt that would have been repeated.
func errLost() error { return sim.Errorf(sim.Unavailable, "connection lost") }

// start returns the context under which the request must be made.
func (a *attempt) start(ctx context.Context) context.Context {
	if s := sim.SpanFrom(ctx); s != nil {
		a.span = s.ID
	}
	a.trace.GetConn = a.getConn
	a.trace.GotConn = a.gotConn
	ctx, a.cancel = context.WithCancelCause(ctx)
	return httptrace.WithClientTrace(ctx, &a.trace)
}

// getConn and gotConn are called by RoundTrip, on its caller's goroutine.
func (a *attempt) getConn(string) {
	a.conns++
	if a.conns > 1 {
		a.cancel(errLost())
		return
	}
	a.began = time.Now()
}

func (a *attempt) gotConn(info httptrace.GotConnInfo) {
	if a.conns > 1 {
		// The cancellation came too late to keep net/http from taking an idle
		// connection, and it would write on it. Nothing leaves through a closed one.
		_ = info.Conn.Close()
		return
	}
	if !info.Reused {
		a.opened, a.connect = true, time.Since(a.began)
	}
	a.socket = info.Conn.(*socket)
	a.socket.take(a)
}

// end frees the connection and writes down what happened on it.
func (a *attempt) end(n *sim.Note) {
	a.cancel(nil)
	if a.socket == nil {
		return
	}
	a.socket.leave(a)
	n.Opened, n.Connect, n.BytesOut, n.BytesIn = a.opened, a.connect, a.out, a.in
}

// socket is a connection of the pool. It knows which attempt uses it, so that
// each byte is counted for the right one: net/http gives a connection to the
// next request a moment before the last one has seen the end of its answer.
type socket struct {
	net.Conn
	mu   sync.Mutex
	user *attempt
}

// take begins the use by a, before anything is written for it.
func (s *socket) take(a *attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out, in := s.bytes()
	if s.user != nil {
		s.user.count(out, in)
	}
	if c, ok := s.Conn.(sim.Carrier); ok {
		c.Carry(a.span)
	}
	s.user, a.out0, a.in0 = a, out, in
}

// leave ends the use by a, unless the next one has already begun.
func (s *socket) leave(a *attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.user == a {
		a.count(s.bytes())
		s.user = nil
	}
}

func (s *socket) bytes() (out, in int64) {
	if c, ok := s.Conn.(sim.ByteCounter); ok {
		return c.Bytes()
	}
	return 0, 0
}

func (a *attempt) count(out, in int64) { a.out, a.in = out-a.out0, in-a.in0 }
