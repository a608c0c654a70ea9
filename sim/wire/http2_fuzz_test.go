package wire

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	xhttp2 "golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/msc-sim/msc-sim/sim"
)

// spoken is a conversation as a library writes it: the caller's half.
func spoken(f testing.TB) []byte {
	var b, block bytes.Buffer
	b.WriteString(preface)
	w, e := xhttp2.NewFramer(&b, nil), hpack.NewEncoder(&block)
	if err := w.WriteSettings(xhttp2.Setting{ID: xhttp2.SettingHeaderTableSize, Val: 256}); err != nil {
		f.Fatal(err)
	}
	for i := range 3 {
		block.Reset()
		for _, h := range []hpack.HeaderField{
			{Name: ":method", Value: "POST"},
			{Name: ":path", Value: "/a.B/C"},
			{Name: "traceparent", Value: (&sim.Span{Trace: sim.TraceID{1}, ID: sim.SpanID(i + 1)}).Traceparent()},
		} {
			if err := e.WriteField(h); err != nil {
				f.Fatal(err)
			}
		}
		half := block.Len() / 2
		id := uint32(2*i + 1)
		_ = w.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: id, BlockFragment: block.Bytes()[:half], PadLength: uint8(i), Priority: xhttp2.PriorityParam{Weight: uint8(i)}})
		_ = w.WriteContinuation(id, true, block.Bytes()[half:])
		_ = w.WriteDataPadded(id, i < 2, []byte("\x00\x00\x00\x00\x03\x08\x96\x01"), make([]byte, i))
	}
	_ = w.WriteRSTStream(5, xhttp2.ErrCodeCancel)
	_ = w.WriteGoAway(0, 0, nil)
	return b.Bytes()
}

func newCalls() *calls { return &calls{limit: 64 << 10, message: 1 << 10} }

// However it is split, the same is read, and nothing makes the decoder panic or
// keep more than it may.
func FuzzHTTP2(f *testing.F) {
	good := spoken(f)
	f.Add(good, []byte(nil), uint8(7))
	f.Add(good, good[len(preface):], uint8(1))
	f.Add([]byte("PRI"), []byte("\xff\xff\xff\x00"), uint8(0))
	f.Add(append([]byte(preface), 0, 0, 4, 9, 4, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff), []byte{0, 0, 0, 3, 0, 0, 0, 0, 1}, uint8(3))
	f.Fuzz(func(t *testing.T, said, heard []byte, size uint8) {
		read := func(step int) (all []sim.Exchange) {
			k := newCalls()
			h := newStream(k, &work{}, "order", func(*stream) protocol { return newHTTP2(k) })
			for _, x := range []struct {
				way direction
				p   []byte
			}{{out, said}, {in, heard}} {
				for p := x.p; len(p) > 0; p = p[min(step, len(p)):] {
					h.add(x.way, time.Second, p[:min(step, len(p))])
				}
			}
			h.end()
			if k.size > k.limit+longestKept || len(k.conns) != 0 {
				t.Errorf("%d bytes are kept, %d connections", k.size, len(k.conns))
			}
			for _, c := range k.list {
				all = append(all, c.exchange())
			}
			return all
		}
		if d := cmp.Diff(read(1<<20), read(1+int(size))); d != "" {
			t.Errorf("split differently it reads differently (-whole +split):\n%s", d)
		}
	})
}

// A library's frames, with everything they may have: continuation, padding,
// priority, a smaller table.
func TestHTTP2ReadsWhatALibraryWrites(t *testing.T) {
	k := newCalls()
	h := newStream(k, &work{}, "order", func(*stream) protocol { return newHTTP2(k) })
	h.add(out, time.Second, spoken(t))
	for id := range sim.SpanID(3) {
		x, ok, _ := k.find(id + 1)
		if !ok || x.Request.Start != "POST /a.B/C HTTP/2" || string(x.Request.Body) != "\x00\x00\x00\x00\x03\x08\x96\x01" {
			t.Errorf("%d: found %v, %q, %q", id+1, ok, x.Request.Start, x.Request.Body)
		}
	}
}

// What did not leave is not shown, unless it was read meanwhile.
func TestHTTP2TakesBack(t *testing.T) {
	k := newCalls()
	h := newStream(k, &work{}, "order", func(*stream) protocol { return newHTTP2(k) })
	h.add(out, 1, []byte("PRI * HTTP/2.0\r\n"))
	h.add(in, 2, []byte("ab"))
	h.takeBack(4)
	h.takeBack(0)
	if got := string(h.bytes); got != "PRI * HTTP/2"+"ab" || h.pieces[0].n != 12 || h.pieces[1].n != 2 {
		t.Errorf("left: %q in %v", got, h.pieces)
	}
	h.drain()
	h.takeBack(4)
}
