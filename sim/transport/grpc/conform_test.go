package grpc_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/conform"
	"github.com/msc-sim/msc-sim/sim/transport/grpc"
	"github.com/msc-sim/msc-sim/sim/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	conform.Run(t, conform.Subject{New: func(t *testing.T) (sim.Transport, sim.Net) {
		n := wire.New(wire.Options{})
		t.Cleanup(func() { _ = n.Close() })
		return grpc.New(grpc.Options{}), n
	}})
}
