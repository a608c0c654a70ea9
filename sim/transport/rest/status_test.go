package rest_test

import (
	"bufio"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/transport/rest"
)

// post is a POST of body to /things with these header lines.
func post(body string, lines ...string) string { return request("POST /things", body, lines...) }

func request(start, body string, lines ...string) string {
	head := start + " HTTP/1.1\nHost: probe\nConnection: close\n"
	for _, l := range lines {
		head += l + "\n"
	}
	if body != "" {
		head += "Content-Length: " + strconv.Itoa(len(body)) + "\n"
	}
	return head + "\n" + body
}

const asJSON = "Content-Type: application/json"

func TestEveryStatus(t *testing.T) {
	const problem = "application/problem+json"
	tag := `"c63c5ca6a8da4e0e"` // of {"id":"1","note":"the first","size":"0","parts":[],"left":0}
	cases := []struct {
		name   string
		send   string
		status int
		header map[string]string // what must be said
		body   string            // everything, or "" for nothing
		has    string            // or only a part of it
	}{
		{
			name: "200", send: request("GET /things/1", ""), status: 200,
			header: map[string]string{"Content-Type": "application/json", "Etag": tag},
			body:   `{"id":"1","note":"the first","size":"0","parts":[],"left":0}`,
		},
		{name: "200 with query", send: request("GET /things/1?filter.note=n%26m&page=2&page=3", ""), status: 200, has: `"note":"n&m","size":"5"`},
		{name: "200 for HEAD, without body", send: request("HEAD /things/1", ""), status: 200, header: map[string]string{"Content-Length": "60", "Etag": tag}},
		{name: "200 from PUT", send: request("PUT /things/1", `{"note":"x"}`, asJSON), status: 200, has: `"id":"1","note":"x"`},
		{
			name: "201", send: post(`{"id":"a/b ä"}`, asJSON), status: 201,
			header: map[string]string{"Location": "/things/a%2Fb%20%C3%A4", "Content-Type": "application/json", "Etag": ""},
			has:    `"id":"a/b ä"`,
		},
		{name: "201 in both spellings", send: post(`{"parts":[{"name":"p"}],"size":"7"}`, "Content-Type: application/json; charset=UTF-8"), status: 201, has: `"size":"7"`},
		{name: "202", send: post(`{"id":"t"}`, asJSON, "Prefer: respond-async"), status: 202, header: map[string]string{"Preference-Applied": "respond-async"}},
		{name: "204", send: request("POST /ping", "{}", asJSON), status: 204},
		{name: "204 without any body", send: request("POST /ping", ""), status: 204},
		{name: "204 for OPTIONS", send: request("OPTIONS /things/1", ""), status: 204, header: map[string]string{"Allow": "GET, HEAD, PUT, OPTIONS"}},
		{name: "304", send: request("GET /things/1", "", `If-None-Match: "other", W/`+tag), status: 304, header: map[string]string{"Etag": tag}},
		{name: "304 for HEAD", send: request("HEAD /things/1", "", "If-None-Match: *"), status: 304},
		{name: "200 when changed", send: request("GET /things/1", "", `If-None-Match: "other"`), status: 200, has: "the first"},
		{
			name: "400 unknown field", send: post(`{"id":"1","sise":3}`, asJSON), status: 400, header: map[string]string{"Content-Type": problem},
			body: `{"type":"about:blank","title":"Bad Request","status":400,"detail":"the body cannot be read: unknown field \"sise\" at line 1, column 11","instance":"/things","fix":"did you mean size?"}`,
		},
		{name: "400 broken JSON", send: post("{\"id\":\n  ]}", asJSON), status: 400, has: "line 2, column 3"},
		{name: "400 wrong type", send: post(`{"size":"many"}`, asJSON), status: 400, has: `field size: \"many\" at line 1, column 9`},
		{name: "400 not an object", send: post(`[]`, asJSON), status: 400, has: "line 1, column 1"},
		{name: "400 broken off", send: post(`{"id":`, asJSON), status: 400, has: "the body cannot be read"},
		{name: "400 unknown parameter", send: request("GET /things/1?pge=2", ""), status: 400, has: `"fix":"did you mean page?"`},
		{name: "400 bad parameter", send: request("GET /things/1?page=two", ""), status: 400, has: `page: \"two\" is not a whole number`},
		{name: "400 bad query", send: request("GET /things/1?%zz", ""), status: 400, has: "the query cannot be read"},
		{name: "400 body where none belongs", send: request("GET /things/1", "{}", asJSON), status: 400, has: "takes no body"},
		{name: "400 bad deadline", send: request("GET /things/1", "", "Request-Timeout-Ms: soon"), status: 400, has: "whole milliseconds"},
		{name: "403", send: post(`{"note":"denied"}`, asJSON), status: 403, has: "not you"},
		{
			name: "404 unknown path", send: request("GET /thing/1", ""), status: 404, header: map[string]string{"Content-Type": problem},
			has: "GET /things/{id}",
		},
		{name: "404 unknown path for OPTIONS", send: request("OPTIONS /x", ""), status: 404},
		{
			name: "404 unknown thing", send: request("GET /things/9?page=1", ""), status: 404,
			body: `{"type":"about:blank","title":"Not Found","status":404,"detail":"there is no thing 9","instance":"/things/9"}`,
		},
		{name: "405", send: request("DELETE /things/1", ""), status: 405, header: map[string]string{"Allow": "GET, HEAD, PUT, OPTIONS"}, has: "does not allow DELETE"},
		{name: "406", send: request("GET /things/1", "", "Accept: text/html, application/json;q=0"), status: 406, has: "Accept: application/json"},
		{name: "409", send: post(`{"note":"conflict"}`, asJSON), status: 409, has: "it is taken"},
		{name: "412", send: request("PUT /things/1", `{}`, asJSON, `If-Match: "old"`), status: 412, has: "its ETag is now"},
		{name: "412 when there is none", send: request("PUT /things/9", `{}`, asJSON, "If-Match: *"), status: 412},
		{name: "412 for a weak tag", send: request("PUT /things/1", `{}`, asJSON, "If-Match: W/"+tag), status: 412},
		{name: "200 when it matches", send: request("PUT /things/1", `{"note":"y"}`, asJSON, "If-Match: "+tag), status: 200, has: `"note":"y"`},
		// RFC 9110 §13 on every method, and §9.3.4 for a PUT that creates.
		{name: "412 for GET", send: request("GET /things/1", "", `If-Match: "old"`), status: 412, has: "its ETag is now"},
		{name: "412 for GET and a weak tag", send: request("GET /things/1", "", "If-Match: W/"+tag), status: 412},
		{name: "412 before 304", send: request("GET /things/1", "", `If-Match: "old"`, "If-None-Match: "+tag), status: 412},
		{name: "200 for GET when it matches", send: request("GET /things/1", "", `If-Match: "old", `+tag), status: 200, has: "the first"},
		{name: "404 for GET whatever the condition", send: request("GET /things/9", "", "If-Match: *"), status: 404},
		{name: "412 for PUT of what exists", send: request("PUT /things/1", `{}`, asJSON, "If-None-Match: *"), status: 412, has: "it exists"},
		{name: "412 for PUT of what it names", send: request("PUT /things/1", `{}`, asJSON, "If-None-Match: W/"+tag), status: 412},
		{name: "200 for PUT of another", send: request("PUT /things/1", `{}`, asJSON, `If-None-Match: "old"`), status: 200, has: `"id":"1"`},
		{name: "201 from PUT", send: request("PUT /things/9", `{"note":"new"}`, asJSON), status: 201, has: `"id":"9","note":"new"`},
		{name: "201 from PUT of what is not there", send: request("PUT /things/9", `{}`, asJSON, "If-None-Match: *"), status: 201, has: `"id":"9"`},
		{name: "412 for POST to what cannot be read", send: post(`{"id":"9"}`, asJSON, "If-Match: *"), status: 412},
		{name: "201 from POST", send: post(`{"id":"9"}`, asJSON, "If-None-Match: *"), status: 201, has: `"id":"9"`},
		{name: "400 before 412", send: request("PUT /things/1", `{`, asJSON, `If-Match: "old"`), status: 400},
		{name: "413", send: post(`{"note":"`+strings.Repeat("x", 1<<10)+`"}`, asJSON), status: 413, has: "longer than 1024 bytes"},
		{
			name: "413 in chunks", status: 413, has: "longer than 1024 bytes",
			send: "POST /things HTTP/1.1\nHost: p\n" + asJSON + "\nTransfer-Encoding: chunked\n\n800\n" + strings.Repeat("x", 2048) + "\n0\n\n",
		},
		{name: "415", send: post(`id=1`, "Content-Type: application/x-www-form-urlencoded"), status: 415, has: "send Content-Type: application/json"},
		{name: "415 for another charset", send: post(`{}`, "Content-Type: application/json; charset=latin1"), status: 415},
		{name: "422", send: post(`{"note":"unmakeable"}`, asJSON), status: 422, has: `"title":"Unprocessable Entity"`},
		{name: "429", send: post(`{"note":"exhausted"}`, asJSON), status: 429, header: map[string]string{"Retry-After": "2"}},
		{name: "431", send: request("GET /things/1", "", "X-Long: "+strings.Repeat("x", 80<<10)), status: 431},
		{
			name: "500", send: post(`{"note":"internal"}`, asJSON), status: 500,
			body: `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"a mistake <here>","instance":"/things"}`,
		},
		{name: "503", send: post(`{"note":"unavailable"}`, asJSON), status: 503, header: map[string]string{"Retry-After": "1"}, has: `"fix":"come back"`},
		{name: "503 without a time", send: post(`{"note":"silent"}`, asJSON), status: 503, header: map[string]string{"Retry-After": ""}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, rest.Options{MaxBody: 1024})
			status, header, body := read(t, c.send, s.send(c.send))
			if status != c.status {
				t.Fatalf("got %d, want %d: %s", status, c.status, body)
			}
			for name, want := range c.header {
				if got := header.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
			if c.has == "" && c.body == "" && (status < 400) && body != "" {
				t.Errorf("got a body: %s", body)
			}
			if !strings.Contains(body, c.has) {
				t.Errorf("got %s, want a part %s", body, c.has)
			}
			if diff := cmp.Diff(c.body, body); c.body != "" && diff != "" {
				t.Error(diff)
			}
		})
	}
}

// read takes an answer apart.
func read(t *testing.T, sent, raw string) (int, http.Header, string) {
	t.Helper()
	method, _, _ := strings.Cut(sent, " ")
	res, err := http.ReadResponse(bufio.NewReader(strings.NewReader(raw)), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%v in %q", err, raw)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

// A refusal does not wait for a body that does not come.
func TestRefusedBeforeTheBodyCame(t *testing.T) {
	for name, c := range map[string]struct {
		head   string
		status int
	}{
		"404":           {"POST /nowhere HTTP/1.1\nHost: p\nContent-Length: 100\n\n", 404},
		"405":           {"DELETE /things/1 HTTP/1.1\nHost: p\nContent-Length: 100\n\n", 405},
		"406":           {"POST /things HTTP/1.1\nHost: p\nAccept: text/html\nContent-Length: 100\n\n", 406},
		"408":           {"POST /things HTTP/1.1\nHost: p\n" + asJSON + "\nContent-Length: 100\n\n{", 408},
		"408 in chunks": {"POST /things HTTP/1.1\nHost: p\n" + asJSON + "\nTransfer-Encoding: chunked\n\n64\n{", 408},
		"413":           {"POST /things HTTP/1.1\nHost: p\n" + asJSON + "\nContent-Length: 2000000\n\n", 413},
		"415":           {"POST /things HTTP/1.1\nHost: p\nContent-Type: text/plain\nContent-Length: 100\n\n", 415},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, rest.Options{BodyTimeout: 50 * time.Millisecond})
			status, _, _ := read(t, c.head, s.send(c.head)) // send returns when the server has closed the connection
			if status != c.status {
				t.Errorf("got %d, want %d", status, c.status)
			}
		})
	}
}

func TestRefusalsAreSeen(t *testing.T) {
	for send, want := range map[string]int{
		request("GET /nowhere", ""):            404,
		request("DELETE /things/1", ""):        405,
		post("{", asJSON):                      400,
		post("{}", "Content-Type: text/plain"): 415,
	} {
		s := open(t, rest.Options{})
		s.send(send)
		m, span := s.last()
		if m.Refused == nil || m.Refused.Status() != want || m.Type != "" {
			t.Errorf("%q: the handler saw %+v, want a refusal with %d", send[:20], m, want)
		}
		if span.Note.Label == "" || span.ID == 0 || span.Trace.IsZero() {
			t.Errorf("%q: it came without identity: %+v", send[:20], span)
		}
	}
}

func TestIdempotencyKeyOverHTTP(t *testing.T) {
	s := open(t, rest.Options{}, policy.Idempotency(policy.IdempotencyOptions{}))
	key := `Idempotency-Key: "k-1"`
	for i, c := range []struct {
		send     string
		status   int
		replayed string
	}{
		{post(`{"id":"1"}`, asJSON, key), 201, ""},
		{post(` { "id" : "1" } `, asJSON, "Idempotency-Key: k-1"), 201, "true"}, // the same request, however it is written
		{post(`{"id":"2"}`, asJSON, key), 422, ""},
		{post(`{"id":"1"}`, asJSON, `Idempotency-Key: "k`), 400, ""},
		{post(`{"id":"1"}`, asJSON, key, "User-Agent: somebody else"), 201, "true"}, // no identity
	} {
		status, header, body := read(t, c.send, s.send(c.send))
		if status != c.status || header.Get(policy.HeaderReplayed) != c.replayed {
			t.Errorf("request %d: got %d, replayed %q, want %d, %q: %s", i, status, header.Get(policy.HeaderReplayed), c.status, c.replayed, body)
		}
		if status == 201 && header.Get("Location") != "/things/1" {
			t.Errorf("request %d: got Location %q", i, header.Get("Location"))
		}
	}
}

func TestStrictWorldWantsKeys(t *testing.T) {
	s := open(t, rest.Options{}, strict)
	if status, _, body := read(t, "POST", s.send(post(`{"id":"1"}`, asJSON))); status != 400 || !strings.Contains(body, "needs an Idempotency-Key") {
		t.Errorf("got %d %s, want 400", status, body)
	}
	if status, _, _ := read(t, "GET", s.send(request("GET /things/1", ""))); status != 200 {
		t.Errorf("a GET: got %d, want 200", status)
	}
}

func TestTellArrivesAsTell(t *testing.T) {
	s := open(t, rest.Options{})
	s.send(post(`{"id":"t"}`, asJSON, "Prefer: wait=5, Respond-Async"))
	if m, _ := s.last(); m.Mode != sim.Tell {
		t.Errorf("got %s, want tell", m.Mode)
	}
}
