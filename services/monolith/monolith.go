// Package monolith is a shop in one program: the code of the services as it
// stands, and between its parts function calls instead of messages.
//
//	             ┌───────── one process ─────────┐
//	customer ──▶ │ order ─call─▶ product          │
//	             │       ─call─▶ payment …        │
//	             └───────── one memory ───────────┘
package monolith

import (
	"context"

	"github.com/msc-sim/msc-sim/sim"
)

// Make makes the part of one instance, as it would make a service of its own.
type Make = func(env *sim.Env, spec sim.ServiceSpec) sim.Service

// Of is a service made of parts, by the names under which they call each other.
// It takes the requests of the part named front; the others are reached by it
// alone. All parts share the instance's memory, clock and end: what kills one
// kills all.
func Of(front string, parts map[string]Make) Make {
	return func(env *sim.Env, _ sim.ServiceSpec) sim.Service {
		inside := calls{}
		made := map[string]sim.Service{}
		for name, make := range parts {
			own := *env
			own.Call = inside
			made[name] = make(&own, sim.ServiceSpec{Name: name, Kind: name})
			inside[name] = made[name].Handlers()
		}
		return made[front]
	}
}

// calls is a [sim.Caller] without a wire: the caller's goroutine runs the code of
// the other part. Nothing is written or read as bytes, and there is nothing that
// could be lost, refused or late.
type calls map[string]map[string]sim.Handler // by part, by contract

func (c calls) Ask(ctx context.Context, part string, m sim.Message) (sim.Message, error) {
	call, ok := c[part][m.Type]
	if !ok {
		return sim.Message{}, sim.Errorf(sim.NotFound, "this program has no part %s that takes %s: %w", part, m.Type, sim.ErrNoLink)
	}
	return call(ctx, m)
}

func (c calls) Tell(ctx context.Context, part string, m sim.Message) error {
	_, err := c.Ask(ctx, part, m)
	return err
}

// Publish finds nobody: a program knows whom it calls.
func (calls) Publish(_ context.Context, topic string, _ sim.Message) error {
	return sim.Errorf(sim.NotFound, "this program has no topic %s: %w", topic, sim.ErrNoLink)
}
