package wire_test

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// A message of 512 bytes each way over loopback: the floor of every call.
const pingSize = 512

func BenchmarkPingPongBare(b *testing.B) { pingPong(b, bareConn(b)) }

func BenchmarkPingPongWire(b *testing.B) { pingPong(b, wireConn(b)) }

// BenchmarkPingPongRatio takes turns, so that a noisy machine slows both arms:
// wire/bare is the cost of the wire, bare/bare the noise it is seen through.
func BenchmarkPingPongRatio(b *testing.B) {
	arms := [3]func() time.Duration{round(b, bareConn(b)), round(b, wireConn(b)), round(b, bareConn(b))}
	var took [3]time.Duration
	for b.Loop() {
		for i, arm := range arms {
			took[i] += arm()
		}
	}
	bare := (took[0] + took[2]) / 2
	b.ReportMetric(float64(took[1])/float64(bare), "wire/bare")
	b.ReportMetric(float64(took[2])/float64(took[0]), "bare/bare")
}

func pingPong(b *testing.B, c net.Conn) {
	p := make([]byte, pingSize)
	b.ReportAllocs()
	for b.Loop() {
		ping(b, c, p)
	}
}

// round returns a function that plays a hundred times and says how long it took.
func round(b *testing.B, c net.Conn) func() time.Duration {
	p := make([]byte, pingSize)
	return func() time.Duration {
		began := time.Now()
		for range 100 {
			ping(b, c, p)
		}
		return time.Since(began)
	}
}

func ping(b *testing.B, c net.Conn, p []byte) {
	if _, err := c.Write(p); err != nil {
		b.Fatal(err)
	}
	if _, err := io.ReadFull(c, p); err != nil {
		b.Fatal(err)
	}
}

// bareConn is connected to an echo, both as the standard library makes them.
func bareConn(b *testing.B) net.Conn {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	echo(b, l, c)
	return c
}

// wireConn is connected to an echo, both through the wire.
func wireConn(b *testing.B) net.Conn {
	n := open(b, wire.Options{})
	l := listen(b, n, payment)
	c, err := n.Dial(context.Background(), toPay, l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	echo(b, l, c)
	return c
}

func echo(b *testing.B, l net.Listener, c net.Conn) {
	peer, err := l.Accept()
	if err != nil {
		b.Fatal(err)
	}
	_ = l.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		p := make([]byte, pingSize)
		for {
			if _, err := io.ReadFull(peer, p); err != nil {
				return
			}
			if _, err := peer.Write(p); err != nil {
				return
			}
		}
	}()
	b.Cleanup(func() { _ = c.Close(); <-done; _ = peer.Close() })
}

// BenchmarkExchange looks for the oldest exchange of a full capture.
func BenchmarkExchange(b *testing.B) {
	n := open(b, wire.Options{})
	url := serve(b, listen(b, n, payment), hello)
	client := clientOf(b, n)
	var last sim.SpanID
	for {
		last++
		post(b, client, url, last, nil)
		if _, ok := n.Exchange(pays, 1); !ok {
			break
		}
	}
	for b.Loop() {
		n.Exchange(pays, 2)
	}
	b.ReportMetric(float64(last), "kept")
}
