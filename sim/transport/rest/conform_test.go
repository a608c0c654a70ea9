package rest_test

import (
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/conform"
	"github.com/msc-sim/msc-sim/sim/transport/rest"
	"github.com/msc-sim/msc-sim/sim/wire"
)

func TestConformance(t *testing.T) {
	conform.Run(t, conform.Subject{New: func(t *testing.T) (sim.Transport, sim.Net) {
		n := wire.New(wire.Options{})
		t.Cleanup(func() { _ = n.Close() })
		return rest.New(rest.Options{}), n
	}})
}
