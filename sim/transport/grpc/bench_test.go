package grpc_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	stock "google.golang.org/grpc"

	"github.com/msc-sim/msc-sim/sim"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/grpc"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// BenchmarkAgainstBare compares a call through this transport, with a span, with
// the same call over grpc-go alone: one connection, the same contract, plain
// sockets. A third arm has the sockets of sim/wire, with the capture for the
// HTTP/2 view. The arms take turns (A B C A …), and the bare arm runs a second
// time against itself, which shows the noise.
//
//	go test -run - -bench AgainstBare -benchtime 40000x ./sim/transport/grpc
func BenchmarkAgainstBare(b *testing.B) {
	n := wire.New(wire.Options{})
	b.Cleanup(func() { _ = n.Close() })
	for _, callers := range []int{1, 32} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			arms := []*arm{{call: bare(b)}, {call: through(b, plain{})}, {call: through(b, n)}, {call: bare(b)}}
			const turn = 256 // calls before the next arm
			for done := 0; done < b.N; done += turn {
				for _, a := range arms {
					a.run(b, callers, turn)
				}
			}
			first := arms[0].result()
			b.ReportMetric(0, "ns/op") // all arms together: of no meaning
			b.ReportMetric(first.cpu/1e3, "bare-cpu-µs")
			b.ReportMetric(first.p50/1e3, "bare-p50-µs")
			for i, name := range []string{"grpc", "wire", "noise"} {
				r := arms[i+1].result()
				b.ReportMetric(r.cpu/first.cpu, name+"-cpu-×")
				b.ReportMetric(r.p50/first.p50, name+"-p50-×")
			}
		})
	}
}

// arm is one way to make the call, with what it has cost.
type arm struct {
	call func(context.Context) error
	cpu  time.Duration // of the whole process
	took []time.Duration
}

// run makes total calls from n callers.
func (a *arm) run(b *testing.B, n, total int) {
	took := make([][]time.Duration, n)
	before := cpu(b)
	var all sync.WaitGroup
	for c := range n {
		all.Go(func() { // ends after its share
			for range total / n {
				start := time.Now()
				if err := a.call(b.Context()); err != nil {
					b.Error(err)
					return
				}
				took[c] = append(took[c], time.Since(start))
			}
		})
	}
	all.Wait()
	a.cpu += cpu(b) - before
	a.took = append(a.took, slices.Concat(took...)...)
}

type cost struct{ cpu, p50 float64 } // ns a call

func (a *arm) result() cost {
	slices.Sort(a.took)
	return cost{float64(a.cpu) / float64(len(a.took)), float64(a.took[len(a.took)/2])}
}

// answer is of the size of a product.
func answer() *conformv1.Thing {
	t := &conformv1.Thing{Id: "101", Note: "A mug for the morning, blue, 0.3 l, safe in the dishwasher", Size: 36}
	for range 3 {
		t.Parts = append(t.Parts, &conformv1.Part{Name: "one part of the whole"})
	}
	return t
}

const getThing = "/sim.conform.v1.Probe/GetThing"

// bare is the call over grpc-go alone, as generated code makes and takes it.
func bare(b *testing.B) func(context.Context) error {
	gs := stock.NewServer()
	gs.RegisterService(&stock.ServiceDesc{
		ServiceName: "sim.conform.v1.Probe", HandlerType: (*any)(nil),
		Methods: []stock.MethodDesc{{MethodName: "GetThing", Handler: func(_ any, _ context.Context, decode func(any) error, _ stock.UnaryServerInterceptor) (any, error) {
			return answer(), decode(&conformv1.GetThing{})
		}}},
	}, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = gs.Serve(l) }() // ends with Stop
	cc, err := stock.NewClient(l.Addr().String(), plaintext)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cc.Close(); gs.Stop() })
	return func(ctx context.Context) error {
		return cc.Invoke(ctx, getThing, &conformv1.GetThing{Id: "101"}, &conformv1.Thing{})
	}
}

// through is the call through this transport over the sockets of n.
func through(b *testing.B, n sim.Net) func(context.Context) error {
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
	return func(ctx context.Context) error {
		_, err := conn.Do(sim.WithSpan(ctx, &sim.Span{Trace: sim.TraceID{1}, ID: sim.SpanID(id.Add(1))}), m)
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

// cpu is the time that this process has computed so far.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
