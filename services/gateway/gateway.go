// Package gateway is the kind of service that stands in front of the others. What
// it does with a request is in sim/gateway.
package gateway

import (
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/gateway"
)

// New is a gateway with the steps and routes of its world file.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service { return gateway.New(env, spec) }
