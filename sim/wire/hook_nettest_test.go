package wire_test

import (
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/nettest"

	"github.com/msc-sim/msc-sim/sim/wire"
)

// always is a hook with one verdict for all bytes.
type always struct{ wire.Verdict }

func (a always) Meet(m wire.Moment) wire.Verdict {
	if m.Point&(wire.AtOut|wire.AtIn) == 0 {
		return wire.Verdict{}
	}
	return a.Verdict
}

// The promises of net.Conn hold while hooks of every sort come and go in
// mid-call, on both sides.
func TestConnHooked(t *testing.T) {
	for _, c := range []struct {
		name  string
		hook  wire.Hook
		stays bool // armed all the time
	}{
		{"without effect", always{}, true},
		{"without effect, coming and going", always{}, false},
		{"delay", always{wire.Verdict{Delay: 100 * time.Microsecond}}, true},
		{"delay, coming and going", always{wire.Verdict{Delay: time.Millisecond}}, false},
		{"hold, coming and going", always{wire.Verdict{Hold: true}}, false},
		{"rate", always{wire.Verdict{Rate: 1 << 30}}, true},
		{"rate, coming and going", always{wire.Verdict{Rate: 64 << 20}}, false},
		{"pieces, coming and going", always{wire.Verdict{Piece: 700, Gap: time.Microsecond}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
				n := wire.New(wire.Options{})
				stop := func() {}
				if c.stays {
					n.Arm(wire.Place{Link: pays}, c.hook)
					n.Arm(wire.Place{Instance: payment}, c.hook)
				} else {
					stop = comeAndGo(n, c.hook)
				}
				caller, called := pair(t, n)
				return caller, called, func() { stop(); _ = n.Close() }, nil
			})
		})
	}
}

// comeAndGo arms and disarms a hook on both sides until it is stopped.
func comeAndGo(n *wire.Net, h wire.Hook) (stop func()) {
	end := make(chan struct{})
	var home sync.WaitGroup
	home.Go(func() {
		tick := time.NewTicker(200 * time.Microsecond)
		defer tick.Stop()
		var off [2]func()
		at := [2]wire.Place{{Link: pays}, {Instance: payment}}
		for i := 0; ; i++ {
			select {
			case <-end:
				return
			case <-tick.C:
			}
			k := i % 2
			if off[k] == nil {
				off[k] = n.Arm(at[k], h)
			} else {
				off[k]()
				off[k] = nil
			}
		}
	})
	return func() { close(end); home.Wait() }
}
