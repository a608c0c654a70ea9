package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// conn is the caller's half of a route. It keeps connections open as a
// well-tuned client does, uses no proxy, follows no redirect and repeats nothing.
type conn struct {
	t      *Transport
	http   *http.Transport
	route  sim.Route
	host   string   // of the other side, with its port
	base   string   // stands before every path; mostly ""
	agent  []string // the User-Agent
	accept []string // what is accepted: JSON
	http2  bool     // the other side speaks nothing else
	closed atomic.Bool
	dial   func(ctx context.Context, hostport string) (net.Conn, error)
}

// Do implements [sim.Conn]. An answer of 304 has no body; Header says the rest.
func (c *conn) Do(ctx context.Context, m sim.Message) (sim.Message, error) {
	span := share.Span(ctx)
	switch {
	case m.Type == sim.TypeRaw && m.Stream != nil:
		return c.stream(ctx, m, span)
	case m.Type == sim.TypeRaw && c.http2:
		return c.once(ctx, m, span)
	}
	method, req, err := c.request(m, span)
	if err != nil {
		return sim.Message{}, err
	}
	if c.closed.Load() {
		return sim.Message{}, sim.Errorf(sim.Unavailable, "the connection to %s was closed here", c.route.To)
	}
	writeTimeout(req.Header, ctx)
	buf := c.t.buffer()
	defer c.t.release(buf)
	var a attempt
	res, err := c.exchange(a.start(ctx), req, buf)
	a.end(&span.Note)
	if c.closed.Load() { // meanwhile: the connection would stay behind
		c.http.CloseIdleConnections()
	}
	if res != nil {
		span.Note.Status = res.StatusCode
	}
	if err != nil {
		return sim.Message{}, unreached(ctx, &a, err)
	}
	return c.reply(method, res, buf.Bytes())
}

// Close implements [sim.Conn]: idle connections go now, the others when their
// call is home.
func (c *conn) Close() error {
	c.closed.Store(true)
	c.http.CloseIdleConnections()
	return nil
}

// Label implements [sim.Labeler].
func (c *conn) Label(m sim.Message) string {
	if m.Type == sim.TypeRaw {
		return label(m.Header.Get(sim.HeaderMethod), m.Header.Get(sim.HeaderPath))
	}
	method, err := find(m.Type)
	if err != nil {
		return m.Type
	}
	path, err := c.target(method, m.Body)
	if err != nil {
		return method.Verb + " " + method.Path
	}
	return label(method.Verb, path)
}

func find(name string) (*contract.Method, error) {
	method, ok := contract.Find(name)
	if !ok || method.Verb == "" {
		return nil, sim.Invalidf("%s has no route: REST cannot carry it", name)
	}
	return method, nil
}

// target is what stands in the first line of a request: path and query.
func (c *conn) target(method *contract.Method, body proto.Message) (string, error) {
	path, err := method.Fill(method.Path, body)
	if err != nil {
		return "", sim.Invalidf("%s has no path: %w", method.Name, err)
	}
	query, err := method.Query(body)
	if err != nil {
		return "", sim.Invalidf("%s has no query: %w", method.Name, err)
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.base + path, nil
}

// request makes the HTTP request of a message.
func (c *conn) request(m sim.Message, span *sim.Span) (*contract.Method, *http.Request, error) {
	if m.Type == sim.TypeRaw {
		req, err := c.rawRequest(m, span)
		return nil, req, err
	}
	method, err := find(m.Type)
	if err != nil {
		return nil, nil, err
	}
	target, err := c.target(method, m.Body)
	if err != nil {
		return nil, nil, err
	}
	span.Note.Label = label(method.Verb, target)
	h := make(http.Header, 8)
	req := &http.Request{
		Method: method.Verb,
		URL:    &url.URL{Scheme: "http", Host: c.host, Opaque: target},
		Host:   c.host,
		Header: h,
	}
	h["Accept"] = c.accept
	writeTrace(h, span)
	if m.Mode != sim.Ask {
		h["Prefer"] = []string{"respond-async"}
	}
	if method.Body != "" {
		if err := c.putBody(req, method, m.Body); err != nil {
			return nil, nil, err
		}
	}
	outbound(h, m.Header)
	h["User-Agent"] = c.agent
	return method, req, nil
}

// putBody writes the content of a message. The request gets no GetBody: without
// one net/http cannot send it twice.
func (c *conn) putBody(req *http.Request, method *contract.Method, m proto.Message) error {
	from, err := target(m, method.Body)
	if err != nil {
		return err
	}
	kind, body := typeJSON, []byte(nil)
	if raw, ok := from.(*httpbody.HttpBody); ok {
		kind, body = raw.GetContentType(), raw.GetData()
	} else if body, err = c.t.json.appendTo(nil, from, false); err != nil {
		return sim.Invalidf("%s cannot be written as JSON: %w", method.Name, err)
	}
	if len(body) == 0 {
		return nil
	}
	req.Header["Content-Type"] = []string{kind}
	req.ContentLength = int64(len(body))
	req.Body = io.NopCloser(bytes.NewReader(body)) // net/http knows this pair and writes head and body at once
	return nil
}

// exchange sends the request and reads the whole answer into buf.
func (c *conn) exchange(ctx context.Context, req *http.Request, buf *bytes.Buffer) (*http.Response, error) {
	res, err := c.http.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	n, err := buf.ReadFrom(io.LimitReader(res.Body, c.t.maxBody+1))
	if err == nil && n > c.t.maxBody {
		err = sim.Errorf(sim.Internal, "the answer is longer than %d bytes", c.t.maxBody)
	}
	return res, err
}

// reply makes a message of an answer.
func (c *conn) reply(method *contract.Method, res *http.Response, body []byte) (sim.Message, error) {
	status := res.StatusCode
	if method == nil && status < 400 { // who wrote the request by hand decides what a redirect means
		return rawReply(res, body), nil
	}
	if status >= 300 && status != http.StatusNotModified {
		e := errorOf(status, res.Header, body, time.Now())
		if method == nil {
			answer := rawReply(res, body)
			e.Answer = &answer
		}
		return sim.Message{}, e
	}
	reply := sim.Message{Type: string(method.Desc.Output().FullName()), Header: inbound(res.Header)}
	if res.StatusCode == http.StatusNotModified || res.StatusCode == http.StatusAccepted && len(body) == 0 {
		return reply, nil
	}
	reply.Body = method.NewReply()
	if len(body) == 0 {
		return reply, nil
	}
	kind := res.Header.Get("Content-Type")
	if raw, ok := reply.Body.(*httpbody.HttpBody); ok {
		raw.ContentType, raw.Data = kind, bytes.Clone(body)
		return reply, nil
	}
	if !isJSON(kind) {
		return sim.Message{}, sim.Errorf(sim.Internal, "the answer is %q, not JSON", share.Visible(kind))
	}
	if err := c.t.json.read(body, reply.Body, true); err != nil {
		return sim.Message{}, sim.Errorf(sim.Internal, "the answer cannot be read: %s", jsonError(err))
	}
	return reply, nil
}

// unreached says in the words of the field why there is no answer.
func unreached(ctx context.Context, a *attempt, err error) error {
	var known *sim.Error
	var timeout interface{ Timeout() bool }
	switch {
	case a.conns > 1:
		return errLost()
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return sim.AsError(ctx.Err())
	case a.conns == 0:
		return &sim.Error{Code: sim.Invalid, Message: "this cannot be sent: " + err.Error(), Err: err}
	case errors.As(err, &timeout) && timeout.Timeout():
		return &sim.Error{Code: sim.Timeout, Message: "no response in time", Err: err}
	}
	return &sim.Error{Code: sim.Unavailable, Message: share.Broken(err), Err: err}
}
