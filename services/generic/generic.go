// Package generic is a service without a trade of its own: a world file says
// whom it calls, and so lays out a topology without a line of Go.
package generic

import (
	"context"
	"strings"

	genericv1 "github.com/msc-sim/msc-sim/services/generic/v1"
	"github.com/msc-sim/msc-sim/services/internal/service"
	"github.com/msc-sim/msc-sim/sim"
)

type node struct {
	env   *sim.Env
	calls [][]string
}

// New is a service that calls spec.Calls for every request, group after group,
// the members of a group at once.
func New(env *sim.Env, spec sim.ServiceSpec) sim.Service {
	n := node{env, spec.Calls}
	return service.Rules{service.On(n.call), service.On(n.work)}
}

// call answers when everybody has answered. It fails with the first call that
// fails; what stands behind it is not called any more.
func (n node) call(ctx context.Context, req *genericv1.Call) (*genericv1.Reply, error) {
	me, useCase, _ := strings.Cut(req.GetPath(), "/")
	if me != n.env.Self.Service {
		return nil, sim.Errorf(sim.NotFound, "there is no /%s here", req.GetPath()).
			WithFix("this is %s; ask for /%s/ and any use case", n.env.Self.Service, n.env.Self.Service)
	}
	reply := &genericv1.Reply{Service: me}
	for _, group := range n.calls {
		if err := n.all(ctx, group, useCase, req.GetPayload()); err != nil {
			return nil, err
		}
		reply.Calls = append(reply.Calls, group...)
	}
	return reply, nil
}

func (n node) work(ctx context.Context, job *genericv1.Job) (*genericv1.Reply, error) {
	return n.call(ctx, &genericv1.Call{Path: job.GetPath(), Payload: job.GetPayload()})
}

// all calls the members of a group at once and returns when all are home. The
// first that fails ends the others; its error is the one returned.
func (n node) all(ctx context.Context, group []string, useCase, payload string) error {
	if len(group) == 1 {
		return n.one(ctx, group[0], useCase, payload)
	}
	ctx, giveUp := context.WithCancel(ctx)
	defer giveUp()
	home := make(chan error, len(group))
	for _, member := range group {
		if !n.env.Group.Go("call "+member, func(context.Context) { home <- n.one(ctx, member, useCase, payload) }) {
			home <- sim.ErrKilled
		}
	}
	var first error
	for range group {
		if err := <-home; err != nil && first == nil {
			first = err
			giveUp()
		}
	}
	return first
}

func (n node) one(ctx context.Context, member, useCase, payload string) error {
	path := strings.TrimSuffix(member+"/"+useCase, "/")
	_, err := n.env.Call.Ask(ctx, member, sim.NewMessage(&genericv1.Call{Path: path, Payload: payload}))
	if err != nil {
		return service.Upstream(member, err)
	}
	return nil
}
