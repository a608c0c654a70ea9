package grpc

import (
	"context"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/transport/share"
	"github.com/msc-sim/msc-sim/sim/transport/transcode"
)

// conn is the caller's half of a route, with one connection at a time.
type conn struct {
	t       *Transport
	net     sim.Net
	route   sim.Route
	addr    string
	options []grpc.DialOption
	shared  *share.Shared[*channel]
}

func newConn(t *Transport, n sim.Net, r sim.Route, addr string) *conn {
	addr = strings.TrimPrefix(strings.TrimPrefix(addr, "http://"), "grpc://")
	c := &conn{t: t, net: n, route: r, addr: addr, options: clientOptions(t, r.From.Service)}
	c.shared = share.New(r.To.String(), c.open)
	return c
}

// Do implements [sim.Conn]. It blocks until the call is over, streams included.
func (c *conn) Do(ctx context.Context, m sim.Message) (sim.Message, error) {
	if m.Type == sim.TypeRaw {
		return c.transcoded(ctx, m)
	}
	method, err := find(m)
	if err != nil {
		return sim.Message{}, err
	}
	span := share.Span(ctx)
	span.Note.Label = label(method.RPC())
	md, err := c.metadata(m, span)
	if err != nil {
		return sim.Message{}, err
	}
	ch, err := c.shared.Enter(ctx, &span.Note)
	if err != nil {
		return sim.Message{}, err
	}
	defer c.shared.Leave(ch)
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

// transcoded carries an HTTP request by the contract whose route it takes.
func (c *conn) transcoded(ctx context.Context, m sim.Message) (sim.Message, error) {
	method, asked, err := transcode.Request(m)
	if err != nil {
		return sim.Message{}, err
	}
	reply, err := c.Do(ctx, asked)
	if err != nil {
		return sim.Message{}, err
	}
	return transcode.Response(method, asked, reply)
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
	c.shared.Close()
	return nil
}

// Label implements [sim.Labeler].
func (c *conn) Label(m sim.Message) string {
	if m.Type == sim.TypeRaw {
		if method, _, err := transcode.Find(m); err == nil {
			return label(method.RPC())
		}
	}
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

var _ sim.Labeler = (*conn)(nil)
