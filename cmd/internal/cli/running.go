package cli

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/msc-sim/msc-sim/cmd/internal/control"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// running is a world together with its control endpoint. Close ends both.
type running struct {
	*lab.Lab
	control *control.Server
	group   errgroup.Group
}

// open starts a world and makes it reachable for ctl. Door, if not nil, stands
// between ctl and the world. When open fails nothing is left.
func (a *app) open(ctx context.Context, spec *sim.WorldSpec, o lab.Options, door func(*lab.Lab) (control.World, error)) (*running, error) {
	dir, err := a.runDir()
	if err != nil {
		return nil, err
	}
	o.Getenv, o.External = a.Getenv, a.attach.external
	l, err := lab.Open(ctx, spec, o)
	if err != nil {
		return nil, err
	}
	var w control.World = l
	if door != nil {
		w, err = door(l)
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	c, err := control.Listen(w, dir)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	r := &running{Lab: l, control: c}
	r.group.Go(c.Serve) // ends with Close
	return r, nil
}

// Close ends the control endpoint, then the world, and waits for both.
func (r *running) Close() error {
	return errors.Join(r.control.Close(), r.group.Wait(), r.Lab.Close())
}

// endpoints are those of the world and the one for control.
func (r *running) endpoints() []sim.Endpoint { return append(r.Endpoints(), r.control.Endpoint()) }
