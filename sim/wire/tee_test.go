package wire_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// tee stands between two ends of a connection and records both directions.
type tee struct {
	net.Listener
	mu      sync.Mutex
	out, in bytes.Buffer
	home    sync.WaitGroup
}

func newTee(t *testing.T, to string) *tee {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &tee{Listener: l}
	e.home.Go(func() {
		for {
			front, err := l.Accept()
			if err != nil {
				return
			}
			back, err := net.Dial("tcp", to)
			if err != nil {
				t.Error(err)
				return
			}
			e.home.Go(func() { e.pass(back, front, &e.out) })
			e.home.Go(func() { e.pass(front, back, &e.in) })
		}
	})
	return e
}

func (e *tee) pass(to, from net.Conn, record *bytes.Buffer) {
	defer to.Close()
	b := make([]byte, 1000)
	for {
		n, err := from.Read(b)
		e.mu.Lock()
		record.Write(b[:n])
		e.mu.Unlock()
		if _, werr := to.Write(b[:n]); err != nil || werr != nil {
			return
		}
	}
}

// recorded gives what passed since the last time.
func (e *tee) recorded() (out, in string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	out, in = e.out.String(), e.in.String()
	e.out.Reset()
	e.in.Reset()
	return out, in
}

func TestCaptureEqualsATee(t *testing.T) {
	n := open(t, wire.Options{Message: 1 << 20, Keep: 4 << 20})
	url := serve(t, listen(t, n, payment), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/chunked":
			for i := range 5 {
				_, _ = fmt.Fprintf(w, "piece %d of %d\n", i, len(body))
				_ = http.NewResponseController(w).Flush()
			}
		default:
			_, _ = w.Write(body)
		}
	}))
	e := newTee(t, strings.TrimPrefix(url, "http://"))
	defer e.home.Wait()
	defer e.Close()
	client := clientOf(t, n)
	defer client.CloseIdleConnections()
	url = "http://" + e.Addr().String()

	big := strings.Repeat("0123456789", 30_000)
	for i, c := range []struct {
		path string
		body io.Reader
		want string
	}{
		{"/echo", strings.NewReader(`{"a":1}`), `{"a":1}`},
		{"/echo", strings.NewReader(big), big},
		{"/echo", struct{ io.Reader }{strings.NewReader(big)}, big}, // of unknown length: chunked
		{"/chunked", strings.NewReader("abc"), "piece 0 of 3\npiece 1 of 3\npiece 2 of 3\npiece 3 of 3\npiece 4 of 3\n"},
		{"/echo", nil, ""},
	} {
		id := sim.SpanID(i + 1)
		if got := post(t, client, url+c.path, id, c.body); got != c.want {
			t.Fatalf("%s answered %d bytes, want %d", c.path, len(got), len(c.want))
		}
		x, ok := n.Exchange(pays, id)
		if !ok {
			t.Fatalf("exchange %d: %q", i, x.Request.Notes)
		}
		out, in := e.recorded()
		if d := cmp.Diff(out, string(x.Request.Raw)); d != "" {
			t.Errorf("request %d differs from the tee's (-tee +capture):\n%s", i, d)
		}
		if d := cmp.Diff(in, string(x.Response.Raw)); d != "" {
			t.Errorf("response %d differs from the tee's (-tee +capture):\n%s", i, d)
		}
		if string(x.Response.Body) != c.want {
			t.Errorf("response %d: body of %d bytes, want %d", i, len(x.Response.Body), len(c.want))
		}
		if x.Request.Total != int64(len(out)) || x.Response.Total != int64(len(in)) {
			t.Errorf("exchange %d: totals %d, %d; the tee saw %d, %d", i, x.Request.Total, x.Response.Total, len(out), len(in))
		}
		if x.SentAt <= 0 || x.DoneAt <= x.SentAt {
			t.Errorf("exchange %d: sent at %v, done at %v", i, x.SentAt, x.DoneAt)
		}
	}
}
