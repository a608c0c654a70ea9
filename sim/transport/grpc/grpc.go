// Package grpc is gRPC made from the contracts: its services are the services
// of the .proto files, its messages are theirs, and any stock client, grpcurl
// or a generated one, talks to it without knowing us.
//
//	what                     how it travels
//	content                  protobuf, 5 bytes before each message
//	Message.Header           metadata
//	trace and attempt        traceparent, in the metadata
//	who calls                user-agent: msc-sim/order
//	deadline                 grpc-timeout
//	Tell, Publish            prefer: respond-async
//	an error                 status code and message; when to come back as
//	                         google.rpc.RetryInfo, what to do next as google.rpc.Help
//	a stream                 Message.Stream, both ways or one
//
// Beside the contracts a server answers reflection (v1 and v1alpha) and
// grpc.health.v1, for tools.
//
// One route has one connection. Nothing is repeated behind anybody's back: not
// by a retry policy, not transparently, and no connection is opened but for an
// attempt that needs it.
package grpc

import (
	"context"
	"io"
	"math"
	"sync"
	"time"

	"google.golang.org/grpc/grpclog"

	"github.com/msc-sim/msc-sim/sim"
)

// Options of a transport. The zero value works.
type Options struct {
	Say        func(text string) // what is worth knowing: what a closing server waits for, a handler that panicked; nil = nobody listens
	MaxMessage int               // the longest message, in bytes; 0 = 1 MiB
}

// Limits of servers and clients.
const (
	maxMessage = 1 << 20
	maxHeader  = 64 << 10
	maxStreams = 1000             // calls at once on one connection
	window     = 1 << 20          // bytes a peer may send ahead; fixed, so that no PING measures the way
	helloTime  = 5 * time.Second  // for a new connection to say that it speaks HTTP/2
	patience   = 5 * time.Second  // until a closing server says what it waits for
	never      = math.MaxInt64    // keepalive is off: a connection that nobody uses is silent
	openTime   = 20 * time.Second // for a server to greet a caller that has no deadline
)

// Transport carries messages as gRPC over HTTP/2. It implements [sim.Transport].
type Transport struct {
	say        func(string)
	maxMessage int
}

var (
	_ sim.Transport = (*Transport)(nil)
	_ sim.Verdicts  = (*Transport)(nil)
)

// New makes a transport.
func New(o Options) *Transport {
	quiet()
	t := &Transport{say: o.Say, maxMessage: o.MaxMessage}
	if t.say == nil {
		t.say = func(string) {}
	}
	if t.maxMessage == 0 {
		t.maxMessage = maxMessage
	}
	return t
}

// quiet keeps grpc-go from writing to standard error, where a screen may be.
// What it would say there reaches us as errors.
var quiet = sync.OnceFunc(func() {
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, io.Discard))
})

// Name is "grpc".
func (t *Transport) Name() string { return "grpc" }

// Can says that gRPC is able to do everything. A Publish is one call for each
// subscriber, and arrives as a Tell.
func (t *Transport) Can() sim.Ability {
	return sim.Ability{
		Ask: true, Tell: true, Publish: true, Stream: true, Promise: sim.Direct(),
		About: "gRPC: HTTP/2 and protobuf, about half the bytes, many calls on one connection. The caller waits for the response.",
	}
}

// Verdict implements [sim.Verdicts]: a gRPC status code.
func (t *Transport) Verdict(e *sim.Error) int { return int(statusOf(e).Code()) }

// Bind implements [sim.Transport].
func (t *Transport) Bind(_ context.Context, n sim.Net, at sim.Instance, contracts []string) (sim.Server, error) {
	s := &server{t: t, at: at}
	if err := s.describe(contracts); err != nil {
		return nil, err
	}
	var err error
	if s.ln, err = n.Listen(at, "grpc"); err != nil {
		return nil, err
	}
	s.addr = s.ln.Addr().String()
	return s, nil
}

// Dial implements [sim.Transport]. Addr is host:port; any gRPC server may be
// there. Nothing is opened before the first Do.
func (t *Transport) Dial(_ context.Context, n sim.Net, r sim.Route, addr string) (sim.Conn, error) {
	return newConn(t, n, r, addr), nil
}
