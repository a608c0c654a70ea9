package nats_test

import (
	"slices"
	"testing"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/msc-sim/msc-sim/embedded/nats"
)

// BenchmarkPublish compares what "stored" costs where one node keeps a message,
// and where the leader waits for one of two others. Everything is on one machine,
// so it is the price of the words between the nodes, not of a network.
func BenchmarkPublish(b *testing.B) {
	s, err := nats.Start(b.Context(), nats.Options{Nodes: 3})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct {
		name     string
		replicas int
	}{{"R1", 1}, {"R3", 3}} {
		b.Run(c.name, func(b *testing.B) {
			publishAll(b, s, jetstream.StreamConfig{Name: c.name, Subjects: []string{c.name}, Replicas: c.replicas, MaxMsgs: 1000})
		})
	}
}

// publishAll publishes one message after another to the leader of a stream.
func publishAll(b *testing.B, s *nats.Server, c jetstream.StreamConfig) {
	b.Helper()
	open := func(addr string) (*client.Conn, jetstream.JetStream) {
		nc, err := client.Connect(addr)
		if err != nil {
			b.Fatal(err)
		}
		js, err := jetstream.New(nc)
		if err != nil {
			b.Fatal(err)
		}
		return nc, js
	}
	nc, js := open(s.Addr())
	_, err := js.CreateOrUpdateStream(b.Context(), c)
	nc.Close()
	if err != nil {
		b.Fatal(err)
	}
	all := s.Streams()
	leader := all[slices.IndexFunc(all, func(t nats.Stream) bool { return t.Name == c.Name })].Leader
	nc, js = open(s.Addrs()[leader-1])
	defer nc.Close()
	for b.Loop() {
		if _, err := js.Publish(b.Context(), c.Name, []byte("a message as it is")); err != nil {
			b.Fatal(err)
		}
	}
}
