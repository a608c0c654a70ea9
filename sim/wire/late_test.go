package wire_test

import (
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim/wire"
)

// What is held arrives when the hook goes, in order, and no goroutine is left.
func TestDisarmLetsGo(t *testing.T) {
	for _, point := range []wire.Point{wire.AtOut, wire.AtIn} {
		n := open(t, wire.Options{})
		caller, called := pair(t, n)
		before := runtime.NumGoroutine()
		h := &at{points: point, verdict: wire.Verdict{Hold: true}}
		disarm := n.Arm(onLink, h)
		from, to := caller, called
		if point == wire.AtIn {
			from, to = called, caller
		}
		done := reading(t, to)
		for range 3 {
			write(t, from, "hello ")
		}
		eventually(t, "the hook holds", func() bool { return h.met.Load() > 0 })
		select {
		case r := <-done:
			t.Fatalf("%v: %q came through", point, r.text)
		default:
		}
		write(t, from, "there")
		disarm()
		got := (<-done).text
		got += read(t, to, len("hello hello hello there")-len(got))
		if got != "hello hello hello there" {
			t.Errorf("%v: after disarm %q", point, got)
		}
		eventually(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= before })
		if n.Armed(onLink) != 0 {
			t.Error("the hook is still armed")
		}
	}
}

// What is held obeys deadlines that the kernel knows nothing of.
func TestHeldReadObeysItsDeadline(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	n.Arm(onLink, &at{points: wire.AtIn, verdict: wire.Verdict{Hold: true}})
	write(t, called, "answer")
	for range 3 {
		_ = caller.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
		var timeout net.Error
		if _, err := caller.Read(make([]byte, 9)); !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Fatalf("a held read gave %v, want a timeout", err)
		}
	}
	_ = caller.SetReadDeadline(time.Time{})
	done := reading(t, caller)
	_ = caller.Close()
	if r := <-done; !errors.Is(r.err, net.ErrClosed) {
		t.Errorf("after Close %v", r.err)
	}
}

func TestHeldWriteHasBounds(t *testing.T) {
	n := open(t, wire.Options{})
	caller, _ := pair(t, n)
	n.Arm(onLink, &at{points: wire.AtOut, verdict: wire.Verdict{Hold: true}})
	_ = caller.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
	m, err := caller.Write(make([]byte, 4<<20))
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() || m < 256<<10 || m > 512<<10 {
		t.Errorf("a held write took %d bytes, %v; want a timeout after some 256 KiB", m, err)
	}
}

// Parcels carry the moment they came, so a delay does not add up: many of them
// take hardly longer than one.
func TestDelayDoesNotCutThroughput(t *testing.T) {
	const delay, parcels = 50 * time.Millisecond, 40
	for _, point := range []wire.Point{wire.AtOut, wire.AtIn} {
		n := open(t, wire.Options{})
		caller, called := pair(t, n)
		n.Arm(onLink, &at{points: point, verdict: wire.Verdict{Delay: delay}})
		from, to := caller, called
		if point == wire.AtIn {
			from, to = called, caller
		}
		began := time.Now()
		var home sync.WaitGroup
		home.Go(func() {
			for range parcels {
				write(t, from, strings.Repeat("x", 1000))
			}
		})
		read(t, to, parcels*1000)
		if took := time.Since(began); took < delay || took > parcels*delay/4 {
			t.Errorf("%v: %d parcels took %s at a delay of %s", point, parcels, took, delay)
		}
		home.Wait()
	}
}

func TestRate(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	n.Arm(onLink, &at{points: wire.AtOut, verdict: wire.Verdict{Rate: 100_000}})
	began := time.Now()
	write(t, caller, strings.Repeat("x", 10_000))
	_ = read(t, called, 10_000)
	if took := time.Since(began); took < 90*time.Millisecond {
		t.Errorf("10,000 bytes took %s at 100,000 a second", took)
	}
}

func TestPieces(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	n.Arm(onLink, &at{points: wire.AtIn, verdict: wire.Verdict{Piece: 3}})
	write(t, called, "0123456789")
	b := make([]byte, 64)
	var got []string
	for len(strings.Join(got, "")) < 10 {
		m, err := caller.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(b[:m]))
	}
	if want := "012 345 678 9"; strings.Join(got, " ") != want {
		t.Errorf("read %q, want %q", got, want)
	}
}

// The end comes late, whatever was said before it comes first, and the owner
// does not wait.
func TestSlowClose(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	const delay = 60 * time.Millisecond
	n.Arm(onLink, &at{points: wire.AtClose, verdict: wire.Verdict{Delay: delay}})
	write(t, caller, "goodbye")
	began := time.Now()
	_ = caller.Close()
	if took := time.Since(began); took > delay/2 {
		t.Errorf("Close took %s", took)
	}
	if _, err := caller.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a write after Close gave %v", err)
	}
	if _, err := caller.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a read after Close gave %v", err)
	}
	b, err := io.ReadAll(called)
	if took := time.Since(began); string(b) != "goodbye" || err != nil || took < delay {
		t.Errorf("the other side read %q, %v after %s", b, err, took)
	}
	eventually(t, "the connection is gone", func() bool { _, conns := n.Open(); return conns == 1 })
}

// What was written before Close arrives, although a hook holds it back.
func TestCloseWaitsForWhatIsUnderWay(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	n.Arm(onLink, &at{points: wire.AtOut, verdict: wire.Verdict{Delay: 20 * time.Millisecond}})
	write(t, caller, "last words")
	_ = caller.Close()
	if b, err := io.ReadAll(called); string(b) != "last words" || err != nil {
		t.Errorf("the other side read %q, %v", b, err)
	}
}

// Closed connections that are held back do not pile up without end.
func TestFarewellsAreBounded(t *testing.T) {
	n := open(t, wire.Options{})
	l := listen(t, n, payment)
	var home sync.WaitGroup
	home.Go(func() {
		for {
			if _, err := l.Accept(); err != nil {
				return
			}
		}
	})
	n.Arm(onLink, &at{points: wire.AtOut, verdict: wire.Verdict{Hold: true}})
	before := runtime.NumGoroutine()
	for range 300 {
		c, err := n.Dial(t.Context(), toPay, l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		write(t, c, "into the void")
		_ = c.Close()
	}
	eventually(t, "some 256 goroutines are left", func() bool { return runtime.NumGoroutine()-before <= 258 })
	_ = n.Close()
	home.Wait()
}
