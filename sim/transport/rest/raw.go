package rest

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// rawRequest makes the request exactly as it was written, plus what every
// request of this transport carries. Who wrote it may name another User-Agent: a
// gateway hands on that of its own caller.
func (c *conn) rawRequest(m sim.Message, span *sim.Span) (*http.Request, error) {
	verb, path := m.Header.Get(sim.HeaderMethod), m.Header.Get(sim.HeaderPath)
	if !token(verb) || !isPath(path) {
		return nil, sim.Invalidf("%s %s is not a request", share.Visible(verb), share.Visible(path)).WithFix("a method such as GET, and a path that begins with /")
	}
	span.Note.Label = label(verb, path)
	h := make(http.Header, len(m.Header)+3)
	for k, v := range m.Header {
		if !strings.HasPrefix(k, ":") {
			h[http.CanonicalHeaderKey(k)] = v
		}
	}
	if h["Accept"] == nil {
		h["Accept"] = []string{typeJSON}
	}
	if h["User-Agent"] == nil {
		h["User-Agent"] = c.agent
	}
	delete(h, "Tracestate") // of another trace, if it stays
	writeTrace(h, span)
	host := m.Header.Get(sim.HeaderHost)
	if host == "" {
		host = c.host
	}
	req := &http.Request{Method: verb, URL: &url.URL{Scheme: "http", Host: c.host, Opaque: c.base + path}, Host: host, Header: h}
	if kind, data := sim.RawBody(m); len(data) > 0 {
		if kind != "" {
			h["Content-Type"] = []string{kind}
		}
		req.ContentLength = int64(len(data))
		req.Body = io.NopCloser(bytes.NewReader(data))
	}
	return req, nil
}

// rawReply is an answer as it came.
func rawReply(res *http.Response, body []byte) sim.Message {
	return sim.RawResponse(res.StatusCode, res.Header.Get("Content-Type"), lower(res.Header), bytes.Clone(body))
}

// serveRaw hands a request to the handler as it is.
func (s *server) serveRaw(w http.ResponseWriter, r *http.Request) {
	s.asIs.Add(1)
	defer s.asIs.Add(-1)
	if len(r.TransferEncoding) > 0 && r.ProtoMajor == 1 {
		// What stands between may have read the Content-Length that came with it, so
		// the connection ends with this request (RFC 9112 §6.1).
		w.Header().Set("Connection", "close")
	}
	ctx, cancel, err := withTimeout(sim.WithSpan(r.Context(), received(r)), r.Header)
	defer cancel()
	target := r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	if err == nil && !isPath(target) {
		err = sim.Invalidf("%s is not a path", share.Visible(r.RequestURI)).WithFix("it begins with /, and is written in printable ASCII")
	}
	h := lower(r.Header)
	h[sim.HeaderMethod], h[sim.HeaderPath], h[sim.HeaderHost] = []string{r.Method}, []string{target}, []string{r.Host}
	h[sim.HeaderAddress] = []string{address(r.RemoteAddr)}
	if err == nil && isGRPC(r) {
		s.serveStream(ctx, w, r, h)
		return
	}
	buf := s.t.buffer()
	defer s.t.release(buf)
	if err == nil {
		err = s.receive(w, r, buf)
	}
	if err != nil {
		s.refuse(ctx, w, r, err)
		return
	}
	body := &httpbody.HttpBody{ContentType: r.Header.Get("Content-Type"), Data: bytes.Clone(buf.Bytes())}
	reply, err := s.h(ctx, sim.Message{Type: sim.TypeRaw, Header: h, Body: body})
	if err != nil {
		s.writeError(w, r, sim.AsError(err))
		return
	}
	writeRaw(w, r, reply)
}

// writeRaw writes a response as it is, but for what belongs to this connection.
func writeRaw(w http.ResponseWriter, r *http.Request, m sim.Message) {
	h := w.Header()
	for k, v := range m.Header {
		name := http.CanonicalHeaderKey(k)
		if !strings.HasPrefix(k, ":") && !ofConnection(name) {
			h[name] = v
		}
	}
	kind, body := sim.RawBody(m)
	status := sim.RawStatus(m)
	if r.Method == http.MethodHead || status < 200 || status == http.StatusNoContent || status == http.StatusNotModified {
		w.WriteHeader(status)
		return
	}
	if kind == "" {
		h["Content-Type"] = nil // net/http would guess one
		w.WriteHeader(status)
		_, _ = w.Write(body)
		return
	}
	write(w, status, kind, body)
}

// ofConnection reports whether a header is about one connection or written by
// net/http, and so is no part of a response that is handed on (RFC 9110 §7.6.1).
func ofConnection(name string) bool {
	switch name {
	case "Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	}
	return false
}

// lower is a header as messages have it.
func lower(from http.Header) sim.Header {
	h := make(sim.Header, len(from)+4)
	for name, values := range from {
		h[strings.ToLower(name)] = values
	}
	return h
}

// address is the address of a peer without its port.
func address(hostport string) string {
	at := strings.LastIndexByte(hostport, ':')
	return strings.Trim(hostport[:max(at, 0)], "[]")
}

// isPath reports whether a target can stand in the first line of a request.
func isPath(s string) bool {
	return strings.HasPrefix(s, "/") && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// token reports whether a method is one (RFC 9110 §5.6.2).
func token(s string) bool {
	return s != "" && len(s) <= 40 && !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", r))
	})
}
