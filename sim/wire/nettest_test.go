package wire_test

import (
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/nettest"

	"github.com/msc-sim/msc-sim/sim/wire"
)

// The promises of net.Conn, held bare and while pauses come and go in mid-call.
func TestConn(t *testing.T) {
	t.Run("bare", func(t *testing.T) {
		nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
			n := wire.New(wire.Options{})
			caller, called := pair(t, n)
			return caller, called, func() { _ = n.Close() }, nil
		})
	})
	t.Run("paused", func(t *testing.T) {
		nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
			n := wire.New(wire.Options{})
			caller, called := pair(t, n)
			stop := flicker(n)
			return caller, called, func() { stop(); _ = n.Close() }, nil
		})
	})
}

// flicker pauses and resumes both sides again and again until it is stopped.
func flicker(n *wire.Net) (stop func()) {
	end := make(chan struct{})
	var home sync.WaitGroup
	home.Go(func() {
		tick := time.NewTicker(200 * time.Microsecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-end:
				return
			case <-tick.C:
			}
			switch i % 4 {
			case 0:
				n.Pause(payment, "f1")
			case 1:
				n.Pause(order, "f1")
			case 2:
				n.Resume(payment, "f1")
			case 3:
				n.Resume(order, "f1")
			}
		}
	})
	return func() { close(end); home.Wait() }
}
