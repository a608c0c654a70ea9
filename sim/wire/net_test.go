package wire_test

import (
	"context"
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	order   = sim.Instance{Service: "order", N: 1}
	payment = sim.Instance{Service: "payment", N: 1}
	pays    = sim.Link("order", "payment")
	toPay   = sim.Route{Link: pays, From: order, To: payment}
)

// open makes a net that is closed at the end of the test, with nothing left open.
func open(t testing.TB, o wire.Options) *wire.Net {
	n := wire.New(o)
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
		if listeners, conns := n.Open(); listeners+conns != 0 {
			t.Errorf("after Close %d listeners and %d connections are open", listeners, conns)
		}
	})
	return n
}

func listen(t testing.TB, n *wire.Net, owner sim.Instance) net.Listener {
	t.Helper()
	l, err := n.Listen(owner, "http")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// pair connects order to payment.
func pair(t testing.TB, n *wire.Net) (caller, called net.Conn) {
	t.Helper()
	l := listen(t, n, payment)
	defer l.Close()
	caller, err := n.Dial(context.Background(), toPay, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	called, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return caller, called
}

// eventually waits for a condition that nobody announces.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("never came true: %s", what)
		}
	}
}

func write(t testing.TB, c net.Conn, s string) {
	t.Helper()
	if _, err := io.WriteString(c, s); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, c net.Conn, n int) string {
	t.Helper()
	b := make([]byte, n)
	if _, err := io.ReadFull(c, b); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCount(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	write(t, caller, "ping")
	read(t, called, 4)
	write(t, called, "pong!")
	read(t, caller, 5)

	type counts struct{ out, in int64 }
	of := func(out, in int64) counts { return counts{out, in} }
	for _, c := range []struct {
		what      string
		got, want counts
	}{
		{"caller", of(caller.(sim.ByteCounter).Bytes()), counts{4, 5}},
		{"called", of(called.(sim.ByteCounter).Bytes()), counts{5, 4}},
		{"link", of(n.Bytes(pays)), counts{4, 5}},
		{"another link", of(n.Bytes("a:b")), counts{}},
	} {
		if c.got != c.want {
			t.Errorf("%s counts %v, want %v", c.what, c.got, c.want)
		}
	}
	if listeners, conns := n.Open(); listeners != 0 || conns != 2 {
		t.Errorf("open are %d listeners and %d connections, want 0 and 2", listeners, conns)
	}
}

func TestCountOnlyWhatCrossed(t *testing.T) {
	n := open(t, wire.Options{})
	caller, _ := pair(t, n)
	_ = caller.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
	sent, err := caller.Write(make([]byte, 64<<20)) // more than a kernel buffers
	if err == nil {
		t.Fatal("the kernel took it all")
	}
	if out, _ := n.Bytes(pays); out != int64(sent) {
		t.Errorf("counted %d bytes, %d were sent", out, sent)
	}
}

func TestCloseWrite(t *testing.T) {
	n := open(t, wire.Options{})
	caller, called := pair(t, n)
	if err := caller.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := called.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the other side reads %v, want EOF", err)
	}
	write(t, called, "still there")
	if got := read(t, caller, 11); got != "still there" {
		t.Errorf("read %q", got)
	}
}

func TestAfterClose(t *testing.T) {
	n := wire.New(wire.Options{})
	caller, called := pair(t, n)
	l := listen(t, n, payment)
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	for what, f := range map[string]func() error{
		"accept": func() error { _, err := l.Accept(); return err },
		"read":   func() error { _, err := called.Read(make([]byte, 1)); return err },
		"write":  func() error { _, err := caller.Write([]byte("x")); return err },
		"listen": func() error { _, err := n.Listen(order, "http"); return err },
		"dial": func() error {
			_, err := n.Dial(context.Background(), toPay, l.Addr().String())
			return err
		},
	} {
		if err := f(); err == nil {
			t.Errorf("%s works on a closed net", what)
		}
	}
}

// Addresses beyond this machine are dialled where they were named, and no others.
func TestOnlyNamedAddressesAreBeyond(t *testing.T) {
	n := open(t, wire.Options{Beyond: []string{"192.0.2.1:5672"}})
	ended, cancel := context.WithCancel(t.Context())
	cancel() // nothing leaves this machine here
	for addr, denied := range map[string]bool{"192.0.2.1:5672": false, "192.0.2.1:80": true, "192.0.2.2:5672": true, "127.0.0.1:9": false} {
		_, err := n.Dial(ended, toPay, addr)
		if got := sim.CodeOf(err) == sim.Denied; err == nil || got != denied {
			t.Errorf("%s: %v", addr, err)
		}
	}
}
