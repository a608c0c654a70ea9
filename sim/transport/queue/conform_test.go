package queue_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// broker starts a nats-server for one test.
func broker(t *testing.T, o nats.Options) *nats.Server {
	t.Helper()
	s, err := nats.Start(t.Context(), o)
	return ending(t, s, err)
}

func TestNATSConformance(t *testing.T) {
	overNATS.conforms(t, queue.Options{}, queue.Options{Reply: true}, queue.Options{Stream: true}, queue.Options{Reply: true, Binary: true})
}
