package grpc_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/internal/measure"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/grpc"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// BenchmarkAgainstBare compares a call through this transport, with a span, with
// the same call over grpc-go alone, over plain sockets. A third arm has the
// sockets of sim/wire, with the capture for the HTTP/2 view.
//
//	go test -run - -bench AgainstBare -benchtime 1x ./sim/transport/grpc
func BenchmarkAgainstBare(b *testing.B) {
	n := wire.New(wire.Options{})
	b.Cleanup(func() { _ = n.Close() })
	measure.Compare(b,
		measure.Arm{Name: "bare", Call: measure.GRPC(b, "/sim.conform.v1.Probe/GetThing", &conformv1.GetThing{Id: "101"}, answer)},
		measure.Arm{Name: "grpc", Call: through(b, plain{})},
		measure.Arm{Name: "wire", Call: through(b, n)})
}

// answer is of the size of a product.
func answer() proto.Message {
	t := &conformv1.Thing{Id: "101", Note: "A mug for the morning, blue, 0.3 l, safe in the dishwasher", Size: 36}
	for range 3 {
		t.Parts = append(t.Parts, &conformv1.Part{Name: "one part of the whole"})
	}
	return t
}

// through is the call through this transport over the sockets of n.
func through(b *testing.B, n sim.Net) func() error {
	t := grpc.New(grpc.Options{})
	server, err := t.Bind(b.Context(), n, sim.Instance{Service: "probe"}, []string{"sim.conform.v1.GetThing"})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { // ends with ctx
		served <- server.Serve(ctx, func(context.Context, sim.Message) (sim.Message, error) { return sim.NewMessage(answer()), nil })
	}()
	conn, err := t.Dial(b.Context(), n, sim.Route{Link: "order:probe", From: sim.Instance{Service: "order"}}, server.Addr())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close(); cancel(); <-served })
	m := sim.NewMessage(&conformv1.GetThing{Id: "101"})
	var id atomic.Uint64
	return func() error {
		_, err := conn.Do(sim.WithSpan(context.Background(), &sim.Span{Trace: sim.TraceID{1}, ID: sim.SpanID(id.Add(1))}), m)
		return err
	}
}

// plain is a Net of plain sockets.
type plain struct{}

func (plain) Listen(sim.Instance, string) (net.Listener, error) {
	return net.Listen("tcp", "127.0.0.1:0")
}

func (plain) Dial(ctx context.Context, _ sim.Route, addr string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "tcp", addr)
}
