package queue_test

import (
	"testing"

	"github.com/msc-sim/msc-sim/embedded/kafka"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/conform"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// cluster starts an embedded Kafka for one test.
func cluster(t *testing.T, o kafka.Options) *kafka.Server {
	t.Helper()
	s, err := kafka.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestKafkaConformance(t *testing.T) {
	for name, o := range map[string]queue.Options{"kafka": {Partitions: 1}, "kafka as protobuf": {Partitions: 1, Binary: true}} {
		t.Run(name, func(t *testing.T) {
			conform.Run(t, conform.Subject{New: func(t *testing.T) (sim.Transport, sim.Net) {
				n := wire.New(wire.Options{})
				o.Addr = cluster(t, kafka.Options{}).Addr
				t.Cleanup(func() { _ = n.Close() })
				return queue.Kafka(o), n
			}})
		})
	}
}
