package queue_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/conform"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// broker starts a nats-server for one test.
func broker(t *testing.T, o nats.Options) *nats.Server {
	t.Helper()
	s, err := nats.Start(t.Context(), o)
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

func TestConformance(t *testing.T) {
	for _, o := range []queue.Options{{}, {Reply: true}, {Stream: true}, {Reply: true, Binary: true}} {
		name := queue.NATS(o).Name()
		if o.Binary {
			name += " as protobuf"
		}
		t.Run(name, func(t *testing.T) {
			conform.Run(t, conform.Subject{New: func(t *testing.T) (sim.Transport, sim.Net) {
				n := wire.New(wire.Options{})
				o.Addr = broker(t, nats.Options{}).Addr
				t.Cleanup(func() { _ = n.Close() })
				return queue.NATS(o), n
			}})
		})
	}
}
