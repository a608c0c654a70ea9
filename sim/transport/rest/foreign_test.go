package rest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/rest"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// foreign is somebody else's HTTP server, and a connection to it.
func foreign(t *testing.T, base string, h http.HandlerFunc) sim.Conn {
	t.Helper()
	server := httptest.NewServer(h)
	n := wire.New(wire.Options{})
	c, err := rest.New(rest.Options{MaxBody: 4096}).Dial(t.Context(), n, sim.Route{From: sim.Instance{Service: "order"}, To: sim.Instance{Service: "theirs"}}, server.URL+base)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(); server.Close(); _ = n.Close() })
	return c
}

func TestForeignAnswers(t *testing.T) {
	const plain = "text/plain"
	for _, c := range []struct {
		name, kind, body string
		status           int
		header           map[string]string
		want             *sim.Error // nil: an answer
	}{
		{name: "more fields than ours", status: 200, kind: "application/json", body: `{"id":"1","theirs":{"x":1}}`},
		{name: "another kind of JSON", status: 201, kind: "application/hal+json; charset=utf-8", body: `{"id":"1"}`},
		{name: "camel case", status: 200, kind: "application/json", body: "{ \"id\" : \"1\" }\n"},
		{name: "no problem", status: 404, kind: plain, body: "404 page not found\n", want: &sim.Error{Code: sim.NotFound, Message: "404 Not Found"}},
		{name: "nothing at all", status: 500, want: &sim.Error{Code: sim.Internal, Message: "500 Internal Server Error"}},
		{name: "no status of this world", status: 599, want: &sim.Error{Code: sim.Internal, HTTP: 599, Message: "599"}},
		{
			name: "a problem", status: 422, kind: "application/problem+json", body: `{"detail":"no \u001b[31mred","fix":"blue","more":1}`,
			want: &sim.Error{Code: sim.Invalid, HTTP: 422, Message: "no ␛[31mred", Fix: "blue"},
		},
		{name: "a title only", status: 403, kind: "application/problem+json", body: `{"title":"Not for you"}`, want: &sim.Error{Code: sim.Denied, Message: "Not for you"}},
		{name: "a broken problem", status: 400, kind: "application/problem+json", body: `{"title":`, want: &sim.Error{Code: sim.Invalid, Message: "400 Bad Request"}},
		{
			name: "seconds", status: 503, header: map[string]string{"Retry-After": "120"},
			want: &sim.Error{Code: sim.Unavailable, Message: "503 Service Unavailable", RetryAfter: 2 * time.Minute},
		},
		{
			name: "a date gone by", status: 429, header: map[string]string{"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"},
			want: &sim.Error{Code: sim.Exhausted, Message: "429 Too Many Requests"},
		},
		{name: "bad gateway", status: 502, want: &sim.Error{Code: sim.Unavailable, HTTP: 502, Message: "502 Bad Gateway"}},
		{name: "a redirect", status: 302, header: map[string]string{"Location": "/elsewhere"}, want: &sim.Error{Code: sim.Internal, Message: "302 Found"}},
		{name: "a page", status: 200, kind: "text/html", body: "<html>", want: &sim.Error{Code: sim.Internal, Message: `the answer is "text/html", not JSON`}},
		{name: "broken JSON", status: 200, kind: "application/json", body: `{"id"`, want: &sim.Error{Code: sim.Internal, Message: "the answer cannot be read: unexpected EOF"}},
		{name: "too long", status: 200, kind: "application/json", body: strings.Repeat(" ", 5000), want: &sim.Error{Code: sim.Internal, Message: "the answer is longer than 4096 bytes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := foreign(t, "", func(w http.ResponseWriter, r *http.Request) {
				for k, v := range c.header {
					w.Header().Set(k, v)
				}
				w.Header()["Content-Type"] = nil
				if c.kind != "" {
					w.Header().Set("Content-Type", c.kind)
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			ctx, span := withSpan(t)
			reply, err := conn.Do(ctx, get("1"))
			if span.Note.Status != c.status {
				t.Errorf("noted %d, want %d", span.Note.Status, c.status)
			}
			if c.want == nil {
				if err != nil || reply.Body.(*conformv1.Thing).GetId() != "1" {
					t.Errorf("got %v, %v", reply.Body, err)
				}
				return
			}
			var got *sim.Error
			if !errors.As(err, &got) {
				t.Fatalf("got %v, want an error", err)
			}
			c.want.Remote = c.status >= 300
			if diff := cmp.Diff(*c.want, *got, cmpopts.IgnoreFields(sim.Error{}, "Err")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRetryAfterDate(t *testing.T) {
	conn := foreign(t, "", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	_, err := conn.Do(t.Context(), get("1"))
	if d := sim.AsError(err).RetryAfter; d < 59*time.Minute || d > time.Hour {
		t.Errorf("got %s, want about an hour", d)
	}
}

// TestRequestOnTheWire shows what a foreign server sees of a call.
func TestRequestOnTheWire(t *testing.T) {
	seen := make(chan *http.Request, 1)
	conn := foreign(t, "/api/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		seen <- r
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "{}")
	})
	ctx, span := withSpan(t)
	m := sim.NewMessage(&conformv1.MakeThing{Id: "1", Size: 1 << 40})
	m.Header = sim.Header{"user-agent": {"forged"}, "traceparent": {"forged"}, "content-length": {"1"}, "x-own": {"a", "b"}}
	if _, err := conn.Do(ctx, m); err != nil {
		t.Fatal(err)
	}
	r := <-seen
	body, _ := io.ReadAll(r.Body)
	if got := r.Method + " " + r.RequestURI; got != "POST /api/things" || string(body) != `{"id":"1","size":"1099511627776"}` {
		t.Errorf("got %s with %s", got, body)
	}
	want := http.Header{
		"Accept": {"application/json"}, "Content-Length": {"33"}, "Content-Type": {"application/json"},
		"Traceparent": {span.Traceparent()}, "User-Agent": {"msc-sim/order"}, "X-Own": {"a", "b"},
	}
	if diff := cmp.Diff(want, r.Header); diff != "" {
		t.Error(diff)
	}
	if span.Note.Label != "POST /api/things" {
		t.Errorf("label: %q", span.Note.Label)
	}
}

func TestQueryOnTheWire(t *testing.T) {
	s := open(t, rest.Options{})
	conn := s.dial(s.addr)
	m := sim.NewMessage(&conformv1.GetThing{Id: "1", Page: []int32{2, 3}, Filter: &conformv1.Filter{Note: "a&b", Strict: true}})
	const want = "GET /things/1?filter.note=a%26b&filter.strict=true&page=2&page=3"
	if got := conn.(sim.Labeler).Label(m); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := conn.Do(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if _, span := s.last(); span.Note.Label != want {
		t.Errorf("arrived as %s, want %s", span.Note.Label, want)
	}
}

func TestConditionalGet(t *testing.T) {
	s := open(t, rest.Options{})
	conn := s.dial("http://" + s.addr)
	first, err := conn.Do(t.Context(), get("1"))
	if err != nil {
		t.Fatal(err)
	}
	again := get("1")
	again.Header = sim.Header{"if-none-match": {first.Header.Get("etag")}}
	ctx, span := withSpan(t)
	reply, err := conn.Do(ctx, again)
	if err != nil || reply.Body != nil || span.Note.Status != http.StatusNotModified {
		t.Errorf("got %v, %v with %d, want nothing with 304", reply.Body, err, span.Note.Status)
	}
}

func TestBadAddresses(t *testing.T) {
	for _, addr := range []string{"https://127.0.0.1:1", "nats://127.0.0.1:1", "http://", "http://h/?q", "http://h/#f", "http://[::1", ""} {
		if _, err := rest.New(rest.Options{}).Dial(t.Context(), plain{}, sim.Route{}, addr); sim.CodeOf(err) != sim.Invalid {
			t.Errorf("%q: got %v, want invalid", addr, err)
		}
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	conn := foreign(t, "", func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	bad := get("1")
	bad.Header = sim.Header{"x-broken": {"a\nb"}}
	for _, m := range []sim.Message{bad, get(""), get("..")} {
		if _, err := conn.Do(t.Context(), m); sim.CodeOf(err) != sim.Invalid {
			t.Errorf("%v: got %v, want invalid", m, err)
		}
	}
}

func TestReasons(t *testing.T) {
	s := open(t, rest.Options{})
	refused := s.dial(s.addr)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	hang := foreign(t, "", func(w http.ResponseWriter, _ *http.Request) { end(w, -1) })
	crash := foreign(t, "", func(w http.ResponseWriter, _ *http.Request) { end(w, 0) })
	over, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	for _, c := range []struct {
		conn sim.Conn
		ctx  context.Context
		code sim.Code
		want string
	}{
		{refused, t.Context(), sim.Unavailable, "connection refused"},
		{hang, t.Context(), sim.Unavailable, "connection lost"},
		{crash, t.Context(), sim.Unavailable, "connection reset"},
		{hang, over, sim.Timeout, "no response in time"},
	} {
		_, err := c.conn.Do(c.ctx, get("1"))
		if sim.CodeOf(err) != c.code || err.Error() != c.want {
			t.Errorf("got %s: %v, want %s: %s", sim.CodeOf(err), err, c.code, c.want)
		}
	}
}

// end closes the connection without an answer; linger 0 resets it.
func end(w http.ResponseWriter, linger int) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_ = conn.(*net.TCPConn).SetLinger(linger)
	_ = conn.Close()
}

func get(id string) sim.Message { return sim.NewMessage(&conformv1.GetThing{Id: id}) }

func withSpan(t *testing.T) (context.Context, *sim.Span) {
	s := &sim.Span{Trace: sim.TraceID{1}, ID: 2, Try: 1}
	return sim.WithSpan(t.Context(), s), s
}
