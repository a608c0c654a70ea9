package grpc

import (
	"strings"

	"google.golang.org/grpc/metadata"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// agent stands before the name of the calling service in its user-agent;
// grpc-go puts its own name behind it: "msc-sim/order grpc-go/1.85.0".
const agent = "msc-sim/"

// Keys that this transport writes and reads itself.
const (
	keyTrace  = "traceparent"
	keyState  = "tracestate"
	keyAgent  = "user-agent"
	keyPrefer = "prefer" // RFC 7240, as REST has it
	later     = "respond-async"
)

// inbound makes a message's header of what came, header and trailer: all but what
// this transport or gRPC itself reads, and the user-agent of strangers. It is
// nil when nothing is left, as mostly.
func inbound(came ...metadata.MD) (h sim.Header) {
	for _, md := range came {
		for key, values := range md {
			stranger := key == keyAgent && !strings.HasPrefix(values[0], agent)
			if ours(key) && !stranger {
				continue
			}
			if h == nil {
				h = sim.Header{}
			}
			h[key] = append(h[key], values...)
		}
	}
	return h
}

// outbound puts a message's header into metadata, except what this transport
// says itself.
func outbound(md metadata.MD, h sim.Header) error {
	for key, values := range h {
		if ours(key) {
			continue
		}
		for _, v := range values {
			if !sendable(key, v) {
				return sim.Invalidf("the header %s cannot travel as metadata: %q", share.Visible(key), share.Visible(v)).
					WithFix("keys are letters, digits and -_. ; values are printable ASCII, or anything when the key ends in -bin")
			}
		}
		md[key] = values
	}
	return nil
}

// ours reports whether a key is written and read by this transport, by gRPC or
// by HTTP/2, and so is no part of a message.
func ours(key string) bool {
	switch key {
	case keyTrace, keyState, keyAgent, keyPrefer, "content-type", "te", "host", "connection", "accept", "accept-encoding", "content-length":
		return true
	}
	return strings.HasPrefix(key, ":") || strings.HasPrefix(key, "grpc-")
}

// sendable reports whether gRPC can carry a value under a key.
func sendable(key, value string) bool {
	for i := range len(key) {
		if c := key[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	if strings.HasSuffix(key, "-bin") {
		return true
	}
	return key != "" && !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' })
}

// received makes the span of a call: the trace and the span id of its
// traceparent, which the caller shares, or fresh ones when there is none, more
// than one, or one that cannot be read.
func received(rpc string, md metadata.MD) *sim.Span {
	s := &sim.Span{Note: sim.Note{Label: label(rpc), Peer: caller(md[keyAgent])}}
	if !s.ReadTrace(md[keyTrace], md[keyState]) {
		fresh := share.FreshSpan()
		s.Trace, s.ID = fresh.Trace, fresh.ID
	}
	return s
}

// mode reads how the caller wants it.
func mode(md metadata.MD) sim.Mode {
	for _, v := range md[keyPrefer] {
		if v == later {
			return sim.Tell
		}
	}
	return sim.Ask
}

// caller reads who calls: a service of ours, or the user-agent of somebody outside.
func caller(userAgent []string) string {
	if len(userAgent) == 0 || userAgent[0] == "" {
		return sim.Outside
	}
	if service, ok := strings.CutPrefix(userAgent[0], agent); ok {
		service, _, _ = strings.Cut(service, " ")
		return share.Visible(service)
	}
	return share.Visible(userAgent[0])
}

// label is how a call looks in a few words: "ProductService/GetProduct" for
// "/shop.product.v1.ProductService/GetProduct".
func label(rpc string) string {
	rpc = strings.TrimPrefix(rpc, "/")
	service, _, _ := strings.Cut(rpc, "/")
	return share.Visible(rpc[strings.LastIndexByte(service, '.')+1:])
}
