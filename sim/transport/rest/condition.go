package rest

import (
	"context"
	"net/http"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// precondition holds a request that changes something to its If-Match and
// If-None-Match (RFC 9110 §13.2.2), by asking for what it is about to change as
// a GET would. Until leave is called no other conditional change of this instance
// gets here. What is only read is compared when it is there, by writeTagged.
// No answer of ours has a Last-Modified, so dates are no conditions (§13.1.4).
func (s *server) precondition(ctx context.Context, r *http.Request, m *contract.Method) (leave func(), err error) {
	wanted, unwanted := r.Header["If-Match"], r.Header["If-None-Match"]
	if m.Verb == http.MethodGet || wanted == nil && unwanted == nil {
		return func() {}, nil
	}
	select {
	case s.conditional <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	leave = func() { <-s.conditional }
	tag, err := s.currentTag(ctx, r)
	missing := sim.CodeOf(err) == sim.NotFound
	switch {
	case err != nil && !missing:
	case missing && m.Verb == http.MethodDelete && wanted != nil: // the answer without the condition (§13.2.1)
	case wanted != nil && missing:
		err = refusal(http.StatusPreconditionFailed, "there is nothing that If-Match could match")
	case wanted != nil && !matches(wanted, tag, false):
		err = changed(tag)
	case wanted == nil && !missing && matches(unwanted, tag, true):
		err = refusal(http.StatusPreconditionFailed, "it exists, and If-None-Match excludes that").WithFix("its ETag is now %s", tag)
	default:
		return leave, nil
	}
	leave()
	return nil, err
}

func changed(tag string) error {
	return refusal(http.StatusPreconditionFailed, "it was changed in the meantime").WithFix("read it again; its ETag is now %s", tag)
}

// writeTagged answers a GET with its ETag: with 412 when the caller wants another
// one, and with 304 when the caller has it.
func (s *server) writeTagged(w http.ResponseWriter, r *http.Request, kind string, body []byte) {
	tag := etag(body)
	w.Header()["Etag"] = []string{tag}
	switch wanted := r.Header["If-Match"]; {
	case wanted != nil && !matches(wanted, tag, false):
		s.writeError(w, r, sim.AsError(changed(tag)))
	case matches(r.Header["If-None-Match"], tag, true):
		w.WriteHeader(http.StatusNotModified)
	default:
		write(w, http.StatusOK, kind, body)
	}
}

// currentTag is the ETag that a GET of the same path would have now.
func (s *server) currentTag(ctx context.Context, r *http.Request) (string, error) {
	get, vars, _ := contract.Lookup(s.methods, http.MethodGet, r.URL.EscapedPath())
	if get == nil {
		return "", sim.Errorf(sim.NotFound, "%s cannot be read", r.URL.EscapedPath())
	}
	body := get.NewRequest()
	if err := get.Resolve(body, vars, nil); err != nil {
		return "", badParameter(err, get)
	}
	span := *sim.SpanFrom(ctx)
	span.ID, span.Parent, span.Depth = share.FreshID(), span.ID, span.Depth+1
	span.Note.Label = label(http.MethodGet, r.URL.EscapedPath())
	reply, err := s.h(sim.WithSpan(ctx, &span), sim.Message{Type: get.Name, Body: body})
	if err != nil {
		return "", err
	}
	buf := s.t.buffer()
	defer s.t.release(buf)
	if _, err := s.encode(buf, reply.Body); err != nil {
		return "", err
	}
	return etag(buf.Bytes()), nil
}

// matches reports whether an entity tag is named by the values of an If-Match
// or If-None-Match header (RFC 9110 §13.1). "*" names every tag. Weak tags
// (W/"…") count only where weak comparison is asked for.
func matches(values []string, tag string, weak bool) bool {
	for _, v := range values {
		for {
			v = strings.TrimLeft(v, " \t,")
			if v == "" {
				break
			}
			if v[0] == '*' {
				return true
			}
			one, isWeak, rest, ok := nextTag(v)
			if !ok {
				break
			}
			if one == tag && (weak || !isWeak) {
				return true
			}
			v = rest
		}
	}
	return false
}

// nextTag reads one entity tag, with its quotes, from the front of v.
func nextTag(v string) (tag string, weak bool, rest string, ok bool) {
	v, weak = strings.CutPrefix(v, "W/")
	if !strings.HasPrefix(v, `"`) {
		return "", false, "", false
	}
	end := strings.IndexByte(v[1:], '"')
	if end < 0 {
		return "", false, "", false
	}
	return v[:end+2], weak, v[end+2:], true
}
