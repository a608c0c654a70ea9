// Package wire is where every socket of a world is born.
package wire

import (
	"context"
	"net"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Options of a Net. The zero value works.
type Options struct {
	Now     func() time.Duration                         // the world's clock; nil = since New
	Port    func(owner sim.Instance, protocol string) int // the port to listen on, 0 = any; nil = any
	Keep    int                                          // bytes of capture kept per link; 0 = 256 KiB
	Message int                                          // bytes of capture kept per message; 0 = 4 KiB
}

// Net implements [sim.Net].
type Net struct{ o Options }

// New makes a Net without sockets.
func New(o Options) *Net { return &Net{o: o} }

// Listen opens a port for owner on loopback.
func (n *Net) Listen(owner sim.Instance, protocol string) (net.Listener, error) {
	return net.Listen("tcp4", "127.0.0.1:0")
}

// Dial opens a connection along r.
func (n *Net) Dial(ctx context.Context, r sim.Route, addr string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "tcp", addr)
}

// Kill closes every socket of i with a reset.
func (n *Net) Kill(i sim.Instance) {}

// Pause makes i stand still until no cause is left.
func (n *Net) Pause(i sim.Instance, cause string) {}

// Resume takes one cause of a pause away.
func (n *Net) Resume(i sim.Instance, cause string) {}

// Exchange finds what crossed for one attempt.
func (n *Net) Exchange(l sim.LinkID, s sim.SpanID) (sim.Exchange, bool) { return sim.Exchange{}, false }

// Bytes counts all bytes of a link, seen from the caller.
func (n *Net) Bytes(l sim.LinkID) (out, in int64) { return 0, 0 }

// Open counts what is open.
func (n *Net) Open() (listeners, conns int) { return 0, 0 }

// Close closes everything.
func (n *Net) Close() error { return nil }
