package world

import "github.com/msc-sim/msc-sim/sim"

// InstanceStatus is what is known about the newest incarnation of an instance.
type InstanceStatus struct {
	Instance sim.Instance
	Kind     string
	State    string // "up", "paused", "stopped"
	Addr     string // where it listens for REST, or listened
	GRPC     string // the same for gRPC; "" = it does not listen for it yet
	Working  int64  // requests that it works on, those of a killed one included
	Waiting  int64  // requests that wait for a worker
	Workers  int    // how many work at the same time; 0 = no limit
	Outside  int64  // requests that it received from outside the world
	Time     string // how long its work takes
}

// Instances lists all instances in the order of the world.
func (w *World) Instances() []InstanceStatus {
	var all []InstanceStatus
	for _, s := range w.spec.Services {
		for _, l := range w.instances(s.Name) {
			state, waiting := "up", l.waiting.Load()
			switch {
			case l.dead.Load():
				state = "stopped"
			case l.paused.Load():
				state = "paused"
			}
			all = append(all, InstanceStatus{
				l.self, s.Kind, state, l.addr("rest"), l.addr("grpc"), l.working.Load() - waiting, waiting, s.Workers,
				l.shard.FromOutside(sim.Link(sim.Outside, s.Name)), s.Time.String(),
			})
		}
	}
	return all
}
