package wire_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// at is a hook with a verdict for some points, that counts what it meets.
type at struct {
	points  wire.Point
	verdict wire.Verdict
	met     atomic.Int64
	bursts  atomic.Int64
}

func (a *at) Meet(m wire.Moment) wire.Verdict {
	if m.Point&a.points == 0 {
		return wire.Verdict{}
	}
	a.met.Add(1)
	if !m.Burst.Asked {
		m.Burst.Asked = true
		a.bursts.Add(1)
	}
	return a.verdict
}

var (
	onLink    = wire.Place{Link: pays}
	onPayment = wire.Place{Instance: sim.Instance{Service: "payment"}} // all its instances
)

// A Read that waits since before the hook was armed meets it with the next byte.
func TestABlockedReadFeelsAHook(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	done := reading(t, caller)
	n.Arm(onLink, &at{points: wire.AtIn, verdict: wire.Verdict{End: wire.Resets}})
	write(t, called, "answer")
	if r := <-done; !errors.Is(r.err, syscall.ECONNRESET) || r.text != "" {
		t.Errorf("the read gave %q, %v; want a reset", r.text, r.err)
	}
	if _, err := called.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the other side reads %v, want a reset", err)
	}
}

func TestResetOutIsSeenByBothSides(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	waiting := reading(t, caller)
	n.Arm(onLink, &at{points: wire.AtOut, verdict: wire.Verdict{End: wire.Resets}})
	if m, err := caller.Write([]byte("request")); !errors.Is(err, syscall.ECONNRESET) || m != 0 {
		t.Errorf("wrote %d, %v; want a reset", m, err)
	}
	if r := <-waiting; !errors.Is(r.err, syscall.ECONNRESET) {
		t.Errorf("the caller's blocked read gave %v, want a reset", r.err)
	}
	if m, err := called.Read(make([]byte, 9)); m != 0 || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the other side read %d, %v; want nothing and a reset", m, err)
	}
}

func TestCutLetsSomePass(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	n.Arm(onLink, &at{points: wire.AtOut, verdict: wire.Verdict{End: wire.Closes, After: 4}})
	if m, err := caller.Write([]byte("request")); m != 4 || !errors.Is(err, syscall.EPIPE) {
		t.Errorf("wrote %d, %v; want 4 and a broken pipe", m, err)
	}
	if b, err := io.ReadAll(called); string(b) != "requ" || err != nil {
		t.Errorf("the other side read %q, %v; want the first four and a clean end", b, err)
	}
	if _, err := caller.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the caller reads %v, want EOF", err)
	}
}

func TestRefusedDial(t *testing.T) {
	n := open(t, wire.Options{})
	l := listen(t, n, payment)
	for _, place := range []wire.Place{onLink, onPayment} {
		disarm := n.Arm(place, &at{points: wire.AtDial, verdict: wire.Verdict{Err: syscall.ECONNREFUSED}})
		if _, err := n.Dial(t.Context(), toPay, l.Addr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("the dial gave %v, want refused", err)
		}
		disarm()
		disarm()
		if c, err := n.Dial(t.Context(), toPay, l.Addr().String()); err != nil {
			t.Error(err)
		} else {
			_ = c.Close()
		}
	}
}

// Of one of ours a hook is asked at the dial, of an outsider when it is accepted;
// nobody is asked twice.
func TestAcceptIsForOutsiders(t *testing.T) {
	n := open(t, wire.Options{})
	l := listen(t, n, payment)
	h := &at{points: wire.AtAccept, verdict: wire.Verdict{End: wire.Resets}}
	n.Arm(onPayment, h)
	accepted := make(chan net.Conn, 2)
	var home sync.WaitGroup
	home.Go(func() {
		for range 2 {
			if c, err := l.Accept(); err == nil {
				accepted <- c
			}
		}
	})
	for range 2 {
		out, err := net.Dial("tcp", l.Addr().String())
		if err == nil { // the reset may also come that early
			_, err = out.Read(make([]byte, 1))
			_ = out.Close()
		}
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("an outsider reads %v, want a reset", err)
		}
		if _, err := n.Dial(t.Context(), toPay, l.Addr().String()); err != nil {
			t.Fatal(err)
		}
		<-accepted
	}
	home.Wait()
	if got := h.met.Load(); got != 2 {
		t.Errorf("asked %d times, want twice", got)
	}
}

func TestHeldDialGoesOnWhenDisarmed(t *testing.T) {
	n := open(t, wire.Options{})
	l := listen(t, n, payment)
	h := &at{points: wire.AtDial, verdict: wire.Verdict{Hold: true}}
	disarm := n.Arm(onLink, h)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := n.Dial(ctx, toPay, l.Addr().String()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a held dial gave %v", err)
	}
	done := make(chan error, 1)
	go func() { _, err := n.Dial(context.Background(), toPay, l.Addr().String()); done <- err }()
	eventually(t, "the dial is held", func() bool { return h.met.Load() == 2 })
	disarm()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// The bytes that the caller gave are his own: only what leaves is changed.
func TestChangedBytes(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	n.Arm(onLink, shout{})
	p := []byte("hello")
	if _, err := caller.Write(p); err != nil {
		t.Fatal(err)
	}
	if got := read(t, called, 5); got != "HELLO" || string(p) != "hello" {
		t.Errorf("arrived %q, given %q", got, p)
	}
	write(t, called, "hello")
	if got := read(t, caller, 5); got != "HELLO" {
		t.Errorf("answered %q", got)
	}
}

type shout struct{}

func (shout) Meet(m wire.Moment) wire.Verdict {
	copy(m.Bytes, bytes.ToUpper(m.Bytes))
	return wire.Verdict{Changed: true}
}

// A burst is what goes one way until something goes the other way, in however
// many writes.
func TestBursts(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	h := &at{points: wire.AtOut}
	n.Arm(onLink, h)
	for range 3 {
		write(t, caller, "a")
		write(t, caller, "b")
		read(t, called, 2)
		write(t, called, "c")
		read(t, caller, 1)
	}
	if h.met.Load() != 6 || h.bursts.Load() != 3 {
		t.Errorf("%d writes in %d bursts, want 6 in 3", h.met.Load(), h.bursts.Load())
	}
}

// A hook knows whose bytes it meets, also on the side that accepted.
func TestHooksKnowWhose(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	caller.(sim.Carrier).Carry(7)
	var got []wire.Moment
	n.Arm(onPayment, moments{&got})
	write(t, caller, "x")
	read(t, called, 1)
	if len(got) != 1 || got[0].Route != toPay || got[0].Span != 7 || got[0].Point != wire.AtIn {
		t.Errorf("%+v", got)
	}
}

type moments struct{ all *[]wire.Moment }

func (m moments) Meet(at wire.Moment) wire.Verdict {
	*m.all = append(*m.all, at)
	return wire.Verdict{}
}

// Connections stay in the pool of net/http while a hook delays them.
func TestDelayKeepsConnectionsAlive(t *testing.T) {
	n := open(t, wire.Options{})
	url := serve(t, listen(t, n, payment), hello)
	client := clientOf(t, n)
	get(t, client, url)
	dials := &at{points: wire.AtDial}
	n.Arm(onLink, dials)
	for _, place := range []wire.Place{onLink, onPayment} {
		disarm := n.Arm(place, &at{points: wire.AtIn | wire.AtOut, verdict: wire.Verdict{Delay: 2 * time.Millisecond}})
		for range 5 {
			if got := get(t, client, url); got != "hello" {
				t.Errorf("%q", got)
			}
		}
		disarm()
		if got := get(t, client, url); got != "hello" {
			t.Errorf("%q", got)
		}
	}
	if dials.met.Load() != 0 {
		t.Errorf("%d new connections, want none", dials.met.Load())
	}
}

// Killing an instance ends what hooks hold on its sockets.
func TestKillEndsWhatIsHeld(t *testing.T) {
	n := open(t, wire.Options{})
	caller, _ := pair(t, n)
	n.Arm(onLink, &at{points: wire.AtOut | wire.AtIn, verdict: wire.Verdict{Hold: true}})
	write(t, caller, "request")
	done := reading(t, caller)
	n.Kill(order)
	if r := <-done; r.err == nil {
		t.Error("the read went on")
	}
}
