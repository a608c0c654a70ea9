package grpc

import (
	"context"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
)

// conn is the caller's half of a route, with one connection at a time.
type conn struct {
	t       *Transport
	net     sim.Net
	route   sim.Route
	addr    string
	options []grpc.DialOption
	opening chan struct{} // held by the one who opens a channel

	mu     sync.Mutex
	now    *channel // the one that attempts begin on; nil = none yet
	closed bool
}

func newConn(t *Transport, n sim.Net, r sim.Route, addr string) *conn {
	addr = strings.TrimPrefix(addr, "http://")
	return &conn{t: t, net: n, route: r, addr: addr, options: clientOptions(t, r.From.Service), opening: make(chan struct{}, 1)}
}

// Do implements [sim.Conn]. It blocks until the call is over, streams included.
func (c *conn) Do(ctx context.Context, m sim.Message) (sim.Message, error) {
	method, err := find(m)
	if err != nil {
		return sim.Message{}, err
	}
	span := spanOf(ctx)
	span.Note.Label = label(method.RPC())
	md, err := c.metadata(m, span)
	if err != nil {
		return sim.Message{}, err
	}
	ch, err := c.enter(ctx, &span.Note)
	if err != nil {
		return sim.Message{}, err
	}
	defer c.leave(ch)
	a := &attempt{socket: ch.socket, traceparent: md[keyTrace][0]}
	ctx = metadata.NewOutgoingContext(ctx, md)
	reply := sim.Message{Type: string(method.Desc.Output().FullName())}
	if method.Desc.IsStreamingClient() || method.Desc.IsStreamingServer() {
		reply.Body, err = converse(ctx, ch.cc, a, method, m)
	} else {
		reply.Body = method.NewReply()
		err = ch.cc.Invoke(ctx, method.FullMethod(), m.Body, reply.Body, a.options()...)
	}
	a.end(&span.Note, err)
	if err != nil {
		return sim.Message{}, c.failed(ctx, a, err)
	}
	reply.Header = inbound(a.header, a.trailer)
	return reply, nil
}

func (c *conn) failed(ctx context.Context, a *attempt, err error) error {
	if said, ok := err.(*sim.Error); ok { // by whoever gave the stream
		return said
	}
	return failed(ctx, a, a.trailer, err)
}

// Close implements [sim.Conn]: an idle connection goes now, one in use when its
// last call is home.
func (c *conn) Close() error {
	c.mu.Lock()
	c.closed = true
	idle := c.retire()
	c.mu.Unlock()
	if idle != nil {
		idle.close()
	}
	return nil
}

// Label implements [sim.Labeler].
func (c *conn) Label(m sim.Message) string {
	method, err := find(m)
	if err != nil {
		return m.Type
	}
	return label(method.RPC())
}

func find(m sim.Message) (*contract.Method, error) {
	method, ok := contract.Find(m.Type)
	switch {
	case !ok:
		return nil, sim.Invalidf("%s is no contract: gRPC cannot carry it", m.Type)
	case m.Body == nil && !method.Desc.IsStreamingClient():
		return nil, sim.Invalidf("%s has no content", m.Type)
	case m.Stream == nil && (method.Desc.IsStreamingClient() || method.Desc.IsStreamingServer()):
		return nil, sim.Invalidf("%s is a stream, and this caller expects a single response", m.Type)
	}
	return method, nil
}

// metadata is what is said about a message on the wire.
func (c *conn) metadata(m sim.Message, span *sim.Span) (metadata.MD, error) {
	md := make(metadata.MD, len(m.Header)+2)
	if err := outbound(md, m.Header); err != nil {
		return nil, err
	}
	md[keyTrace] = []string{span.Traceparent()}
	if state := span.Tracestate(); state != "" {
		md[keyState] = []string{state}
	}
	if m.Mode != sim.Ask {
		md[keyPrefer] = []string{later}
	}
	return md, nil
}

// enter finds the channel for an attempt, and opens one when there is none. One
// caller opens at a time; the others wait as long as they have time.
func (c *conn) enter(ctx context.Context, n *sim.Note) (*channel, error) {
	if ch, err := c.join(); ch != nil || err != nil {
		return ch, err
	}
	began := time.Now()
	select {
	case c.opening <- struct{}{}:
		defer func() { <-c.opening }()
	case <-ctx.Done():
		return nil, sim.AsError(ctx.Err())
	}
	if ch, err := c.join(); ch != nil || err != nil {
		return ch, err
	}
	ch, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	n.Opened, n.Connect = true, time.Since(began)
	c.mu.Lock()
	defer c.mu.Unlock()
	ch.users++
	if !c.closed {
		c.now = ch
	}
	return ch, nil
}

// join takes part in the channel that is open; nil when there is none.
func (c *conn) join() (*channel, error) {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil, sim.Errorf(sim.Unavailable, "the connection to %s was closed here", c.route.To)
	}
	if ch := c.now; ch != nil && ch.usable() {
		ch.users++
		c.mu.Unlock()
		return ch, nil
	}
	idle := c.retire()
	c.mu.Unlock()
	if idle != nil {
		idle.close()
	}
	return nil, nil
}

// retire takes the channel out of use and returns it if nobody is on it; mu is held.
func (c *conn) retire() (idle *channel) {
	ch := c.now
	c.now = nil
	if ch == nil || ch.users > 0 {
		return nil
	}
	return ch
}

// leave ends an attempt's part in a channel; the last one of a channel that is
// out of use closes it.
func (c *conn) leave(ch *channel) {
	c.mu.Lock()
	ch.users--
	last := ch.users == 0 && c.now != ch
	c.mu.Unlock()
	if last {
		ch.close()
	}
}

var _ sim.Labeler = (*conn)(nil)
