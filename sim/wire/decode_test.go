package wire_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

func TestDecodeHTTP1Request(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		want      sim.Captured
		rest      string // of raw that is not the message's
		err       error
	}{
		{
			name: "without a body",
			raw:  "GET /products/101 HTTP/1.1\r\nHost: a\r\nAccept:  x , y \r\n\r\nGET",
			want: sim.Captured{
				Start: "GET /products/101 HTTP/1.1",
				Lines: []sim.Field{{Name: "Host", Value: "a"}, {Name: "Accept", Value: "x , y"}},
			},
			rest: "GET",
		},
		{
			name: "with a length",
			raw:  "POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcd",
			want: sim.Captured{
				Start: "POST / HTTP/1.1", Lines: []sim.Field{{Name: "content-length", Value: "3"}}, Body: []byte("abc"),
			},
			rest: "d",
		},
		{
			name: "bare newlines and an empty line before",
			raw:  "\r\nGET / HTTP/1.0\na: b\n\n",
			want: sim.Captured{Start: "GET / HTTP/1.0", Lines: []sim.Field{{Name: "a", Value: "b"}}},
		},
		{
			name: "a folded line, and one without a colon",
			raw:  "GET / HTTP/1.1\r\na: b\r\n\tc\r\nwhat\r\n\r\n",
			want: sim.Captured{
				Start: "GET / HTTP/1.1", Lines: []sim.Field{{Name: "a", Value: "b c"}, {Name: "what"}},
				Notes: []string{"a header line without a colon"},
			},
		},
		{
			name: "chunks, an extension and a trailer",
			raw:  "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nsum: 1\r\n\r\nrest",
			want: sim.Captured{
				Start: "POST / HTTP/1.1",
				Lines: []sim.Field{{Name: "Transfer-Encoding", Value: "gzip, Chunked"}, {Name: "sum", Value: "1"}},
				Body:  []byte("abc0123456789"),
				Notes: []string{"chunks joined: 2"},
			},
			rest: "rest",
		},
		{
			name: "a length that is no number",
			raw:  "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\nabc",
			want: sim.Captured{
				Start: "POST / HTTP/1.1", Lines: []sim.Field{{Name: "Content-Length", Value: "-1"}}, Body: []byte("abc"),
				Notes: []string{"a Content-Length that is no number"},
			},
		},
		{
			name: "a chunk without a size",
			raw:  "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nzz\r\nb",
			want: sim.Captured{
				Start: "POST / HTTP/1.1", Lines: []sim.Field{{Name: "Transfer-Encoding", Value: "chunked"}}, Body: []byte("a"),
				Notes: []string{"a chunk without a size"},
			},
		},
		{
			name: "ends in the start line",
			raw:  "GET /prod",
			want: sim.Captured{Start: "GET /prod"},
			err:  io.ErrUnexpectedEOF,
		},
		{
			name: "ends in the header",
			raw:  "GET / HTTP/1.1\r\na: b\r\nc: ",
			want: sim.Captured{Start: "GET / HTTP/1.1", Lines: []sim.Field{{Name: "a", Value: "b"}}},
			err:  io.ErrUnexpectedEOF,
		},
		{
			name: "ends in the body",
			raw:  "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab",
			want: sim.Captured{
				Start: "POST / HTTP/1.1", Lines: []sim.Field{{Name: "Content-Length", Value: "3"}}, Body: []byte("ab"),
			},
			err: io.ErrUnexpectedEOF,
		},
		{
			name: "ends in a chunk",
			raw:  "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
			want: sim.Captured{
				Start: "POST / HTTP/1.1", Lines: []sim.Field{{Name: "Transfer-Encoding", Value: "chunked"}}, Body: []byte("ab"),
			},
			err: io.ErrUnexpectedEOF,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, n, err := wire.DecodeHTTP1Request([]byte(c.raw))
			if !errors.Is(err, c.err) {
				t.Errorf("error %v, want %v", err, c.err)
			}
			if c.raw[n:] != c.rest {
				t.Errorf("left %q, want %q", c.raw[n:], c.rest)
			}
			c.want.Raw, c.want.Total = []byte(c.raw[:n]), int64(n)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestDecodeHTTP1Response(t *testing.T) {
	for _, c := range []struct{ name, raw, method, body, rest string }{
		{name: "until the end", raw: "HTTP/1.1 200 OK\r\n\r\nabc", body: "abc"},
		{name: "with a length", raw: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", body: "ab", rest: "c"},
		{name: "to HEAD", method: "HEAD", raw: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHTTP", rest: "HTTP"},
		{name: "204", raw: "HTTP/1.1 204 No Content\r\n\r\nHTTP", rest: "HTTP"},
		{name: "304 with a length", raw: "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nHTTP", rest: "HTTP"},
		{name: "100", raw: "HTTP/1.1 100 Continue\r\n\r\nHTTP", rest: "HTTP"},
		{name: "without a reason", raw: "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na", body: "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, n, err := wire.DecodeHTTP1Response([]byte(c.raw), c.method)
			if err != nil || string(got.Body) != c.body || c.raw[n:] != c.rest {
				t.Errorf("body %q, left %q, error %v; want %q, %q", got.Body, c.raw[n:], err, c.body, c.rest)
			}
		})
	}
}

func TestDecodeHTTP1RefusesOthers(t *testing.T) {
	for _, raw := range []string{"PRI * HTTP/2.0\r\n\r\n", "SSH-2.0\r\n", "GET /\r\n", "GET  HTTP/1.1\r\n", "HTTP/1.1 2x0 OK\r\n", "HTTP/1.1 20\r\n"} {
		if _, n, err := wire.DecodeHTTP1Request([]byte(raw)); sim.CodeOf(err) != sim.Invalid || n != 0 {
			t.Errorf("%q as a request: %d bytes, %v", raw, n, err)
		}
		if _, n, err := wire.DecodeHTTP1Response([]byte(raw), ""); sim.CodeOf(err) != sim.Invalid || n != 0 {
			t.Errorf("%q as a response: %d bytes, %v", raw, n, err)
		}
	}
}

// What net/http can read of HTTP/1.1, the decoder reads in the same way; the rest it
// survives, within its bounds.
func FuzzDecodeHTTP1(f *testing.F) {
	for _, raw := range []string{
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nt: 1\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\nabc",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\n\r\n",
		"HTTP/1.0 200 OK\nA: b\n c\n\nbody",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
		"\r\n\r\n: \r\n",
	} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, n, err := wire.DecodeHTTP1Request(raw)
		bounded(t, raw, m, n, err)
		if req, herr := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw))); herr == nil && req.ProtoMajor == 1 && req.ProtoMinor == 1 {
			agree(t, raw, m, err, req.Body)
		}
		m, n, err = wire.DecodeHTTP1Response(raw, "GET")
		bounded(t, raw, m, n, err)
		if res, herr := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), nil); herr == nil && res.ProtoMajor == 1 && res.ProtoMinor == 1 {
			agree(t, raw, m, err, res.Body)
		}
	})
}

func bounded(t *testing.T, raw []byte, m sim.Captured, n int, err error) {
	if n < 0 || n > len(raw) || !bytes.Equal(m.Raw, raw[:n]) || m.Total != int64(n) || len(m.Body) > n || len(m.Lines) > n || len(m.Notes) > n+1 {
		t.Errorf("%q: took %d, kept %d, total %d, body %d, %d lines, %d notes", raw, n, len(m.Raw), m.Total, len(m.Body), len(m.Lines), len(m.Notes))
	}
	if err == nil && m.Start == "" {
		t.Errorf("%q: read without a start line", raw)
	}
}

// agree holds m against a body that net/http reads from the same bytes.
func agree(t *testing.T, raw []byte, m sim.Captured, err error, body io.Reader) {
	want, herr := io.ReadAll(body)
	if herr != nil {
		return
	}
	if err != nil || !bytes.Equal(m.Body, want) {
		t.Errorf("%q: body %q (%v), net/http reads %q", raw, m.Body, err, want)
	}
}

// Each line costs what it is long, whatever the input.
func TestDecodeHTTP1IsLinear(t *testing.T) {
	raw := "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + strings.Repeat("a:b\r\n", 100_000) + "\r\n" + strings.Repeat("1\r\nx\r\n", 100_000)
	if m, _, err := wire.DecodeHTTP1Request([]byte(raw)); !errors.Is(err, io.ErrUnexpectedEOF) || len(m.Body) != 100_000 || len(m.Lines) != 100_001 {
		t.Errorf("%d bytes, %d lines, %v", len(m.Body), len(m.Lines), err)
	}
}
