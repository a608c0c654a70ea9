package rest

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// agent stands before the name of the calling service in its User-Agent, so
// that the receiver knows who calls.
const agent = "msc-sim/"

// headerTimeout carries what remains of the caller's deadline, in whole
// milliseconds. (There is no standard header for it; gRPC has grpc-timeout.)
const headerTimeout = "Request-Timeout-Ms"

// maxTimeout bounds what a foreign caller may ask for.
const maxTimeout = time.Hour

// inbound makes a message's header of what came: all but what this transport
// reads itself, and the User-Agent of strangers. It is nil when nothing is left.
func inbound(from http.Header) sim.Header {
	var h sim.Header
	for name, values := range from {
		stranger := name == "User-Agent" && !strings.HasPrefix(values[0], agent)
		if ours(name) && !stranger {
			continue
		}
		if h == nil {
			h = make(sim.Header, 4)
		}
		h[strings.ToLower(name)] = values
	}
	return h
}

// outbound puts a message's header on the wire, except what this transport
// says itself. Accept and Content-Type may be overruled, to try things out.
func outbound(to http.Header, h sim.Header) {
	for key, values := range h {
		name := http.CanonicalHeaderKey(key)
		if !ours(name) || name == "Accept" || name == "Content-Type" {
			to[name] = values
		}
	}
}

// ours reports whether a header is written and read by this transport or by
// HTTP itself, and so is no part of a message.
func ours(name string) bool {
	switch name {
	case "Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Date", "Expect", "Host",
		"Keep-Alive", "Prefer", "Preference-Applied", "Proxy-Connection", headerTimeout, "Te", "Traceparent", "Tracestate",
		"Trailer", "Transfer-Encoding", "Upgrade", "User-Agent":
		return true
	}
	return false
}

// received makes the span of a request: the trace and the span id of its
// traceparent, which the caller shares, or fresh ones when there is none, more
// than one, or one that cannot be read.
func received(r *http.Request) *sim.Span {
	s := &sim.Span{Note: sim.Note{Label: label(r.Method, r.RequestURI), Peer: peer(r.UserAgent())}}
	if !s.ReadTrace(r.Header["Traceparent"], r.Header["Tracestate"]) {
		fresh := share.FreshSpan()
		s.Trace, s.ID = fresh.Trace, fresh.ID
	}
	return s
}

// maxLabel bounds how much of a target is shown, in bytes.
const maxLabel = 200

// label is how a request looks in a few words.
func label(verb, target string) string {
	return sim.Visible(verb + " " + target[:min(len(target), maxLabel)])
}

// peer reads who calls: a service of ours, or the User-Agent of somebody outside.
func peer(userAgent string) string {
	if service, ok := strings.CutPrefix(userAgent, agent); ok && service != "" {
		userAgent = service
	}
	if userAgent == "" {
		return sim.Outside
	}
	return share.Visible(userAgent)
}

// writeTrace says which trace a request belongs to.
func writeTrace(h http.Header, span *sim.Span) {
	h["Traceparent"] = []string{span.Traceparent()}
	if state := span.Tracestate(); state != "" {
		h["Tracestate"] = []string{state}
	}
}

// writeTimeout says what remains until the deadline of ctx, never more than
// that, but at least 1 ms.
func writeTimeout(h http.Header, ctx context.Context) {
	if at, ok := ctx.Deadline(); ok {
		ms := max(1, time.Until(at).Milliseconds())
		h[headerTimeout] = []string{strconv.FormatInt(ms, 10)}
	}
}

// withTimeout gives ctx the deadline that the caller has, if it said so.
func withTimeout(ctx context.Context, h http.Header) (context.Context, context.CancelFunc, error) {
	v := h[headerTimeout]
	if len(v) == 0 {
		return ctx, func() {}, nil
	}
	ms, err := strconv.ParseUint(v[0], 10, 32)
	if err != nil {
		return ctx, func() {}, sim.Invalidf("%s %q is not a time", headerTimeout, share.Visible(v[0])).WithFix("write whole milliseconds, such as 250")
	}
	ctx, cancel := context.WithTimeout(ctx, min(time.Duration(ms)*time.Millisecond, maxTimeout))
	return ctx, cancel, nil
}
