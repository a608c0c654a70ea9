package rest_test

import (
	"context"
	"sync/atomic"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/internal/measure"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
	"github.com/msc-sim/msc-sim/sim/transport/rest"
)

// BenchmarkAgainstBare compares a call through this transport, with a span, with
// the same call over net/http alone, both over plain sockets. The bare arm reads
// and writes its JSON with protojson, so what our codec saves is part of the ratio.
//
//	go test -run - -bench AgainstBare -benchtime 1x ./sim/transport/rest
func BenchmarkAgainstBare(b *testing.B) {
	measure.Compare(b,
		measure.Arm{Name: "bare", Call: measure.HTTP(b, "/things/{id}", "/things/101", answer)},
		measure.Arm{Name: "rest", Call: watched(b)})
}

// answer is of the size of a product.
func answer() proto.Message {
	t := &conformv1.Thing{Id: "101", Note: "A mug for the morning, blue, 0.3 l, safe in the dishwasher", Size: 36}
	for range 3 {
		t.Parts = append(t.Parts, &conformv1.Part{Name: "one part of the whole"})
	}
	return t
}

// watched is the call through this transport.
func watched(b *testing.B) func() error {
	t := rest.New(rest.Options{})
	server, err := t.Bind(b.Context(), plain{}, sim.Instance{Service: "probe"}, probes)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { // ends with ctx
		served <- server.Serve(ctx, func(context.Context, sim.Message) (sim.Message, error) { return sim.NewMessage(answer()), nil })
	}()
	conn, err := t.Dial(b.Context(), plain{}, sim.Route{From: sim.Instance{Service: "order"}}, server.Addr())
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
