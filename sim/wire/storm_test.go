package wire_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// Whatever happens at once, nothing is left open, held or running.
func TestStorm(t *testing.T) {
	n := wire.New(wire.Options{})
	var home sync.WaitGroup
	loop := func(f func()) {
		home.Go(func() {
			for range 150 {
				f()
			}
		})
	}
	for range 3 {
		loop(func() { visit(n) })
		loop(func() {
			n.Pause(payment, "f1")
			n.Pause(order, "f2")
			n.Resume(order, "f2")
			n.Resume(payment, "f1")
		})
		loop(func() { n.Kill(payment) })
		loop(func() { n.Kill(order); n.Exchange(pays, 1); n.Open() })
	}
	home.Go(func() {
		for range 20 {
			visit(n)
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	home.Wait()
	if listeners, conns := n.Open(); listeners+conns != 0 {
		t.Errorf("%d listeners and %d connections are left", listeners, conns)
	}
}

// visit listens, calls itself once and leaves; anything of it may fail.
func visit(n *wire.Net) {
	l, err := n.Listen(payment, "http")
	if err != nil {
		return
	}
	var home sync.WaitGroup
	home.Go(func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		b := make([]byte, 64)
		k, _ := c.Read(b)
		_, _ = c.Write(b[:k])
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if c, err := n.Dial(ctx, toPay, l.Addr().String()); err == nil {
		_ = c.SetDeadline(time.Now().Add(time.Second))
		_, _ = c.Write([]byte("traceparent: " + spanned(sim.SpanID(1))))
		_, _ = c.Read(make([]byte, 64))
		_ = c.Close()
	}
	_ = l.Close()
	home.Wait()
}
