package wire_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

func TestKillResetsBothWays(t *testing.T) {
	for _, c := range []struct {
		name string
		dies sim.Instance
		peer func(caller, called net.Conn) net.Conn
	}{
		{"who accepted dies", payment, func(caller, _ net.Conn) net.Conn { return caller }},
		{"who dialled dies", order, func(_, called net.Conn) net.Conn { return called }},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := open(t, wire.Options{})
			caller, called := pair(t, n)
			peer := c.peer(caller, called)
			done := reading(t, peer)
			n.Kill(c.dies)
			if r := <-done; !errors.Is(r.err, syscall.ECONNRESET) {
				t.Errorf("the peer reads %v, want a reset", r.err)
			}
			if _, conns := n.Open(); conns != 1 {
				t.Errorf("%d connections are open, want the peer's", conns)
			}
		})
	}
}

func TestKillInMidResponse(t *testing.T) {
	n := open(t, wire.Options{})
	over := make(chan struct{})
	defer close(over)
	url := serve(t, listen(t, n, payment), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, "half of it")
		_ = http.NewResponseController(w).Flush()
		<-over
	}))
	res, err := clientOf(t, n).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadFull(res.Body, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	n.Kill(payment)
	if _, err := res.Body.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client reads %v, want a reset", err)
	}
}

func TestKillLeavesNobodyListening(t *testing.T) {
	n := open(t, wire.Options{})
	l := listen(t, n, payment)
	backlog, err := net.Dial("tcp", l.Addr().String()) // connected, not accepted
	if err != nil {
		t.Fatal(err)
	}
	defer backlog.Close()
	n.Kill(payment)
	if _, err := backlog.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("who waited in the backlog reads %v, want a reset", err)
	}
	if _, err := n.Dial(context.Background(), toPay, l.Addr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dialling the dead gives %v, want refused", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept gives %v, want closed", err)
	}
}

// A client may come between the kernel and Accept while the server is paused.
func TestKillWhilePaused(t *testing.T) {
	n := open(t, wire.Options{})
	l := listen(t, n, payment)
	n.Pause(payment, "f1")
	accepted := make(chan error, 1)
	go func() { _, err := l.Accept(); accepted <- err }()
	c, err := n.Dial(context.Background(), toPay, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	n.Kill(payment)
	if err := <-accepted; !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept gives %v, want closed", err)
	}
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client reads %v, want a reset", err)
	}
	// The next incarnation knows nothing of the pause.
	caller, called := pair(t, n)
	write(t, caller, "hello")
	read(t, called, 5)
}

func TestAnotherPortAfterKill(t *testing.T) {
	n := open(t, wire.Options{})
	seen := map[string]bool{}
	for range 200 {
		addr := listen(t, n, payment).Addr().String()
		if seen[addr] {
			t.Fatalf("%s was given twice", addr)
		}
		seen[addr] = true
		n.Kill(payment)
	}
}

// The dead cannot act: a handler that runs on after a kill opens no connection.
func TestTheDeadDoNotDial(t *testing.T) {
	n := open(t, wire.Options{})
	l := listen(t, n, payment)
	dial := func() error {
		_, err := n.Dial(context.Background(), toPay, l.Addr().String())
		return err
	}
	n.Kill(order)
	if err := dial(); err != nil {
		t.Errorf("who never listened has no next incarnation to wait for, but got %v", err)
	}
	listen(t, n, order)
	n.Kill(order)
	if err := dial(); !errors.Is(err, sim.ErrKilled) {
		t.Errorf("got %v, want killed", err)
	}
	listen(t, n, order)
	if err := dial(); err != nil {
		t.Errorf("the next incarnation got %v", err)
	}
}

func TestKillEndsADial(t *testing.T) {
	n := open(t, wire.Options{})
	l := listen(t, n, payment)
	n.Pause(order, "f1")
	done := make(chan error, 1)
	go func() { _, err := n.Dial(context.Background(), toPay, l.Addr().String()); done <- err }()
	eventually(t, "the dial is held", n.Holds)
	n.Kill(order)
	if err := <-done; !errors.Is(err, sim.ErrKilled) {
		t.Errorf("got %v, want killed", err)
	}
}

func TestCloseSaysWhatItWaitsFor(t *testing.T) {
	n := wire.New(wire.Options{})
	n.Impatient(time.Millisecond)
	ends := []func(){n.Begin("read of order"), n.Begin("read of order"), n.Begin("dial of order→payment")}
	err := n.Close()
	if err == nil || !strings.Contains(err.Error(), "dial of order→payment, 2 × read of order") {
		t.Errorf("got %v, want the names of the calls", err)
	}
	for _, end := range ends {
		end()
	}
	if err := n.Close(); err != nil {
		t.Errorf("all are home, but %v", err)
	}
}
