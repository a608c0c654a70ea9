package queue

import (
	"context"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// sqsWire is the HTTP client below the SDK. Every byte crosses the net of the
// world, along one leg, and a request leaves once: it follows no redirection,
// and it takes away the copy of the body without which net/http sends nothing
// again.
type sqsWire struct {
	http   http.Transport
	latest atomic.Pointer[sqsSocket] // connection that was opened
}

func newSQSWire(d *dialer) *sqsWire {
	w := &sqsWire{}
	w.http.DialContext = func(ctx context.Context, _, addr string) (net.Conn, error) {
		c, err := d.net.Dial(ctx, d.route, addr)
		if err != nil {
			return nil, &undialled{err}
		}
		s := &sqsSocket{Conn: c}
		w.latest.Store(s)
		return s, nil
	}
	w.http.MaxIdleConnsPerHost = 64
	w.http.IdleConnTimeout = time.Minute // the server's is longer
	w.http.DisableCompression = true
	return w
}

// hangUp ends what this side says on a wire that has one connection at a time. A
// server that is keeping a request answers it then, and whatever it had handed
// out by that moment is known here.
func (w *sqsWire) hangUp() {
	if s := w.latest.Load(); s != nil {
		if c, ok := s.Conn.(interface{ CloseWrite() error }); ok {
			_ = c.CloseWrite() // it may be closed already
		}
	}
}

// undialled says that a connection could not even be opened.
type undialled struct{ error }

func (u *undialled) Unwrap() error { return u.error }

// Do implements [sqs.HTTPClient].
func (w *sqsWire) Do(r *http.Request) (*http.Response, error) {
	r.GetBody = nil
	return w.http.RoundTrip(r)
}

// exchange is one request and its answer, and what crossed for it.
type exchange struct {
	span      sim.SpanID
	socket    *sqsSocket
	out0, in0 int64
	out, in   int64 // set when the connection is left
}

// watch returns the context under which the request must be made.
func (x *exchange) watch(ctx context.Context) context.Context {
	if s := sim.SpanFrom(ctx); s != nil {
		x.span = s.ID
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		c := info.Conn
		if secured, ok := c.(interface{ NetConn() net.Conn }); ok {
			c = secured.NetConn()
		}
		if s, ok := c.(*sqsSocket); ok {
			x.socket = s
			s.take(x)
		}
	}})
}

// end frees the connection and says what crossed.
func (x *exchange) end() traffic {
	if x.socket != nil {
		x.socket.leave(x)
	}
	return traffic{out: x.out, in: x.in}
}

func (x *exchange) count(out, in int64) { x.out, x.in = out-x.out0, in-x.in0 }

// sqsSocket is a connection of the pool. It knows which exchange uses it:
// net/http gives a connection to the next one a moment before the last one has
// seen the end of its answer.
type sqsSocket struct {
	net.Conn
	mu   sync.Mutex
	user *exchange
}

// take begins the use by x, before anything is written for it.
func (s *sqsSocket) take(x *exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out, in := s.bytes()
	if s.user != nil {
		s.user.count(out, in)
	}
	if c, ok := s.Conn.(sim.Carrier); ok {
		c.Carry(x.span)
	}
	s.user, x.out0, x.in0 = x, out, in
}

// leave ends the use by x, unless the next one has already begun.
func (s *sqsSocket) leave(x *exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.user == x {
		x.count(s.bytes())
		s.user = nil
	}
}

func (s *sqsSocket) bytes() (out, in int64) {
	if c, ok := s.Conn.(sim.ByteCounter); ok {
		return c.Bytes()
	}
	return 0, 0
}
