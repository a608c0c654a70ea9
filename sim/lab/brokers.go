package lab

import (
	"errors"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/world"
)

// brokers are all that there are, running or not.
type brokers []*broker

func (bs brokers) named(name string) *broker {
	for _, b := range bs {
		if b.name == name {
			return b
		}
	}
	return nil
}

// products are the brokers as the world knows them.
func (bs brokers) products() (all []world.Product) {
	for _, b := range bs {
		all = append(all, b)
	}
	return all
}

// legs are all ways between this world's services and a broker.
func (l *Lab) legs() (legs []sim.LinkID) {
	for _, k := range l.spec.Links {
		legs = append(legs, k.ID+"@in", k.ID+"@out")
	}
	for _, t := range l.spec.Topics {
		for _, s := range l.spec.Services {
			legs = append(legs, sim.Link(t.Name, s.Name))
		}
	}
	return legs
}

func (bs brokers) close() error {
	var errs []error
	for _, b := range bs {
		errs = append(errs, b.close())
	}
	return errors.Join(errs...)
}
