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

// typeRaw is the type of a message that is an HTTP request written by hand: its
// method and path stand in the header, its body is an HttpBody. It is how a
// lesson sends what no contract would.
const typeRaw = "google.api.HttpBody"

// rawRequest makes the request exactly as it was written, plus what every
// request of this transport carries.
func (c *conn) rawRequest(m sim.Message, span *sim.Span) (*http.Request, error) {
	verb, path := m.Header.Get(sim.HeaderMethod), m.Header.Get(sim.HeaderPath)
	if !token(verb) || !strings.HasPrefix(path, "/") || strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, sim.Invalidf("%s %s is not a request", share.Visible(verb), share.Visible(path)).WithFix("a method such as GET, and a path that begins with /")
	}
	span.Note.Label = label(verb, path)
	h := make(http.Header, 8)
	for k, v := range m.Header {
		if !strings.HasPrefix(k, ":") {
			h[http.CanonicalHeaderKey(k)] = v
		}
	}
	if h["Accept"] == nil {
		h["Accept"] = []string{typeJSON}
	}
	writeTrace(h, span)
	h["User-Agent"] = c.agent
	req := &http.Request{Method: verb, URL: &url.URL{Scheme: "http", Host: c.host, Opaque: c.base + path}, Host: c.host, Header: h}
	if raw, ok := m.Body.(*httpbody.HttpBody); ok && len(raw.GetData()) > 0 {
		req.ContentLength = int64(len(raw.GetData()))
		req.Body = io.NopCloser(bytes.NewReader(raw.GetData()))
	}
	return req, nil
}

// rawReply is an answer as it came.
func rawReply(res *http.Response, body []byte) sim.Message {
	return sim.Message{
		Type: typeRaw, Header: inbound(res.Header),
		Body: &httpbody.HttpBody{ContentType: res.Header.Get("Content-Type"), Data: bytes.Clone(body)},
	}
}

// token reports whether a method is one (RFC 9110 §5.6.2), in capitals.
func token(s string) bool {
	return s != "" && len(s) <= 20 && !strings.ContainsFunc(s, func(r rune) bool { return (r < 'A' || r > 'Z') && r != '-' })
}
