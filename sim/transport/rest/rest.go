// Package rest is REST that is REST, made from the contracts: their routes
// (google.api.http) and what they say about answers (msc.rest). Nothing is
// posted everywhere; a GET is a GET, what was made has a Location, and an error
// is problem+json.
//
//	status  when
//	200     here it is
//	201     made; Location says where                 (msc.rest).created
//	202     taken; nothing to say yet                 Prefer: respond-async, a Tell
//	204     done; nothing to say                      google.protobuf.Empty, OPTIONS
//	304     as you have it                            GET with If-None-Match
//	400     a request that cannot be read             JSON, query, path, Request-Timeout-Ms
//	404     no such path, or the service says so
//	405     a known path, another verb                Allow says which
//	406     the caller does not take JSON             Accept
//	408     the body came too slowly
//	412     changed meanwhile                         PUT with If-Match
//	413     too long
//	415     the body is not JSON                      Content-Type
//
// All other statuses are those of the service's [sim.Error].
package rest

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// Options of a transport. The zero value works.
type Options struct {
	Say         func(text string) // what is worth knowing: what a closing server waits for, a handler that panicked; nil = nobody listens
	MaxBody     int64             // the longest body of a request or an answer, in bytes; 0 = 1 MiB
	BodyTimeout time.Duration     // how long the body of a request may take; 0 = 10 s
}

// Limits of servers and clients.
const (
	maxBody       = 1 << 20
	maxHeader     = 64 << 10
	headerTime    = 5 * time.Second  // for the head of a request
	bodyTime      = 10 * time.Second // for its body
	unreadTime    = time.Second      // for what is still to come of a body that was refused
	answerTime    = 30 * time.Second // for a peer to take the answer
	idleTime      = 2 * time.Minute  // until a server closes a connection that nothing uses
	idleClient    = 90 * time.Second // the same for a client, which should go first
	idlePerServer = 64               // connections that a client keeps open
	patience      = 5 * time.Second  // until a closing server says what it waits for
)

// Transport carries messages as HTTP/1.1. It implements [sim.Transport].
type Transport struct {
	say      func(string)
	maxBody  int64
	bodyTime time.Duration
	buffers  sync.Pool // of *bytes.Buffer
	json     codec
}

// New makes a transport.
func New(o Options) *Transport {
	t := &Transport{say: o.Say, maxBody: o.MaxBody, bodyTime: o.BodyTimeout}
	if t.say == nil {
		t.say = func(string) {}
	}
	if t.maxBody == 0 {
		t.maxBody = maxBody
	}
	if t.bodyTime == 0 {
		t.bodyTime = bodyTime
	}
	return t
}

// Name is "rest".
func (t *Transport) Name() string { return "rest" }

// Can says what REST is able to do. A Publish is one call for each subscriber,
// and arrives as a Tell.
func (t *Transport) Can() sim.Ability {
	return sim.Ability{
		Ask: true, Tell: true, Publish: true, Promise: sim.Direct(), Why: "REST has one answer for one request: streams need gRPC",
		About: "REST: HTTP/1.1 and JSON, which people can read. The caller waits for the response.",
	}
}

// Bind implements [sim.Transport]. Contracts without a route are not reachable
// over REST and are left out.
func (t *Transport) Bind(_ context.Context, n sim.Net, at sim.Instance, contracts []string) (sim.Server, error) {
	s := &server{t: t, at: at, fresh: map[net.Conn]struct{}{}, conditional: make(chan struct{}, 1)}
	if err := s.addRoutes(contracts); err != nil {
		return nil, err
	}
	var err error
	if s.ln, err = n.Listen(at, "http"); err != nil {
		return nil, err
	}
	s.addr = s.ln.Addr().String()
	return s, nil
}

// Dial implements [sim.Transport]. Addr is host:port or http://host:port/base; any
// HTTP server may be there. At grpc://host:port is one that speaks HTTP/2 only. Nothing is opened before the first Do.
func (t *Transport) Dial(_ context.Context, n sim.Net, r sim.Route, addr string) (sim.Conn, error) {
	if !strings.Contains(addr, "://") {
		addr = "http://" + addr
	}
	u, err := url.Parse(addr)
	if err != nil || u.Scheme != "http" && u.Scheme != "grpc" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, sim.Invalidf("%q is not an address of an HTTP service", addr).WithFix("write it as http://127.0.0.1:9000")
	}
	c := &conn{t: t, route: r, host: u.Host, base: strings.TrimRight(u.EscapedPath(), "/"), http2: u.Scheme == "grpc", agent: []string{agent + r.From.Service}, accept: []string{typeJSON}}
	c.dial = func(ctx context.Context, hostport string) (net.Conn, error) { return n.Dial(ctx, r, hostport) }
	c.http = &http.Transport{
		DialContext: func(ctx context.Context, _, hostport string) (net.Conn, error) {
			inner, err := c.dial(ctx, hostport)
			if err != nil {
				return nil, err
			}
			return &share.Socket{Conn: inner}, nil
		},
		DisableCompression:     true,
		MaxIdleConnsPerHost:    idlePerServer,
		MaxConnsPerHost:        r.Connections,
		IdleConnTimeout:        idleClient,
		MaxResponseHeaderBytes: maxHeader,
	}
	return c, nil
}

// buffer lends a buffer for one body; release takes it back, unless it grew large.
func (t *Transport) buffer() *bytes.Buffer {
	if b, ok := t.buffers.Get().(*bytes.Buffer); ok {
		return b
	}
	return new(bytes.Buffer)
}

func (t *Transport) release(b *bytes.Buffer) {
	if b.Cap() <= maxHeader {
		b.Reset()
		t.buffers.Put(b)
	}
}
