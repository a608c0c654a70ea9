package rest

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// route finds what a request asks for. When it is an error, allow lists the
// verbs that the path knows; none for an unknown path.
func (s *server) route(r *http.Request) (m *contract.Method, vars map[string]string, allow []string, err error) {
	verb, path := r.Method, r.URL.EscapedPath()
	if verb == http.MethodHead {
		verb = http.MethodGet
	}
	m, vars, allow = contract.Lookup(s.methods, verb, path)
	switch {
	case m != nil:
		return m, vars, nil, nil
	case len(allow) == 0:
		return nil, nil, nil, sim.Errorf(sim.NotFound, "there is nothing at %s", share.Visible(path)).WithFix("%s", s.paths())
	}
	if allow[0] == http.MethodGet { // GET sorts before HEAD
		allow = append([]string{http.MethodGet, http.MethodHead}, allow[1:]...)
	}
	allow = append(allow, http.MethodOptions)
	return nil, nil, allow, refusal(http.StatusMethodNotAllowed, "%s does not allow %s", share.Visible(path), share.Visible(r.Method)).
		WithFix("use one of: %s", strings.Join(allow, ", "))
}

// paths lists what there is, for somebody who missed it.
func (s *server) paths() string {
	if len(s.methods) == 0 {
		return "this service has no paths"
	}
	var all []string
	for _, m := range s.methods {
		all = append(all, m.Verb+" "+m.Path)
	}
	return "there is: " + strings.Join(all, ", ")
}

// refusal is a request that must change, with an exact status.
func refusal(status int, format string, args ...any) *sim.Error {
	e := sim.Errorf(sim.CodeOfHTTP(status), format, args...)
	e.HTTP = status
	return e
}

// read makes the content of a message: the body first, then the query, then
// the path, which wins.
func (s *server) read(w http.ResponseWriter, r *http.Request, m *contract.Method, vars map[string]string) (proto.Message, error) {
	if !acceptsJSON(r.Header["Accept"]) && !repliesRaw(m) {
		return nil, refusal(http.StatusNotAcceptable, "the answer is %s, which %q excludes", typeJSON, share.Visible(r.Header.Get("Accept"))).
			WithFix("send Accept: %s", typeJSON)
	}
	msg := m.NewRequest()
	if err := s.readBody(w, r, m, msg); err != nil {
		return nil, err
	}
	var query url.Values
	if r.URL.RawQuery != "" {
		var err error
		if query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
			return nil, sim.Invalidf("the query cannot be read: %s", share.Visible(err.Error()))
		}
	}
	if err := m.Resolve(msg, vars, query); err != nil {
		return nil, badParameter(err, m)
	}
	return msg, nil
}

// readBody reads the body into msg or the field of it that the contract names.
func (s *server) readBody(w http.ResponseWriter, r *http.Request, m *contract.Method, msg proto.Message) error {
	if r.ContentLength == 0 {
		return nil
	}
	if m.Body == "" {
		return sim.Invalidf("%s %s takes no body", m.Verb, m.Path).WithFix("leave the body out")
	}
	into, err := target(msg, m.Body)
	if err != nil {
		return err
	}
	kind := r.Header.Get("Content-Type")
	raw, isRaw := into.(*httpbody.HttpBody)
	if !isRaw && kind != "" && !isJSON(kind) {
		return refusal(http.StatusUnsupportedMediaType, "a body of type %q is not understood", share.Visible(kind)).
			WithFix("send Content-Type: %s", typeJSON)
	}
	buf := s.t.buffer()
	defer s.t.release(buf)
	if err := s.receive(w, r, buf); err != nil {
		return err
	}
	if isRaw {
		raw.ContentType, raw.Data = kind, bytes.Clone(buf.Bytes())
		return nil
	}
	if err := s.t.json.read(buf.Bytes(), into, false); err != nil {
		return badJSON(err, into.ProtoReflect().Descriptor())
	}
	return nil
}

// target is what the body is: the whole message, or a message in one field of it.
func target(msg proto.Message, body string) (proto.Message, error) {
	if body == "*" {
		return msg, nil
	}
	in := msg.ProtoReflect()
	f := in.Descriptor().Fields().ByName(protoreflect.Name(body))
	if f == nil || f.Message() == nil || f.Cardinality() == protoreflect.Repeated {
		return nil, sim.Errorf(sim.Internal, "the body of %s is %q, which is no message", in.Descriptor().FullName(), body)
	}
	return in.Mutable(f).Message().Interface(), nil
}

// receive reads the bytes of a body, within the limits of size and time.
func (s *server) receive(w http.ResponseWriter, r *http.Request, into *bytes.Buffer) error {
	if r.ContentLength > s.t.maxBody {
		return s.tooLong()
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(s.t.bodyTime))
	_, err := into.ReadFrom(http.MaxBytesReader(w, r.Body, s.t.maxBody))
	var tooLong *http.MaxBytesError
	switch {
	case err == nil:
		_ = control.SetReadDeadline(time.Time{})
		return nil
	case errors.As(err, &tooLong):
		return s.tooLong()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refusal(http.StatusRequestTimeout, "the body did not come within %s", s.t.bodyTime)
	}
	return sim.Invalidf("the body broke off: %w", err)
}

func (s *server) tooLong() error {
	return refusal(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes", s.t.maxBody)
}

// repliesRaw reports whether the answers of m need not be JSON.
func repliesRaw(m *contract.Method) bool {
	return m.Desc.Output().FullName() == "google.api.HttpBody"
}
