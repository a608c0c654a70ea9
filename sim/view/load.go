package view

import (
	"slices"

	"github.com/msc-sim/msc-sim/sim"
)

// offered is the load of one use case.
type offered struct {
	useCase    string
	rate, sent sim.Rate
}

// offered notes the load of a use case, and sums up those of all.
func (p *Picture) offered(useCase string, rate, sent sim.Rate) {
	at := slices.IndexFunc(p.loads, func(o offered) bool { return o.useCase == useCase })
	switch {
	case rate == 0 && useCase == "":
		p.loads = nil
	case rate == 0 && at >= 0:
		p.loads = slices.Delete(p.loads, at, at+1)
	case rate == 0:
	case at >= 0:
		p.loads[at] = offered{useCase, rate, sent}
	default:
		p.loads = append(p.loads, offered{useCase, rate, sent})
	}
	p.Load, p.Sent = 0, 0
	for _, o := range p.loads {
		p.Load += o.rate
		p.Sent += o.sent
	}
}

// Loads are the loads of now as commands that begin them, in the sequence in which
// they began.
func (p *Picture) Loads() (all []sim.SetLoad) {
	for _, o := range p.loads {
		all = append(all, sim.SetLoad{Rate: o.rate, UseCase: o.useCase})
	}
	return all
}
