package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http2"
	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// A request of gRPC that no contract here describes goes through as the bytes of a
// stream, both ways at once: nobody knows where its messages end. What is said first
// to the caller holds the header of the response, the handler's reply its trailer.
//
//	caller ══ HTTP/2 ══▶ Recv ─▶ gateway ─▶ Recv ══ HTTP/2 ══▶ service
//	       ◀════════════ Send ◀──────────── Send ◀════════════

// piece bounds one message of such a stream, in bytes.
const piece = 32 << 10

// isGRPC reports whether a request is one of gRPC.
func isGRPC(r *http.Request) bool {
	return r.ProtoMajor == 2 && r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc")
}

// serveStream hands a request of gRPC on.
func (s *server) serveStream(ctx context.Context, w http.ResponseWriter, r *http.Request, h sim.Header) {
	c := &bytesBothWays{w: w, r: r}
	_ = http.NewResponseController(w).EnableFullDuplex() // HTTP/2 always is
	reply, err := s.h(ctx, sim.Message{Type: sim.TypeRaw, Header: h, Body: &httpbody.HttpBody{}, Stream: c})
	if err != nil {
		e := sim.AsError(err)
		if !c.begun {
			w.Header().Set("Content-Type", "application/grpc")
		}
		writeTrailer(w, c.begun, sim.Header{"grpc-status": {strconv.FormatUint(uint64(e.GRPCCode()), 10)}, "grpc-message": {percent(e.Message)}})
		return
	}
	writeTrailer(w, c.begun, reply.Header)
}

// writeTrailer ends a response of gRPC: with a trailer, or with one header when
// there is nothing else to say.
func writeTrailer(w http.ResponseWriter, begun bool, h sim.Header) {
	for k, v := range h {
		if name := http.CanonicalHeaderKey(k); !strings.HasPrefix(k, ":") && !ofConnection(name) {
			if begun {
				name = http.TrailerPrefix + name
			}
			w.Header()[name] = v
		}
	}
	if !begun {
		w.WriteHeader(http.StatusOK)
	}
}

// percent writes a grpc-message (percent-encoded, PROTOCOL-HTTP2).
func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c >= ' ' && c <= '~' && c != '%' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// bytesBothWays is the handler's end of a stream of bytes.
type bytesBothWays struct {
	w     http.ResponseWriter
	r     *http.Request
	begun bool // the header of the response is written
}

var _ sim.Stream = (*bytesBothWays)(nil)

// Recv is what the caller says next; io.EOF when there is no more.
func (c *bytesBothWays) Recv() (sim.Message, error) { return read(c.r.Body) }

// read makes a message of the next bytes.
func read(from io.Reader) (sim.Message, error) {
	b := make([]byte, piece)
	n, err := from.Read(b)
	if n == 0 && err != nil {
		if err == io.EOF {
			return sim.Message{}, err
		}
		return sim.Message{}, sim.Errorf(sim.Unavailable, "the stream broke off: %w", err)
	}
	return sim.Message{Type: sim.TypeRaw, Body: &httpbody.HttpBody{Data: b[:n]}}, nil
}

// Send says something to the caller; the first message holds the header.
func (c *bytesBothWays) Send(m sim.Message) error {
	if !c.begun {
		c.begun = true
		for k, v := range m.Header {
			if name := http.CanonicalHeaderKey(k); !strings.HasPrefix(k, ":") && !ofConnection(name) {
				c.w.Header()[name] = v
			}
		}
		c.w.WriteHeader(sim.RawStatus(m))
	}
	if _, data := sim.RawBody(m); len(data) > 0 {
		if _, err := c.w.Write(data); err != nil {
			return sim.Errorf(sim.Unavailable, "the caller is gone: %w", err)
		}
	}
	if err := http.NewResponseController(c.w).Flush(); err != nil {
		return sim.Errorf(sim.Unavailable, "the caller is gone: %w", err)
	}
	return nil
}

// CloseSend says that no more comes; returning from the handler says so on the wire.
func (c *bytesBothWays) CloseSend() error { return nil }

// stream sends a stream of bytes, over a connection of its own.
func (c *conn) stream(ctx context.Context, m sim.Message, span *sim.Span) (sim.Message, error) {
	req, err := c.rawRequest(m, span)
	if err != nil {
		return sim.Message{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out, in := io.Pipe()
	req.Body, req.ContentLength = out, -1
	req.Header["Te"] = []string{"trailers"}
	go pump(m.Stream, in) // ends with the call: then Recv of its Stream returns
	defer func() { _ = out.CloseWithError(io.ErrClosedPipe) }()
	tr := c.overHTTP2()
	defer tr.CloseIdleConnections()
	res, err := tr.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return sim.Message{}, c.broken(ctx, err)
	}
	defer func() { _ = res.Body.Close() }()
	span.Note.Status = res.StatusCode
	if res.Header["Grpc-Status"] != nil { // there is nothing but a trailer, which HTTP/2 sends as a header
		return sim.Message{Type: sim.TypeRaw, Header: lower(res.Header), Body: &httpbody.HttpBody{}}, nil
	}
	first := sim.RawResponse(res.StatusCode, "", lower(res.Header), nil)
	if err := m.Stream.Send(first); err != nil {
		return sim.Message{}, err
	}
	for {
		more, err := read(res.Body)
		if err == io.EOF {
			return sim.Message{Type: sim.TypeRaw, Header: lower(res.Trailer), Body: &httpbody.HttpBody{}}, nil
		}
		if err != nil {
			return sim.Message{}, cancelled(err)
		}
		if err := m.Stream.Send(more); err != nil {
			return sim.Message{}, err
		}
	}
}

// cancelled tells whether a stream ended because the service had enough of it,
// which gRPC says with a code of its own.
func cancelled(err error) error {
	var broken http2.StreamError
	if errors.As(err, &broken) && broken.Code == http2.ErrCodeCancel {
		return &sim.Error{Code: sim.Unavailable, GRPC: 1, Remote: true, Message: "the service cancelled the stream", Err: err}
	}
	return err
}

// pump hands on what the caller says, until there is no more.
func pump(from sim.Stream, to *io.PipeWriter) {
	for {
		m, err := from.Recv()
		if err != nil {
			if err == io.EOF {
				err = nil
			}
			_ = to.CloseWithError(err)
			return
		}
		if _, data := sim.RawBody(m); len(data) > 0 {
			if _, err := to.Write(data); err != nil {
				return
			}
		}
	}
}

// once sends one request over HTTP/2 and reads the whole response.
func (c *conn) once(ctx context.Context, m sim.Message, span *sim.Span) (sim.Message, error) {
	req, err := c.rawRequest(m, span)
	if err != nil {
		return sim.Message{}, err
	}
	tr := c.overHTTP2()
	defer tr.CloseIdleConnections()
	res, err := tr.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return sim.Message{}, c.broken(ctx, err)
	}
	defer func() { _ = res.Body.Close() }()
	span.Note.Status = res.StatusCode
	body, err := io.ReadAll(io.LimitReader(res.Body, c.t.maxBody))
	if err != nil {
		return sim.Message{}, c.broken(ctx, err)
	}
	return c.reply(nil, res, body)
}

// broken says in the words of the field why there is no response.
func (c *conn) broken(ctx context.Context, err error) error {
	var known *sim.Error
	switch {
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return sim.AsError(ctx.Err())
	}
	return &sim.Error{Code: sim.Unavailable, Message: share.Broken(err), Err: err}
}

// overHTTP2 is a client of HTTP/2 without TLS for one call.
func (c *conn) overHTTP2() *http.Transport {
	t := &http.Transport{
		Protocols: new(http.Protocols), DisableCompression: true, MaxResponseHeaderBytes: maxHeader, IdleConnTimeout: time.Second,
		DialContext: func(ctx context.Context, _, hostport string) (net.Conn, error) { return c.dial(ctx, hostport) },
	}
	t.Protocols.SetUnencryptedHTTP2(true)
	return t
}
