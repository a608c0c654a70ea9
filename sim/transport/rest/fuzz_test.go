package rest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

// FuzzRequest answers whatever net/http takes for a request: never with a
// panic, never without a status of ours, and every error as a problem.
func FuzzRequest(f *testing.F) {
	for _, raw := range []string{
		"GET /things/1?page=2&filter.note=%20 HTTP/1.1\nHost: h\nIf-None-Match: \"a\", W/\"b\"\nAccept: text/html;q=0.1, */*\n\n",
		"POST /things HTTP/1.1\nHost: h\nContent-Type: application/json\nContent-Length: 13\nPrefer: respond-async\n\n{\"id\":\"a/b\"}\n",
		"PUT /things/%2F HTTP/1.1\nHost: h\nIf-Match: *\nContent-Length: 2\nRequest-Timeout-Ms: 99999999999\n\n{}",
		"OPTIONS * HTTP/1.1\nHost: h\n\n",
		"GET //things//%zz HTTP/1.0\nTraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\nUser-Agent: \x1b[31m\n\n",
		"POST /things HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\n{\"s\n0\n\n",
	} {
		f.Add([]byte(strings.ReplaceAll(raw, "\n", "\r\n")))
	}
	s := &server{t: New(Options{MaxBody: 256}), conditional: make(chan struct{}, 1)}
	if err := s.addRoutes([]string{"sim.conform.v1.GetThing", "sim.conform.v1.MakeThing", "sim.conform.v1.PutThing", "sim.conform.v1.Ping"}); err != nil {
		f.Fatal(err)
	}
	s.h = func(ctx context.Context, m sim.Message) (sim.Message, error) {
		if n := sim.SpanFrom(ctx).Note; n.Label != sim.Visible(n.Label) || n.Peer != sim.Visible(n.Peer) {
			f.Errorf("unsafe: %q from %q", n.Label, n.Peer)
		}
		if m.Refused == nil && m.Body == nil {
			f.Error("a message without content")
		}
		return sim.NewMessage(&conformv1.Thing{Id: "1"}), nil
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			t.Skip()
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if http.StatusText(w.Code) == "" {
			t.Errorf("got status %d", w.Code)
		}
		var p problem
		if w.Code >= 400 && (json.Unmarshal(w.Body.Bytes(), &p) != nil || p.Status != w.Code || w.Header().Get("Content-Type") != typeProblem) {
			t.Errorf("got %d with %s", w.Code, w.Body)
		}
	})
}

// FuzzAnswer reads whatever a foreign server may answer.
func FuzzAnswer(f *testing.F) {
	f.Add(503, "application/problem+json; a=b", "Wed, 21 Oct 2015 07:28:00 GMT", []byte(`{"detail":"x","status":"y"}`))
	f.Add(404, "text/html", "12", []byte("\x1b]52;c;\a"))
	f.Fuzz(func(t *testing.T, status int, kind, after string, body []byte) {
		if status < 300 || status > 999 {
			t.Skip()
		}
		e := errorOf(status, http.Header{"Content-Type": {kind}, "Retry-After": {after}}, body, time.Unix(1e9, 0))
		if e.Code == sim.OK || e.Message == "" || !e.Remote || e.RetryAfter < 0 || e.RetryAfter > 24*time.Hour {
			t.Errorf("got %+v", e)
		}
		if e.Message != sim.Visible(e.Message) || e.Fix != sim.Visible(e.Fix) {
			t.Errorf("unsafe: %q, %q", e.Message, e.Fix)
		}
	})
}

func TestAcceptsJSON(t *testing.T) {
	for accept, want := range map[string]bool{
		"": true, "application/json": true, "*/*": true, "application/*": true, "APPLICATION/JSON; Q=1": true,
		"text/html": false, "text/html, */*;q=0.1": true, "text/html, */*;q=0": false,
		"application/json;q=0": false, "application/json;q=0, */*": false, "application/*;q=0, application/json": true,
		"application/problem+json": false, "nonsense": true, "application/json;q=2": true, ";;,": true,
	} {
		var header []string
		if accept != "" {
			header = []string{accept}
		}
		if got := acceptsJSON(header); got != want {
			t.Errorf("%q: got %v, want %v", accept, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		values string
		weak   bool
		want   bool
	}{
		{`"t"`, false, true},
		{`"t"`, true, true},
		{`W/"t"`, false, false},
		{`W/"t"`, true, true},
		{`*`, false, true},
		{`"a", "t"`, false, true},
		{`"a" ,W/"b",, "t"`, false, true},
		{`"a,t"`, true, false},
		{`t`, true, false},
		{`"t`, true, false},
		{``, true, false},
	} {
		if got := matches([]string{c.values}, `"t"`, c.weak); got != c.want {
			t.Errorf("%s, weak %v: got %v, want %v", c.values, c.weak, got, c.want)
		}
	}
}
