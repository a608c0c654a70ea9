package lab_test

import (
	"context"
	"testing"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/encoding/protojson"

	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/internal/measure"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// BenchmarkWatchedQueue compares a recorded message through NATS with the same
// message published and consumed with bare nats.go, at the same server, with a
// stream and a consumer of the same kind. What is timed is the publication until
// the server has stored it; the CPU is that of everybody.
//
//	go test ./sim/lab -run '^$' -bench WatchedQueue -benchtime 1x
func BenchmarkWatchedQueue(b *testing.B) {
	spec := parse(b, "name: bench\nservices:\n  client: {kind: client}\n  product: {kind: product}\nlinks: {\"client:product\": {transport: nats}}\n")
	l, err := lab.Open(b.Context(), spec, lab.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	bare := bareQueue(b, endpoint(b, l, "nats", "nats"))
	ask := l.Caller("client")
	m := sim.NewMessage(&productv1.GetProduct{Id: "101"})
	watched := func() error { return ask.Tell(context.Background(), "product", m) }
	measure.Compare(b, measure.Arm{Name: "bare", Call: bare}, measure.Arm{Name: "watched", Call: watched})
}

// bareQueue publishes, and has what it publishes consumed and acknowledged.
func bareQueue(b *testing.B, addr string) func() error {
	b.Helper()
	connect := func() jetstream.JetStream {
		nc, err := client.Connect("nats://" + addr)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(nc.Close)
		js, err := jetstream.New(nc)
		if err != nil {
			b.Fatal(err)
		}
		return js
	}
	stream, err := connect().CreateStream(b.Context(), jetstream.StreamConfig{Name: "BARE", Subjects: []string{"bare"}, Retention: jetstream.WorkQueuePolicy})
	if err != nil {
		b.Fatal(err)
	}
	consumer, err := stream.CreateConsumer(b.Context(), jetstream.ConsumerConfig{Durable: "bare", AckPolicy: jetstream.AckExplicitPolicy})
	if err != nil {
		b.Fatal(err)
	}
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		var q productv1.GetProduct
		if protojson.Unmarshal(m.Data(), &q) == nil {
			_ = m.Ack()
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(consuming.Stop)
	js := connect()
	return func() error {
		body, err := protojson.Marshal(&productv1.GetProduct{Id: "101"})
		if err != nil {
			return err
		}
		m := client.NewMsg("bare")
		m.Header.Set("type", "shop.product.v1.GetProduct")
		m.Data = body
		_, err = js.PublishMsg(context.Background(), m)
		return err
	}
}
