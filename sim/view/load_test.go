package view

import (
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

// The picture's load is the sum over all use cases, and a shortfall is that of one.
func TestLoadOfSeveralUseCases(t *testing.T) {
	p := &Picture{}
	for _, step := range []struct {
		fact       sim.Fact
		load, sent sim.Rate
	}{
		{sim.Load{UseCase: "a", Rate: 50}, 50, 50},
		{sim.Load{UseCase: "b", Rate: 20}, 70, 70},
		{sim.Shortfall{UseCase: "a", Offered: 50, Sent: 30}, 70, 50},
		{sim.Load{UseCase: "b"}, 50, 30},
		{sim.Load{UseCase: "a"}, 0, 0},
	} {
		p.applyWorld(sim.Event{Fact: step.fact})
		if p.Load != step.load || p.Sent != step.sent {
			t.Errorf("after %+v %v is offered and %v sent", step.fact, p.Load, p.Sent)
		}
		var sum sim.Rate
		for _, l := range p.Loads() {
			sum += l.Rate
		}
		if sum != step.load {
			t.Errorf("after %+v the loads are %+v", step.fact, p.Loads())
		}
	}
}
