package amqp_test

import (
	"bytes"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

func publishFrames(channel uint16, size uint64) (method, header []byte) {
	w := new(wire.Writer)
	at := w.Begin(wire.FrameHeader, channel)
	w.U16(60).U16(0).U64(size).U16(0)
	w.End(at)
	return methodFrame(channel, 60, 40, func(w *wire.Writer) { w.U16(0).Short("").Short("t.nobody").U8(0) }), w.B
}

func (r *raw) open(channels ...uint16) {
	r.t.Helper()
	for _, ch := range channels {
		r.method(ch, 20, 10, func(w *wire.Writer) { w.Short("") })
		r.expect(20, 11)
	}
}

// Messages that arrive at once are bounded together, however many channels they
// are spread over.
func TestHalfMessages(t *testing.T) {
	r := rawClient(t, url(start(t, amqp.Options{MaxMessage: 1000}))).ready()
	r.open(2, 3, 4, 5, 6)
	for ch := range uint16(6) {
		method, header := publishFrames(ch+1, 1000)
		r.write(append(method, header...))
	}
	w := new(wire.Writer)
	for ch := range uint16(6) {
		w.Frame(wire.FrameBody, ch+1, make([]byte, 900))
	}
	r.write(w.B)
	if code, text := r.refused(); code != 530 || text != "NOT_ALLOWED - too many messages are arriving at once on this connection" {
		t.Errorf("%d %s", code, text)
	}
}

// What waits for a commit is bounded for a connection, in all its channels.
func TestOpenTransactions(t *testing.T) {
	const most = 100_000
	r := rawClient(t, url(start(t, amqp.Options{}))).ready()
	r.open(2, 3)
	for ch := range uint16(3) {
		r.method(ch+1, 90, 10, nil)
		r.expect(90, 11)
	}
	publish := func(channel uint16, n int) {
		t.Helper()
		method, header := publishFrames(channel, 0)
		r.write(bytes.Repeat(append(method, header...), n))
	}
	publish(1, most/2)
	publish(2, most/2+1)
	in := r.expect(20, 40)
	if code, text := in.U16(), in.Short(); code != 506 || text[:15] != "RESOURCE_ERROR " {
		t.Errorf("%d %s", code, text)
	}
	publish(3, most/2) // what the closed channel had is free again
	r.method(1, 90, 30, nil)
	r.expect(90, 31)
	publish(3, most/2) // and what was rolled back
	r.method(3, 90, 20, nil)
	r.expect(90, 21)
}

// A publisher that never pauses hears of its messages all the same.
func TestConfirmsDoNotWaitForAPause(t *testing.T) {
	r := rawClient(t, url(start(t, amqp.Options{}))).ready()
	r.method(1, 85, 10, func(w *wire.Writer) { w.U8(0) })
	r.expect(85, 11)
	method, header := publishFrames(1, 0)
	written := make(chan error)
	go func() { _, err := r.c.Write(bytes.Repeat(append(method, header...), 20_000)); written <- err }()
	if tag := r.expect(60, 80).U64(); tag > 256 {
		t.Errorf("the first confirm came after %d messages", tag)
	}
	for said := uint64(0); said < 20_000; {
		said = r.expect(60, 80).U64()
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
}

// pipes is a listener whose clients are in the same bubble of time.
type pipes struct {
	clients chan net.Conn
	closed  chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) listen(string) (net.Listener, error) { return p, nil }

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (p *pipes) Close() error { close(p.closed); return nil }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.clients:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) dial() net.Conn {
	ours, theirs := net.Pipe()
	p.clients <- theirs
	return ours
}

// Who introduces himself a byte at a time is sent away when the time for all of it
// is over, and not only when he pauses.
func TestSlowIntroduction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		start(t, amqp.Options{Listen: p.listen})
		c := p.dial()
		defer c.Close()
		began := time.Now()
		gone := make(chan time.Duration)
		go func() {
			_, _ = io.Copy(io.Discard, c)
			gone <- time.Since(began)
		}()
		for _, b := range []byte(wire.Header) {
			time.Sleep(4 * time.Second)
			if _, err := c.Write([]byte{b}); err != nil {
				break
			}
		}
		if served := <-gone; served != 10*time.Second {
			t.Errorf("it was served for %v", served)
		}
	})
}
