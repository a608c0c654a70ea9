package wire_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// serve2 and client2 speak HTTP/2 without TLS, as gRPC does here.
func serve2(t testing.TB, l net.Listener, h http.Handler) string {
	s := &http.Server{Handler: h, Protocols: new(http.Protocols)}
	s.Protocols.SetUnencryptedHTTP2(true)
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }() // ends with Close
	t.Cleanup(func() { _ = s.Close(); <-done })
	return "http://" + l.Addr().String()
}

func client2(t testing.TB, n *wire.Net) *http.Client {
	tr := clientOf(t, n).Transport.(*http.Transport)
	tr.Protocols = new(http.Protocols)
	tr.Protocols.SetUnencryptedHTTP2(true)
	return &http.Client{Transport: tr}
}

func TestHTTP2ExchangeIsDecoded(t *testing.T) {
	n := open(t, wire.Options{})
	url := serve2(t, listen(t, n, payment), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Trailer", "Grpc-Status")
		w.Header()["Date"] = nil
		w.Header().Set("Content-Type", "application/grpc")
		_, _ = io.WriteString(w, "done")
		w.Header().Set("Grpc-Status", "0")
	}))
	client := client2(t, n)
	for _, id := range []sim.SpanID{6, 7} { // of the second, most fields are in the tables already
		post(t, client, url+"/shop/Charge", id, strings.NewReader("{}"))
	}
	x, ok := n.Exchange(pays, 7)
	if !ok {
		t.Fatal(x.Request.Notes)
	}
	names := func(c sim.Captured) (all []string) {
		for _, f := range c.Frames {
			all = append(all, strings.TrimSpace(f.Name+" "+f.Flags))
		}
		return all
	}
	type seen struct {
		Protocol, Start, Body, Answer, Said, Trace, Status string
		Trailer                                            sim.Field
		Frames                                             []string
	}
	got := seen{
		x.Protocol, x.Request.Start, string(x.Request.Body), x.Response.Start, string(x.Response.Body),
		x.Request.Header("traceparent"), x.Response.Header("grpc-status"), x.Response.Lines[len(x.Response.Lines)-1], names(x.Response),
	}
	want := seen{
		"h2", "POST /shop/Charge HTTP/2", "{}", "HTTP/2 200", "done", spanned(7), "0",
		sim.Field{Name: "grpc-status", Value: "0"},
		[]string{"HEADERS END_HEADERS", "DATA", "HEADERS END_STREAM, END_HEADERS"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	sum := 0
	for _, f := range x.Response.Frames {
		sum += f.Size
	}
	if sum != len(x.Response.Raw) || int64(sum) != x.Response.Total || x.SentAt == 0 || x.DoneAt < x.SentAt {
		t.Errorf("%d bytes in frames, %d kept of %d; sent at %v, done at %v", sum, len(x.Response.Raw), x.Response.Total, x.SentAt, x.DoneAt)
	}
	if !slices.Contains(x.Response.Notes, "trailers: from grpc-status on, after the body") {
		t.Errorf("notes %q", x.Response.Notes)
	}
	var plain, packed int
	if _, err := fmt.Sscanf(x.Request.Notes[0], "headers: %d bytes as text, %d as they crossed", &plain, &packed); err != nil || packed*2 > plain {
		t.Errorf("the second request's headers: %q, want less than half", x.Request.Notes)
	}
}

// Many calls on one connection, decoded while they go on and after it is closed.
func TestHTTP2ExchangeUnderLoad(t *testing.T) {
	n := open(t, wire.Options{Keep: 4 << 20})
	url := serve2(t, listen(t, n, payment), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "answer to %s", body)
	}))
	client := client2(t, n)
	const callers, each = 8, 40
	var home sync.WaitGroup
	for i := range callers {
		home.Go(func() {
			for k := range each {
				id := sim.SpanID(1 + i*each + k)
				post(t, client, url, id, strings.NewReader(id.String()+strings.Repeat(".", 37*k)))
				if k%9 == 0 { // in the midst of the others' traffic
					check(t, n, id)
				}
			}
		})
	}
	home.Wait()
	client.CloseIdleConnections()
	for id := range sim.SpanID(callers * each) {
		check(t, n, id+1)
	}
}

func TestHTTP2ExchangeIsBounded(t *testing.T) {
	n := open(t, wire.Options{Keep: 16 << 10, Message: 1 << 10})
	url := serve2(t, listen(t, n, payment), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	client := client2(t, n)
	const size = 1 << 20
	post(t, client, url, 1, strings.NewReader(strings.Repeat("x", size)))
	x, ok := n.Exchange(pays, 1)
	if !ok {
		t.Fatal(x.Request.Notes)
	}
	for _, m := range []sim.Captured{x.Request, x.Response} {
		if len(m.Raw) != 1<<10 || m.Total < size || len(m.Body) > len(m.Raw) || !strings.HasPrefix(m.Notes[len(m.Notes)-1], "cut after 1024 bytes: ") {
			t.Errorf("kept %d of %d bytes, body %d, notes %q", len(m.Raw), m.Total, len(m.Body), m.Notes)
		}
	}
	for id := range sim.SpanID(100) {
		post(t, client, url, id+2, strings.NewReader("x"))
	}
	if x, ok := n.Exchange(pays, 1); ok || len(x.Request.Notes) != 1 || !strings.Contains(x.Request.Notes[0], "are gone") {
		t.Errorf("found %v; notes %q do not say that it is gone", ok, x.Request.Notes)
	}
	if _, ok := n.Exchange(pays, 101); !ok {
		t.Error("the newest is not found")
	}
}

func TestHTTP2CallGivenUp(t *testing.T) {
	n := open(t, wire.Options{})
	began, gone := make(chan bool, 1), make(chan bool)
	url := serve2(t, listen(t, n, payment), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		began <- true
		<-r.Context().Done()
		close(gone)
	}))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("traceparent", spanned(9))
	ended := make(chan error, 1)
	go func() { // ends with the request
		_, err := client2(t, n).Do(req)
		ended <- err
	}()
	<-began
	cancel()
	<-ended
	<-gone
	x, ok := n.Exchange(pays, 9)
	if !ok || !slices.Contains(x.Request.Notes, "ended here by RST_STREAM: CANCEL") || !slices.Contains(x.Response.Notes, "no answer came, so far") {
		t.Errorf("found %v, notes %q and %q", ok, x.Request.Notes, x.Response.Notes)
	}
}

// What says SETTINGS first is HTTP/2, whoever of the two is read first.
func TestHTTP2ServerSpeaksFirst(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	defer caller.Close()
	defer called.Close()
	const settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
	write(t, called, settings)
	read(t, caller, len(settings))
	const hello = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings
	headers := "\x83\x86\x84\x40\x0btraceparent\x37" + spanned(5)
	said := hello + string([]byte{0, 0, byte(len(headers)), 1, 5, 0, 0, 0, 1}) + headers
	for i := range said { // byte by byte
		write(t, caller, said[i:i+1])
	}
	read(t, called, len(said))
	x, ok := n.Exchange(pays, 5)
	if !ok || x.Request.Start != "POST / HTTP/2" {
		t.Errorf("found %v: %q, notes %q", ok, x.Request.Start, x.Request.Notes)
	}
}
