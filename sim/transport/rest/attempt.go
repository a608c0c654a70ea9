package rest

import (
	"context"
	"net/http/httptrace"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// attempt watches one request through net/http: which connection it got, how
// long opening that took, and what crossed. Above all it keeps the request to
// ONE attempt: when a reused connection breaks, net/http would repeat a GET, and
// anything with an Idempotency-Key, behind our back. So the second time that
// net/http wants a connection for it, the request ends.
type attempt struct {
	trace   httptrace.ClientTrace
	cancel  context.CancelCauseFunc
	use     share.Use
	conns   int // how often net/http wanted a connection for it
	began   time.Time
	opened  bool
	connect time.Duration
}

// errLost ends an attempt that would have been repeated.
func errLost() error { return sim.Errorf(sim.Unavailable, "connection lost") }

// start returns the context under which the request must be made.
func (a *attempt) start(ctx context.Context) context.Context {
	if s := sim.SpanFrom(ctx); s != nil {
		a.use.Span = s.ID
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
	info.Conn.(*share.Socket).Take(&a.use)
}

// end frees the connection and writes down what happened on it.
func (a *attempt) end(n *sim.Note) {
	a.cancel(nil)
	if a.use.Leave() {
		n.Opened, n.Connect, n.BytesOut, n.BytesIn = a.opened, a.connect, a.use.Out, a.use.In
	}
}
