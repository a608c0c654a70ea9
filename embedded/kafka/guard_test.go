package kafka

import (
	"bytes"
	"encoding/binary"
	"net"
	"sync/atomic"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// FuzzGuard sends bytes in pieces of any size: what passes is a row of requests,
// and a guard that was given the same bytes at once says the same.
func FuzzGuard(f *testing.F) {
	formatted := kmsg.NewRequestFormatter()
	f.Add(formatted.AppendRequest(nil, kmsg.NewPtrMetadataRequest(), 1), uint8(3))
	f.Add(formatted.AppendRequest(nil, kmsg.NewPtrApiVersionsRequest(), 1), uint8(1))
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"), uint8(200))
	f.Add([]byte("\x00\x00\x00\x08\x7f\xff\x00\x01\x00\x00\x00\x01"), uint8(5))
	f.Fuzz(func(t *testing.T, b []byte, piece uint8) {
		var named atomic.Bool
		whole := &guard{named: &named}
		want := whole.check(b)
		parts := &guard{named: &named}
		var got error
		for rest := b; len(rest) > 0 && got == nil; {
			n := min(int(piece)+1, len(rest))
			got = parts.check(rest[:n])
			rest = rest[n:]
		}
		if (got == nil) != (want == nil) {
			t.Fatalf("at once: %v, in pieces: %v", want, got)
		}
		if valid := requests(b); want == nil != valid {
			t.Fatalf("it said %v, and a row of requests is %v", want, valid)
		}
	})
}

// requests reports whether b begins like a row of requests, however it ends.
func requests(b []byte) bool {
	for len(b) >= 4 {
		size := int(binary.BigEndian.Uint32(b))
		if size < minRequest || size > maxRequest {
			return false
		}
		if len(b) >= 6 && kmsg.RequestForKey(int16(binary.BigEndian.Uint16(b[4:]))) == nil {
			return false
		}
		b = b[min(4+size, len(b)):]
	}
	return true
}

func TestAGuardPassesWhatItRead(t *testing.T) {
	here, there := net.Pipe()
	var named atomic.Bool
	g := &guard{Conn: there, named: &named, left: func(*guard) {}}
	request := kmsg.NewRequestFormatter().AppendRequest(nil, kmsg.NewPtrMetadataRequest(), 1)
	go func() { // ends when it is read
		_, _ = here.Write(request)
		_ = here.Close()
	}()
	var got bytes.Buffer
	if _, err := got.ReadFrom(g); err != nil || !bytes.Equal(got.Bytes(), request) || !named.Load() {
		t.Errorf("got %x, %v; want %x", got.Bytes(), err, request)
	}
	_ = g.Close()
}

func TestABatchThatLies(t *testing.T) {
	for n, want := range map[int32]bool{-5: false, 0: false, 1: true, 64_000: true, 1 << 30: false} {
		b := kmsg.RecordBatch{Magic: 2, NumRecords: n, Records: []byte{1, 2, 3}}
		if got := counts(b.AppendTo(nil)); got != want {
			t.Errorf("%d records: %v", n, got)
		}
	}
	if !counts([]byte("short")) {
		t.Error("what is no batch is for the cluster to refuse")
	}
}

// A connection has left when its calls have returned, not when it is closed: the
// cluster does not wait for its readers.
func TestAGuardLeavesAfterItsLastCall(t *testing.T) {
	here, there := net.Pipe()
	defer here.Close()
	held := &holding{Conn: there, reading: make(chan bool), let: make(chan bool)}
	left := make(chan bool, 2)
	g := &guard{Conn: held, named: new(atomic.Bool), left: func(*guard) { left <- true }}
	read := make(chan error)
	go func() {
		_, err := g.Read(make([]byte, 1))
		read <- err
	}()
	<-held.reading
	for range 2 {
		_ = g.Close()
	}
	select {
	case <-left:
		t.Error("it has left while it is read")
	default:
	}
	held.let <- true
	if err := <-read; err == nil {
		t.Error("a closed connection was read")
	}
	<-left
	if len(left) > 0 {
		t.Error("it left twice")
	}
}

// holding is a connection whose reads return late.
type holding struct {
	net.Conn
	reading, let chan bool
}

func (h *holding) Read(b []byte) (int, error) {
	h.reading <- true
	n, err := h.Conn.Read(b)
	<-h.let
	return n, err
}
