package rest

import (
	"bytes"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// spoken is what a client of HTTP/2 says: its preface and two requests, the
// second with one header more, cut into two frames and padded.
func spoken(t testing.TB, name, value string) []byte {
	t.Helper()
	var out, block bytes.Buffer
	out.WriteString(preface)
	f, table := http2.NewFramer(&out, nil), hpack.NewEncoder(&block)
	request := func(stream uint32, more ...string) {
		block.Reset()
		for i, fields := 0, append([]string{":method", "GET", ":scheme", "http", ":path", "/", ":authority", "gw", "x-long", "a value"}, more...); i < len(fields); i += 2 {
			_ = table.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
		}
		b := block.Bytes()
		half := len(b) / 2
		_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: b[:half], EndStream: true, PadLength: 7, Priority: http2.PriorityParam{Weight: 3, StreamDep: 0}})
		_ = f.WriteContinuation(stream, true, b[half:])
	}
	_ = f.WriteSettings(http2.Setting{ID: http2.SettingMaxFrameSize, Val: maxFrame})
	request(1)
	request(3, name, value)
	return out.Bytes()
}

func TestMalformedRequestsOfHTTP2(t *testing.T) {
	for _, c := range []struct {
		name, value string
		bad         bool
	}{
		{"accept", "a", false},
		{"te", "trailers", false},
		{"te", "trailers, deflate", true},
		{"connection", "keep-alive", true},
		{"proxy-connection", "keep-alive", true},
		{"transfer-encoding", "chunked", true},
		{"upgrade", "foo", true},
		{"keep-alive", "1", true},
	} {
		all := spoken(t, c.name, c.value)
		for _, size := range []int{1, 7, len(all)} {
			w := &watched{}
			for b := all; len(b) > 0; b = b[min(size, len(b)):] {
				w.watch(b[:min(size, len(b))])
			}
			if w.bad != c.bad || w.over {
				t.Errorf("%s: %s in pieces of %d: bad %v, over %v", c.name, c.value, size, w.bad, w.over)
			}
		}
	}
	w := &watched{}
	var late bytes.Buffer
	_ = http2.NewFramer(&late, nil).WriteContinuation(3, true, nil)
	w.watch(spoken(t, "te", "trailers"))
	if w.watch(late.Bytes()); !w.bad {
		t.Error("a continuation of nothing passes")
	}
	w = &watched{}
	if w.watch([]byte("GET / HTTP/1.1\r\n")); !w.over || w.bad {
		t.Error("HTTP/1.1 is watched")
	}
}

func FuzzWatched(f *testing.F) {
	f.Add(spoken(f, "te", "x"), 3)
	f.Fuzz(func(t *testing.T, b []byte, size int) {
		w := &watched{begun: len(preface)}
		for size = min(max(size, 1), 1000); len(b) > 0 && !w.over && !w.bad; b = b[min(size, len(b)):] {
			w.watch(b[:min(size, len(b))])
			if len(w.held) > maxFrame+frameHead+size {
				t.Fatalf("%d bytes are held", len(w.held))
			}
		}
	})
}
