package rest

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
)

// ServeHTTP answers one request. What cannot be made a message goes past the
// handler all the same, as [sim.Message.Refused], so that it is recorded.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.raw {
		s.serveRaw(w, r)
		return
	}
	m, vars, allow, err := s.route(r)
	if allow != nil {
		w.Header().Set("Allow", strings.Join(allow, ", "))
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
	}
	span := received(r)
	ctx, cancel, badTime := withTimeout(sim.WithSpan(r.Context(), span), r.Header)
	defer cancel()
	msg := sim.Message{Header: inbound(r.Header)}
	if err == nil {
		err = badTime
	}
	if err == nil {
		msg.Body, err = s.read(w, r, m, vars)
	}
	if err != nil {
		s.refuse(ctx, w, r, err)
		return
	}
	msg.Type, msg.Mode = m.Name, mode(r.Header)
	s.handle(ctx, w, r, m, msg)
}

// mode reads how the caller wants it: a preference for an answer later (RFC 7240).
func mode(h http.Header) sim.Mode {
	for _, v := range h["Prefer"] {
		for p := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(p), "respond-async") {
				return sim.Tell
			}
		}
	}
	return sim.Ask
}

// handle calls the handler and writes its answer.
func (s *server) handle(ctx context.Context, w http.ResponseWriter, r *http.Request, m *contract.Method, msg sim.Message) {
	working := s.working[m]
	working.Add(1)
	defer working.Add(-1)
	leave, err := s.precondition(ctx, r, m)
	if err != nil {
		s.refuse(ctx, w, r, err)
		return
	}
	defer leave()
	reply, err := s.h(ctx, msg)
	if err != nil {
		s.writeError(w, r, sim.AsError(err))
		return
	}
	s.writeReply(ctx, w, r, m, msg, reply)
}

// refuse answers a request of which no message could be made.
func (s *server) refuse(ctx context.Context, w http.ResponseWriter, r *http.Request, err error) {
	e := sim.AsError(err)
	_, _ = s.h(ctx, sim.Message{Refused: e}) // its answer is e
	if r.ContentLength != 0 {
		leaveUnread(w)
	}
	s.writeError(w, r, e)
}

// leaveUnread lets the answer out although the body did not all come: net/http
// would wait for the rest of it before it answers on a connection that goes on.
func leaveUnread(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(unreadTime))
}

func (s *server) writeError(w http.ResponseWriter, r *http.Request, e *sim.Error) {
	if e.Answer != nil {
		writeRaw(w, r, *e.Answer)
		return
	}
	path := r.URL.EscapedPath()
	buf := s.t.buffer()
	defer s.t.release(buf)
	problemOf(e, path[:min(len(path), maxLabel)]).appendTo(buf)
	writeRetryAfter(w.Header(), e)
	write(w, e.Status(), typeProblem, buf.Bytes())
}

func (s *server) writeReply(ctx context.Context, w http.ResponseWriter, r *http.Request, m *contract.Method, msg, reply sim.Message) {
	outbound(w.Header(), reply.Header)
	if msg.Mode == sim.Tell {
		w.Header().Set("Preference-Applied", "respond-async")
		w.WriteHeader(http.StatusAccepted)
		return
	}
	status := http.StatusOK
	if (m.Created || sim.SpanFrom(ctx).Note.Created) && reply.Body != nil {
		status = http.StatusCreated
		writeLocation(w.Header(), m, reply.Body)
	}
	buf := s.t.buffer()
	defer s.t.release(buf)
	kind, err := s.encode(buf, reply.Body)
	switch {
	case err != nil:
		s.writeError(w, r, sim.Errorf(sim.Internal, "the answer cannot be written: %w", err))
	case kind == "":
		w.WriteHeader(http.StatusNoContent)
	case m.Verb == http.MethodGet:
		s.writeTagged(w, r, kind, buf.Bytes())
	default:
		write(w, status, kind, buf.Bytes())
	}
}

// writeLocation says where the thing is that was made, if it has a place.
func writeLocation(h http.Header, m *contract.Method, body proto.Message) {
	if m.Location == "" {
		return
	}
	if at, err := m.Fill(m.Location, body); err == nil {
		h["Location"] = []string{at}
	}
}

func write(w http.ResponseWriter, status int, kind string, body []byte) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTime))
	w.Header()["Content-Type"] = []string{kind}
	if len(body) > 1024 { // net/http counts shorter ones itself
		w.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // who is gone does not want to know
}

// encode writes the content of an answer and says what it is; "" when there is nothing.
func (s *server) encode(buf *bytes.Buffer, m proto.Message) (kind string, err error) {
	switch m := m.(type) {
	case nil, *emptypb.Empty:
		return "", nil
	case *httpbody.HttpBody:
		buf.Write(m.GetData())
		return m.GetContentType(), nil
	}
	b, err := s.t.json.appendTo(buf.AvailableBuffer(), m, true)
	buf.Write(b)
	return typeJSON, err
}
