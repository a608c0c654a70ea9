package queue

import (
	"context"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// sqsWire is the HTTP client below the SDK. Every byte crosses the net of the
// world, along one leg, and a request leaves once: it follows no redirection,
// and it takes away the copy of the body without which net/http sends nothing
// again.
type sqsWire struct {
	http   http.Transport
	latest atomic.Pointer[share.Socket] // connection that was opened
}

func newSQSWire(d *dialer) *sqsWire {
	w := &sqsWire{}
	w.http.DialContext = func(ctx context.Context, _, addr string) (net.Conn, error) {
		c, err := d.net.Dial(ctx, d.route, addr)
		if err != nil {
			return nil, &undialled{err}
		}
		s := &share.Socket{Conn: c}
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

// watched returns the context under which a request must be made.
func watched(ctx context.Context, u *share.Use) context.Context {
	if s := sim.SpanFrom(ctx); s != nil {
		u.Span = s.ID
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		c := info.Conn
		if secured, ok := c.(interface{ NetConn() net.Conn }); ok {
			c = secured.NetConn()
		}
		if s, ok := c.(*share.Socket); ok {
			s.Take(u)
		}
	}})
}
