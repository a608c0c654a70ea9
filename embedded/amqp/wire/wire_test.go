package wire_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// everything is a table with a field of each kind.
func everything() wire.Table {
	return wire.Table{
		"t": true, "b": int8(-1), "B": uint8(200), "s": int16(-2), "u": uint16(60000), "I": int32(-3), "i": uint32(4e9),
		"l": int64(-4), "L": uint64(math.MaxUint64), "f": float32(1.5), "d": 2.5, "D": wire.Decimal{Scale: 2, Value: -125},
		"S": "text – ü", "x": []byte{0, 1}, "T": time.Unix(1700000000, 0).UTC(), "F": wire.Table{"in": int32(1)},
		"A": []any{"a", int64(1), []any{}, wire.Table{}}, "V": nil,
	}
}

func TestTable(t *testing.T) {
	want := everything()
	r := wire.Read(new(wire.Writer).Table(want).B)
	got := r.Table()
	if diff := cmp.Diff(want, got); diff != "" || r.Err() != nil || len(r.Rest()) > 0 {
		t.Errorf("%v, %d bytes left:\n%s", r.Err(), len(r.Rest()), diff)
	}
}

func TestProperties(t *testing.T) {
	for _, want := range []wire.Properties{
		{},
		{Headers: wire.Table{}},
		{
			ContentType: "a", ContentEncoding: "b", Headers: everything(), DeliveryMode: 2, Priority: 9, CorrelationID: "c", ReplyTo: "d",
			Expiration: "e", MessageID: "f", Timestamp: time.Unix(1, 0).UTC(), Type: "g", UserID: "h", AppID: "i", ClusterID: "j",
		},
	} {
		r := wire.Read(new(wire.Writer).Properties(want).B)
		if diff := cmp.Diff(want, r.Properties()); diff != "" || r.Err() != nil || len(r.Rest()) > 0 {
			t.Errorf("%v, %d bytes left:\n%s", r.Err(), len(r.Rest()), diff)
		}
	}
}

func TestPairs(t *testing.T) {
	p := wire.Properties{ContentType: "text/plain", DeliveryMode: 2, Timestamp: time.Unix(0, 0).UTC(), Headers: wire.Table{
		"a": []any{"x", wire.Table{"k": int32(1)}}, "b": []byte{0xff}, "c": []byte("text"), "d": wire.Decimal{Scale: 2, Value: 314}, "e": nil,
	}}
	want := [][2]string{
		{"content-type", "text/plain"},
		{"delivery-mode", "2"},
		{"timestamp", "1970-01-01T00:00:00Z"},
		{"a", "[x, {k: 1}]"},
		{"b", "0xff"},
		{"c", "text"},
		{"d", "314e-2"},
		{"e", "void"},
	}
	if diff := cmp.Diff(want, p.Pairs()); diff != "" {
		t.Error(diff)
	}
}

func TestFrames(t *testing.T) {
	var w wire.Writer
	w.Frame(wire.FrameMethod, 7, []byte("one"))
	w.Frame(wire.FrameHeartbeat, 0, nil)
	f := wire.NewFrames(bufio.NewReader(bytes.NewReader(w.B)), 4096)
	for _, want := range []wire.Frame{{Type: 1, Channel: 7, Payload: []byte("one")}, {Type: 8, Payload: []byte{}}} {
		if got, err := f.Next(); err != nil || !cmp.Equal(want, got) {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
	}
	if _, err := f.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
	for name, bad := range map[string]struct {
		b    []byte
		want error
	}{
		"cut off":   {w.B[:9], io.ErrUnexpectedEOF},
		"no end":    {append(bytes.Clone(w.B[:10]), 0), wire.ErrFrameEnd},
		"too large": {[]byte{3, 0, 1, 0, 0, 0x10, 1}, &wire.TooLarge{}},
	} {
		_, err := wire.NewFrames(bufio.NewReader(bytes.NewReader(bad.b)), 4096).Next()
		var large *wire.TooLarge
		if !errors.Is(err, bad.want) && !(errors.As(err, &large) && name == "too large") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Tables in tables are read so deep, and no deeper.
func TestDepth(t *testing.T) {
	nest := func(n int) wire.Table {
		t := wire.Table{}
		for range n {
			t = wire.Table{"in": t}
		}
		return t
	}
	for n, ok := range map[int]bool{20: true, 31: true, 32: false, 1000: false} {
		r := wire.Read(new(wire.Writer).Table(nest(n)).B)
		if r.Table(); (r.Err() == nil) != ok {
			t.Errorf("%d levels: %v", n, r.Err())
		}
	}
}

// What can be read can be written, and is read again as the same.
func FuzzTable(f *testing.F) {
	f.Add(new(wire.Writer).Table(everything()).B)
	f.Add([]byte{0, 0, 0, 3, 1, 'k', 'V'})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 1, 'k', 'A', 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := wire.Read(b)
		first := r.Table()
		if r.Err() != nil {
			return
		}
		again := wire.Read(new(wire.Writer).Table(first).B)
		second := again.Table()
		if !bytes.Equal(new(wire.Writer).Table(first).B, new(wire.Writer).Table(second).B) || again.Err() != nil {
			t.Errorf("%v became %v, %v", first, second, again.Err())
		}
		first.Pairs()
	})
}

func FuzzProperties(f *testing.F) {
	f.Add(new(wire.Writer).Properties(wire.Properties{ContentType: "a", Headers: everything(), Priority: 3}).B)
	f.Add([]byte{0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := wire.Read(b)
		first := r.Properties()
		if r.Err() != nil {
			return
		}
		written := new(wire.Writer).Properties(first).B
		again := wire.Read(written)
		second := again.Properties()
		if !bytes.Equal(written, new(wire.Writer).Properties(second).B) || again.Err() != nil {
			t.Errorf("%v became %v, %v", first, second, again.Err())
		}
		first.Pairs()
	})
}

func FuzzFrames(f *testing.F) {
	var w wire.Writer
	w.Frame(wire.FrameMethod, 7, []byte("one"))
	w.Frame(wire.FrameBody, 1, nil)
	f.Add(w.B)
	f.Fuzz(func(t *testing.T, b []byte) {
		in := wire.NewFrames(bufio.NewReader(bytes.NewReader(b)), 4096)
		var back wire.Writer
		for {
			frame, err := in.Next()
			if err != nil {
				break
			}
			back.Frame(frame.Type, frame.Channel, frame.Payload)
		}
		if !bytes.HasPrefix(b, back.B) {
			t.Errorf("%x became %x", b, back.B)
		}
	})
}
