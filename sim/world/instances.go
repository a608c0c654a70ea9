package world

import "github.com/msc-sim/msc-sim/sim"

// Status is what `show services` says about the newest incarnation of an instance,
// or about a product.
type Status struct {
	Name    string `json:"name"` // "payment#2"
	Kind    string `json:"kind"`
	State   State  `json:"state"`
	Addr    string `json:"addr,omitempty"`      // where it listens, a service for REST, or listened
	GRPC    string `json:"grpc_addr,omitempty"` // of a service; "" = it does not listen for it yet
	Working int64  `json:"working"`             // requests that it works on, those of a killed one included
	Waiting int64  `json:"waiting"`             // requests that wait for a worker
	Workers int    `json:"workers"`             // how many it can work on at the same time; 0 = no limit
	Outside int64  `json:"from_outside"`        // requests it received from outside the world since the last reset
	Time    string `json:"time,omitempty"`      // how long its work takes
	Note    string `json:"note,omitempty"`      // of a product: "built in", "attached 3.13.7"
}

// Status lists all instances in the order of the world, and the products that ran.
func (w *World) Status() (all []Status) {
	for _, s := range w.spec.Services {
		for _, l := range w.instances(s.Name) {
			state, waiting := l.State(), l.waiting.Load()
			if state == Gone {
				state = Stopped // the next one starts just now
			}
			all = append(all, Status{
				Name: l.self.String(), Kind: s.Kind, State: state, Addr: l.addr("rest"), GRPC: l.addr("grpc"),
				Working: l.working.Load() - waiting, Waiting: waiting, Workers: s.Workers,
				Outside: l.shard.FromOutside(sim.Link(sim.Outside, s.Name)), Time: s.Time.String(),
			})
		}
	}
	for _, p := range w.opt.Products {
		if s, ok := p.Status(); ok {
			all = append(all, s)
		}
	}
	return all
}
