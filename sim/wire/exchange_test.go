package wire_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

func spanned(id sim.SpanID) string {
	return (&sim.Span{Trace: sim.TraceID{1}, ID: id}).Traceparent()
}

// post sends body with a span and reads the whole answer.
func post(t testing.TB, c *http.Client, url string, id sim.SpanID, body io.Reader) string {
	t.Helper()
	req, err := http.NewRequest("POST", url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("traceparent", spanned(id))
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestExchangeIsDecoded(t *testing.T) {
	n := open(t, wire.Options{})
	url := serve(t, listen(t, n, payment), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		w.Header().Set("Location", "/payments/7")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "done")
	}))
	post(t, clientOf(t, n), url+"/payments", 7, strings.NewReader("{}"))
	x, ok := n.Exchange(pays, 7)
	if !ok {
		t.Fatal(x.Request.Notes)
	}
	want := sim.Exchange{
		Span: 7, Link: pays, Protocol: "http/1.1", SentAt: x.SentAt, DoneAt: x.DoneAt,
		Request: sim.Captured{
			Raw: x.Request.Raw, Total: int64(len(x.Request.Raw)), Start: "POST /payments HTTP/1.1", Body: []byte("{}"),
			Lines: []sim.Field{
				{Name: "Host", Value: strings.TrimPrefix(url, "http://")},
				{Name: "User-Agent", Value: "Go-http-client/1.1"},
				{Name: "Content-Length", Value: "2"},
				{Name: "Traceparent", Value: spanned(7)},
				{Name: "Accept-Encoding", Value: "gzip"},
			},
		},
		Response: sim.Captured{
			Raw: x.Response.Raw, Total: int64(len(x.Response.Raw)), Start: "HTTP/1.1 201 Created", Body: []byte("done"),
			Lines: []sim.Field{
				{Name: "Location", Value: "/payments/7"},
				{Name: "Content-Length", Value: "4"},
				{Name: "Content-Type", Value: "text/plain; charset=utf-8"},
			},
		},
	}
	if d := cmp.Diff(want, x); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Many callers share a few connections; every exchange has its own answer.
func TestExchangeUnderLoad(t *testing.T) {
	n := open(t, wire.Options{Keep: 2 << 20})
	url := serve(t, listen(t, n, payment), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "answer to %s", body)
	}))
	client := clientOf(t, n)
	tr := client.Transport.(*http.Transport)
	tr.MaxConnsPerHost = 3
	tr.MaxIdleConnsPerHost = 3
	const callers, each = 8, 30
	var home sync.WaitGroup
	for i := range callers {
		home.Go(func() {
			for k := range each {
				id := sim.SpanID(1 + i*each + k)
				pad := strings.Repeat(".", rand.IntN(3000))
				post(t, client, url, id, strings.NewReader(id.String()+pad))
				if k%7 == 0 { // in the midst of the others' traffic
					check(t, n, id)
				}
			}
		})
	}
	home.Wait()
	for id := range sim.SpanID(callers * each) {
		check(t, n, id+1)
	}
	if _, conns := n.Open(); conns > 6 {
		t.Errorf("%d connections are open, want at most 3 with two ends each", conns)
	}
}

func check(t *testing.T, n *wire.Net, id sim.SpanID) {
	t.Helper()
	x, ok := n.Exchange(pays, id)
	if !ok || !strings.HasPrefix(string(x.Request.Body), id.String()) ||
		string(x.Response.Body) != "answer to "+string(x.Request.Body) {
		t.Errorf("%v: found %v, asked %.40q, answered %.40q, %q", id, ok, x.Request.Body, x.Response.Body, x.Request.Notes)
	}
}

func TestExchangeIsBounded(t *testing.T) {
	n := open(t, wire.Options{Keep: 16 << 10, Message: 1 << 10})
	url := serve(t, listen(t, n, payment), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	}))
	client := clientOf(t, n)
	const size = 1 << 20
	post(t, client, url, 1, strings.NewReader(strings.Repeat("x", size)))
	x, ok := n.Exchange(pays, 1)
	if !ok {
		t.Fatal(x.Request.Notes)
	}
	out, in := n.Bytes(pays)
	for _, c := range []struct {
		name string
		m    sim.Captured
		all  int64
	}{{"request", x.Request, out}, {"response", x.Response, in}} {
		note := fmt.Sprintf("cut after 1024 bytes: %d crossed", c.all)
		if len(c.m.Raw) != 1024 || c.m.Total != c.all || !cmp.Equal(c.m.Notes, []string{note}) {
			t.Errorf("%s: kept %d of %d (%d crossed), notes %q", c.name, len(c.m.Raw), c.m.Total, c.all, c.m.Notes)
		}
	}
	for id := range sim.SpanID(100) {
		post(t, client, url, id+2, strings.NewReader("x"))
	}
	if x, ok := n.Exchange(pays, 1); ok || len(x.Request.Notes) != 1 || !strings.Contains(x.Request.Notes[0], "are gone") {
		t.Errorf("found %v; notes %q do not say that it is gone", ok, x.Request.Notes)
	}
	if x, ok := n.Exchange("a:b", 1); ok || len(x.Request.Notes) != 1 || strings.Contains(x.Request.Notes[0], "gone") {
		t.Errorf("found %v; notes %q", ok, x.Request.Notes)
	}
	if _, ok := n.Exchange(pays, 101); !ok {
		t.Error("the newest is not found")
	}
}

// raw plays a conversation over a connection: "> " goes out, "< " comes in.
func raw(t *testing.T, n *wire.Net, pieces ...string) {
	t.Helper()
	caller, called := pair(t, n)
	defer caller.Close()
	defer called.Close()
	for _, piece := range pieces {
		from, to := caller, called
		if piece[0] == '<' {
			from, to = called, caller
		}
		write(t, from, piece[2:])
		read(t, to, len(piece)-2)
	}
}

func TestExchangeShapes(t *testing.T) {
	head := func(id sim.SpanID) string {
		return "POST / HTTP/1.1\r\ntraceparent: " + spanned(id) + "\r\n"
	}
	type seen struct {
		Found          bool
		Body           string
		Answer, Said   string
		Notes, Remarks []string
	}
	for _, c := range []struct {
		name   string
		pieces []string
		want   seen
	}{
		{
			"the header in several pieces",
			[]string{"> " + head(1)[:30], "> " + head(1)[30:], "> \r\n", "< HTTP/1.1 204 No Content\r\n\r\n"},
			seen{Found: true, Answer: "HTTP/1.1 204 No Content"},
		},
		{
			"100 Continue",
			[]string{
				"> " + head(1) + "Content-Length: 7\r\n\r\n", "< HTTP/1.1 100 Continue\r\n\r\n", "> {\"a\":1}",
				"< HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
			},
			seen{Found: true, Body: `{"a":1}`, Answer: "HTTP/1.1 200 OK", Said: "ok", Remarks: []string{"after HTTP/1.1 100 Continue"}},
		},
		{
			"an answer before the request has ended",
			[]string{
				"> " + head(1) + "Content-Length: 6\r\n\r\nabc", "< HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n",
				"> def", "> GET / HTTP/1.1\r\n\r\n", "< HTTP/1.1 200 OK\r\n\r\n",
			},
			seen{Found: true, Body: "abcdef", Answer: "HTTP/1.1 413 Content Too Large"},
		},
		{
			"no answer",
			[]string{"> " + head(1) + "\r\n"},
			seen{Found: true, Remarks: []string{"no answer came, so far"}},
		},
		{
			"half an answer",
			[]string{"> " + head(1) + "\r\n", "< HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"},
			seen{Found: true, Answer: "HTTP/1.1 200 OK", Said: "ab", Remarks: []string{"not complete, so far"}},
		},
		{
			"an answer to HEAD",
			[]string{
				"> HEAD / HTTP/1.1\r\ntraceparent: " + spanned(1) + "\r\n\r\n",
				"< HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n",
			},
			seen{Found: true, Answer: "HTTP/1.1 200 OK"},
		},
		{
			"an answer in another language",
			[]string{"> " + head(1) + "\r\n", "< SSH-2.0-OpenSSH\r\n"},
			seen{Found: true, Remarks: []string{`not readable as HTTP/1.1: it begins with "SSH-2.0-OpenSSH"`}},
		},
		{
			"more than was asked for",
			[]string{"> " + head(1) + "\r\n", "< HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 408"},
			seen{Found: true, Answer: "HTTP/1.1 200 OK", Said: "ok", Remarks: []string{"12 bytes more came after it"}},
		},
		{
			"the id in the body of another one",
			[]string{"> " + head(2) + "Content-Length: 68\r\n\r\ntraceparent: " + spanned(1), "< HTTP/1.1 200 OK\r\n\r\n"},
			seen{Notes: []string{"not found: nothing with this span id crossed this link"}},
		},
		{
			"another protocol",
			[]string{"< INFO {}\r\n", "> PUB x 3\r\nabc\r\n"},
			seen{Notes: []string{"not found: nothing with this span id crossed this link"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := open(t, wire.Options{})
			raw(t, n, c.pieces...)
			x, ok := n.Exchange(pays, 1)
			got := seen{
				ok, string(x.Request.Body), x.Response.Start, string(x.Response.Body),
				x.Request.Notes, x.Response.Notes,
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestExchangeTellsTheWorldsTime(t *testing.T) {
	var now time.Duration
	n := open(t, wire.Options{Now: func() time.Duration { now += time.Second; return now }})
	raw(t, n,
		"> GET / HTTP/1.1\r\n", "> traceparent: "+spanned(1)+"\r\n\r\n",
		"< HTTP/1.1 200 OK\r\n", "< Content-Length: 0\r\n\r\n",
	)
	if x, _ := n.Exchange(pays, 1); x.SentAt != 1*time.Second || x.DoneAt < 4*time.Second {
		t.Errorf("sent at %v, done at %v; want 1 s and at least 4 s", x.SentAt, x.DoneAt)
	}
}

// What a failed write did not send is not captured either.
func TestCaptureOnlyWhatCrossed(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	head := "POST / HTTP/1.1\r\ntraceparent: " + spanned(1) + "\r\n\r\n"
	write(t, caller, head)
	_ = caller.SetWriteDeadline(time.Unix(1, 0))
	if _, err := io.WriteString(caller, "more"); err == nil {
		t.Fatal("a late write succeeded")
	}
	read(t, called, len(head))
	x, ok := n.Exchange(pays, 1)
	if !ok || string(x.Request.Raw) != head || x.Request.Total != int64(len(head)) {
		t.Errorf("found %v, captured %q", ok, x.Request.Raw)
	}
}

func TestExchangeAfterKill(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	write(t, caller, "GET / HTTP/1.1\r\ntraceparent: "+spanned(1)+"\r\n\r\n")
	if _, err := called.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	n.Kill(payment)
	if _, ok := n.Exchange(pays, 1); !ok {
		t.Error("a killed peer took the capture along")
	}
}
