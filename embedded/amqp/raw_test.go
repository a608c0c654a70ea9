package amqp_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	amqp091 "github.com/rabbitmq/amqp091-go"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// raw is a client that writes frames by hand.
type raw struct {
	t      testing.TB
	c      net.Conn
	frames *wire.Frames
}

// rawClient connects to where an amqp:// address leads.
func rawClient(t testing.TB, url string) *raw {
	t.Helper()
	_, addr, _ := strings.Cut(strings.TrimSuffix(url, "/"), "@")
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return &raw{t: t, c: c, frames: wire.NewFrames(bufio.NewReader(c), 1<<20)}
}

func (r *raw) write(b []byte) {
	r.t.Helper()
	if _, err := r.c.Write(b); err != nil {
		r.t.Fatal(err)
	}
}

// method writes one method.
func (r *raw) method(channel, class, method uint16, args func(w *wire.Writer)) {
	r.t.Helper()
	r.write(methodFrame(channel, class, method, args))
}

func methodFrame(channel, class, method uint16, args func(w *wire.Writer)) []byte {
	w := new(wire.Writer)
	at := w.Begin(wire.FrameMethod, channel)
	w.U16(class).U16(method)
	if args != nil {
		args(w)
	}
	w.End(at)
	return w.B
}

// expect reads on until a method comes.
func (r *raw) expect(class, method uint16) *wire.Reader {
	r.t.Helper()
	for {
		f, err := r.frames.Next()
		if err != nil {
			r.t.Fatalf("method %d.%d: %v", class, method, err)
		}
		in := wire.Read(f.Payload)
		if f.Type == wire.FrameMethod && in.U16() == class && in.U16() == method {
			return in
		}
	}
}

// login goes as far as tune, which it returns.
func (r *raw) login(mechanism, response string) *wire.Reader {
	r.t.Helper()
	r.startOK(mechanism, response)
	return r.expect(10, 30)
}

func (r *raw) startOK(mechanism, response string) {
	r.t.Helper()
	r.write([]byte(wire.Header))
	r.expect(10, 10)
	r.method(0, 10, 11, func(w *wire.Writer) {
		w.Table(wire.Table{"capabilities": wire.Table{"authentication_failure_close": true}}).Short(mechanism).Long(response).Short("en_US")
	})
}

const guest = "\x00guest\x00guest"

func (r *raw) tuneOK(channels uint16, frame uint32, beat uint16) {
	r.t.Helper()
	r.method(0, 10, 31, func(w *wire.Writer) { w.U16(channels).U32(frame).U16(beat) })
}

func (r *raw) openVhost(name string) {
	r.t.Helper()
	r.method(0, 10, 40, func(w *wire.Writer) { w.Short(name).Short("").U8(0) })
}

// ready opens a connection and channel 1.
func (r *raw) ready() *raw {
	r.t.Helper()
	r.login("PLAIN", guest)
	r.tuneOK(10, 8192, 0)
	r.openVhost("/")
	r.expect(10, 41)
	r.method(1, 20, 10, func(w *wire.Writer) { w.Short("") })
	r.expect(20, 11)
	return r
}

// refused is the code and the text with which the connection is closed.
func (r *raw) refused() (code uint16, text string) {
	r.t.Helper()
	in := r.expect(10, 50)
	return in.U16(), in.Short()
}

func TestTheWire(t *testing.T) {
	publish := func(w *wire.Writer) { w.U16(0).Short("").Short("t.a").U8(0) }
	play(t, []scene{
		{"wrong password", func(p *player) {
			r := rawClient(p.t, p.url)
			r.startOK("PLAIN", "\x00guest\x00wrong")
			code, text := r.refused()
			p.say("%d %s", code, text)
		}, "403 ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile."},
		{"AMQPLAIN", func(p *player) {
			r := rawClient(p.t, p.url)
			login := new(wire.Writer).Table(wire.Table{"LOGIN": "guest", "PASSWORD": "guest"}).B
			in := r.login("AMQPLAIN", string(login[4:]))
			p.say("tune %d %d", in.U16(), in.U32())
		}, "tune 2047 131072"},
		{"no such vhost", func(p *player) {
			r := rawClient(p.t, p.url)
			r.login("PLAIN", guest)
			r.tuneOK(10, 8192, 0)
			r.openVhost("elsewhere")
			code, text := r.refused()
			p.say("%d %s", code, text)
		}, "530 NOT_ALLOWED - vhost elsewhere not found"},
		{"another protocol", func(p *player) {
			r := rawClient(p.t, p.url)
			r.write([]byte("AMQP\x01\x01\x00\x0a"))
			b, _ := io.ReadAll(r.c) // hung up on, one way or the other
			p.say("%q", b)
		}, `"AMQP\x00\x00\t\x01"`},
		{"a channel that is not open", func(p *player) {
			r := rawClient(p.t, p.url).ready()
			r.method(2, 50, 10, func(w *wire.Writer) { w.U16(0).Short("t.a").U8(0).Table(nil) })
			code, text := r.refused()
			p.say("%d %s", code, text)
		}, "504 CHANNEL_ERROR - expected 'channel.open'"},
		{"opened twice", func(p *player) {
			r := rawClient(p.t, p.url).ready()
			r.method(1, 20, 10, func(w *wire.Writer) { w.Short("") })
			code, text := r.refused()
			p.say("%d %s", code, text)
		}, "504 CHANNEL_ERROR - second 'channel.open' seen"},
		{"a body without a message", func(p *player) {
			r := rawClient(p.t, p.url).ready()
			w := new(wire.Writer)
			w.Frame(wire.FrameBody, 1, []byte("x"))
			r.write(w.B)
			code, text := r.refused()
			p.say("%d %s", code, text)
		}, "505 UNEXPECTED_FRAME - expected method frame, got non method frame instead"},
		{"a method in a message", func(p *player) {
			r := rawClient(p.t, p.url).ready()
			r.method(1, 60, 40, publish)
			r.method(1, 60, 40, publish)
			code, text := r.refused()
			p.say("%d %s", code, text)
		}, "505 UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead"},
		{"a body without a header", func(p *player) {
			r := rawClient(p.t, p.url).ready()
			r.method(1, 60, 40, publish)
			w := new(wire.Writer)
			w.Frame(wire.FrameBody, 1, []byte("x"))
			r.write(w.B)
			code, text := r.refused()
			p.say("%d %s", code, text)
		}, "505 UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead"},
	})
}

// A client that is silent for two heartbeats is gone, and what it had in hand is
// there for others.
func TestASilentClient(t *testing.T) {
	s := start(t, amqp.Options{})
	p := &player{t: t, url: url(s)}
	defer p.leave()
	p.queue("t.a", nil)
	p.publish("", "t.a", "1")
	p.await("t.a", 1)
	r := rawClient(t, url(s))
	r.login("PLAIN", guest)
	r.tuneOK(10, 8192, 1)
	r.openVhost("/")
	r.expect(10, 41)
	r.method(1, 20, 10, func(w *wire.Writer) { w.Short("") })
	r.method(1, 60, 70, func(w *wire.Writer) { w.U16(0).Short("t.a").U8(0) })
	r.expect(60, 71)
	p.await("t.a", 1)
	if d := p.get("t.a"); !d.Redelivered {
		t.Error("it is not said to come again")
	}
}

// A client that never reads holds up nobody but itself, and costs no more than
// its share: the rest of the messages stays in the queue.
func TestAClientThatNeverReads(t *testing.T) {
	s := start(t, amqp.Options{})
	p := &player{t: t, url: url(s)}
	defer p.leave()
	p.queue("t.a", nil)
	r := rawClient(t, url(s)).ready()
	r.method(1, 60, 20, func(w *wire.Writer) { w.U16(0).Short("t.a").Short("").U8(0).Table(nil) })
	r.expect(60, 21)
	body := make([]byte, 1<<20)
	for range 64 {
		if !p.confirmed("", "t.a", amqp091.Publishing{Body: body}) {
			t.Fatal("a message was refused")
		}
	}
	q := s.Topology().Queues[0]
	if q.Ready < 32 || q.Ready+q.Unacked != 64 {
		t.Errorf("%d ready and %d in its hand", q.Ready, q.Unacked)
	}
	if err := r.c.Close(); err != nil {
		t.Fatal(err)
	}
	p.await("t.a", 64)
}

// Who asks and never reads the answers is made to wait, and does not fill the memory.
func TestAClientThatOnlyAsks(t *testing.T) {
	s := start(t, amqp.Options{})
	r := rawClient(t, url(s)).ready()
	ask := methodFrame(1, 50, 10, func(w *wire.Writer) { w.U16(0).Short("t." + strings.Repeat("a", 200)).U8(0).Table(nil) })
	if err := r.c.SetWriteDeadline(time.Now().Add(2 * time.Second)); err != nil {
		t.Fatal(err)
	}
	all := strings.Repeat(string(ask), 100)
	var err error
	for range 10_000 {
		if _, err = io.WriteString(r.c, all); err != nil {
			break
		}
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("it could go on asking: %v", err)
	}
}

// What cannot be is answered with a reason, also where RabbitMQ hangs up or waits.
func TestBadInput(t *testing.T) {
	at := url(start(t, amqp.Options{}))
	publish := func(w *wire.Writer) { w.U16(0).Short("").Short("t.a").U8(0) }
	header := func(size uint64) []byte {
		w := new(wire.Writer)
		at := w.Begin(wire.FrameHeader, 1)
		w.U16(60).U16(0).U64(size).U16(0)
		w.End(at)
		return w.B
	}
	t.Run("more than is offered", func(t *testing.T) {
		for size, want := range map[uint32]string{
			1 << 20: "NOT_ALLOWED - negotiated frame_max = 1048576 is higher than the maximum allowed value (131072)",
			1000:    "NOT_ALLOWED - negotiated frame_max = 1000 is lower than the minimum allowed value (4096)",
		} {
			r := rawClient(t, at)
			r.login("PLAIN", guest)
			r.tuneOK(10, size, 0)
			if code, text := r.refused(); code != 530 || text != want {
				t.Errorf("%d: %d %s", size, code, text)
			}
		}
	})
	t.Run("a message that is too large", func(t *testing.T) {
		r := rawClient(t, at).ready()
		r.method(1, 60, 40, publish)
		r.write(header(1 << 40)) // and no body: it is refused at once
		in := r.expect(20, 40)
		if code, text := in.U16(), in.Short(); code != 406 || text != "PRECONDITION_FAILED - message size 1099511627776 is larger than configured max size 16777216" {
			t.Errorf("%d %s", code, text)
		}
	})
	for name, bad := range map[string]struct {
		frame []byte
		code  uint16
	}{
		"no such frame":        {[]byte{7, 0, 0, 0, 0, 0, 0, wire.FrameEnd}, 501},
		"a frame without end":  {[]byte{1, 0, 0, 0, 0, 0, 1, 0, 0}, 501},
		"a frame too large":    {[]byte{1, 0, 1, 0, 1, 0, 0}, 501},
		"arguments missing":    {methodFrame(1, 60, 20, nil), 501},
		"no such method":       {methodFrame(1, 77, 7, nil), 540},
		"no method at all":     {[]byte{1, 0, 1, 0, 0, 0, 1, 0, wire.FrameEnd}, 501},
		"a table cut off":      {methodFrame(1, 50, 10, func(w *wire.Writer) { w.U16(0).Short("q").U8(0).U32(9999) }), 501},
		"a header cut off":     {append(methodFrame(1, 60, 40, publish), 2, 0, 1, 0, 0, 0, 2, 0, 60, wire.FrameEnd), 501},
		"more than announced":  {slices.Concat(methodFrame(1, 60, 40, publish), header(1), []byte{3, 0, 1, 0, 0, 0, 2, 'a', 'b', wire.FrameEnd}), 501},
		"connection on open":   {methodFrame(0, 10, 40, func(w *wire.Writer) { w.Short("/").Short("").U8(0) }), 504},
		"content on channel 0": {[]byte{3, 0, 0, 0, 0, 0, 0, wire.FrameEnd}, 505},
	} {
		t.Run(name, func(t *testing.T) {
			r := rawClient(t, at).ready()
			r.write(bad.frame)
			if code, text := r.refused(); code != bad.code {
				t.Errorf("%d %s, want %d", code, text, bad.code)
			}
		})
	}
}

// After close-ok the socket is the client's: one that reads to the end of the
// stream while it closes would otherwise miss close-ok, or hang (amqp091-go 1.10).
func TestTheClientClosesTheSocket(t *testing.T) {
	r := rawClient(t, url(start(t, amqp.Options{}))).ready()
	r.method(0, 10, 50, func(w *wire.Writer) { w.U16(200).Short("bye").U16(0).U16(0) })
	r.expect(10, 51)
	if err := r.c.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if f, err := r.frames.Next(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after close-ok: %v, %v; want an open socket", f, err)
	}
	r.write([]byte{8, 0, 0, 0, 0, 0, 0, 0xce}) // a heartbeat that crossed close-ok is no mistake
}
