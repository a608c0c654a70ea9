// Package transcode makes of an HTTP request as it is ([sim.TypeRaw]) the message
// of the contract whose route it takes, and of the reply an HTTP response. So a
// request for REST can travel by a transport that carries contracts only.
//
//	GET /products/101  ──▶  shop.product.v1.GetProduct{id: "101"}  ──▶  gRPC
package transcode

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// routes are all contracts that are linked into the program.
var routes = sync.OnceValue(contract.Methods)

// Find finds the contract whose route a request takes, with the variables of its
// path: 404 when there is none, 405 for another method, 501 for a stream.
func Find(m sim.Message) (method *contract.Method, vars map[string]string, err error) {
	verb, path, _ := place(m)
	if verb == http.MethodHead {
		verb = http.MethodGet
	}
	method, vars, allow := contract.Lookup(routes(), verb, path)
	switch {
	case method == nil && allow == nil:
		return nil, nil, refusal(http.StatusNotFound, "no contract has the path %s", share.Visible(path))
	case method == nil:
		return nil, nil, refusal(http.StatusMethodNotAllowed, "%s does not allow %s", share.Visible(path), share.Visible(verb)).
			WithFix("use one of: %s", strings.Join(allow, ", "))
	case method.Desc.IsStreamingClient() || method.Desc.IsStreamingServer():
		return nil, nil, refusal(http.StatusNotImplemented, "%s is a stream, which HTTP with one response cannot carry", method.RPC())
	}
	return method, vars, nil
}

func place(m sim.Message) (verb, path, query string) {
	path, query, _ = strings.Cut(m.Header.Get(sim.HeaderPath), "?")
	return m.Header.Get(sim.HeaderMethod), path, query
}

// Request makes the message of a request. What does not fit the contract is an
// error for its caller: 400, 415.
func Request(m sim.Message) (*contract.Method, sim.Message, error) {
	method, vars, err := Find(m)
	if err != nil {
		return nil, sim.Message{}, err
	}
	body := method.NewRequest()
	if err := readBody(method, m, body); err != nil {
		return nil, sim.Message{}, err
	}
	_, _, text := place(m)
	query, err := url.ParseQuery(text)
	if err == nil {
		err = method.Resolve(body, vars, query)
	}
	if err != nil {
		return nil, sim.Message{}, refusal(http.StatusBadRequest, "%s", share.Visible(err.Error()))
	}
	return method, sim.Message{Type: method.Name, Mode: m.Mode, Body: body, Header: onward(m.Header)}, nil
}

func readBody(method *contract.Method, m sim.Message, into proto.Message) error {
	kind, data := sim.RawBody(m)
	if len(data) == 0 {
		return nil
	}
	if method.Body == "" {
		return refusal(http.StatusBadRequest, "%s %s takes no body", method.Verb, method.Path)
	}
	if method.Body != "*" {
		in := into.ProtoReflect()
		f := in.Descriptor().Fields().ByName(protoreflect.Name(method.Body))
		if f == nil || f.Message() == nil || f.IsList() || f.IsMap() {
			return sim.Errorf(sim.Internal, "the body of %s is %q, which is no message", method.Name, method.Body)
		}
		into = in.Mutable(f).Message().Interface()
	}
	if raw, ok := into.(*httpbody.HttpBody); ok {
		raw.ContentType, raw.Data = kind, data
		return nil
	}
	if media, _, err := mime.ParseMediaType(kind); kind != "" && (err != nil || media != typeJSON && !strings.HasSuffix(media, "+json")) {
		return refusal(http.StatusUnsupportedMediaType, "a body of type %q is not understood", share.Visible(kind)).WithFix("send Content-Type: %s", typeJSON)
	}
	if err := protojson.Unmarshal(data, into); err != nil {
		text := strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\u00a0", " "), "proto: ")
		return refusal(http.StatusBadRequest, "the body cannot be read: %s", share.Visible(text))
	}
	return nil
}

const typeJSON = "application/json"

// Response makes the HTTP response of a reply, as REST would write it.
func Response(method *contract.Method, asked, reply sim.Message) (sim.Message, error) {
	status, h := http.StatusOK, sim.Header{}
	for k, v := range reply.Header {
		h[k] = v
	}
	if reply.Type == sim.TypeAccepted || asked.Mode == sim.Tell {
		return sim.RawResponse(http.StatusAccepted, "", h, nil), nil
	}
	switch body := reply.Body.(type) {
	case nil, *emptypb.Empty:
		return sim.RawResponse(http.StatusNoContent, "", h, nil), nil
	case *httpbody.HttpBody:
		return sim.RawResponse(status, body.GetContentType(), h, body.GetData()), nil
	}
	if method.Created {
		status = http.StatusCreated
		if at, err := method.Fill(method.Location, reply.Body); method.Location != "" && err == nil {
			h["location"] = []string{at}
		}
	}
	b, err := protojson.MarshalOptions{UseProtoNames: true, EmitDefaultValues: true}.Marshal(reply.Body)
	if err != nil {
		return sim.Message{}, sim.Errorf(sim.Internal, "the answer cannot be written: %w", err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b); err != nil {
		return sim.Message{}, sim.Errorf(sim.Internal, "the answer cannot be written: %w", errors.Unwrap(err))
	}
	return sim.RawResponse(status, typeJSON, h, compact.Bytes()), nil
}

// onward are the headers of a request that mean something to a contract's handler
// and that metadata can carry.
func onward(h sim.Header) sim.Header {
	c := make(sim.Header, len(h))
	for k, values := range h {
		if !strings.HasPrefix(k, ":") && !ofHTTP[k] && plain(k, values) {
			c[k] = values
		}
	}
	return c
}

var ofHTTP = map[string]bool{
	"accept": true, "accept-encoding": true, "connection": true, "content-length": true, "content-type": true, "content-encoding": true,
	"expect": true, "host": true, "request-timeout-ms": true, "te": true, "traceparent": true, "tracestate": true,
	"transfer-encoding": true, "upgrade": true, "user-agent": true,
}

func plain(key string, values []string) bool {
	for _, v := range append([]string{key}, values...) {
		if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' }) {
			return false
		}
	}
	return !strings.HasSuffix(key, "-bin") && !strings.HasPrefix(key, "grpc-") &&
		!strings.ContainsFunc(key, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
		})
}

func refusal(status int, format string, args ...any) *sim.Error {
	e := sim.Errorf(sim.CodeOfHTTP(status), format, args...)
	e.HTTP = status // exact: nothing was sent, since the request itself does not fit
	return e
}
