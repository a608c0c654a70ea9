// Package service holds what every service of the shop does in the same way:
// give decisions the shape of handlers, name new things, and say to a caller
// what became of a call further on.
package service

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
)

// Rule is one decision under the name of the contract that asks for it.
type Rule struct {
	contract string
	handler  sim.Handler
}

// On makes a rule of a decision. The contract's name is that of Req.
func On[Req, Rep proto.Message](decide func(ctx context.Context, req Req) (Rep, error)) Rule {
	return OnMessage(func(ctx context.Context, _ sim.Message, req Req) (Rep, error) { return decide(ctx, req) })
}

// OnMessage is On for a decision that also looks at the headers.
func OnMessage[Req, Rep proto.Message](decide func(ctx context.Context, m sim.Message, req Req) (Rep, error)) Rule {
	var none Req
	name := string(none.ProtoReflect().Descriptor().FullName())
	return Rule{name, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		req, ok := m.Body.(Req)
		if !ok {
			return sim.Message{}, sim.Errorf(sim.Internal, "a message of type %s carries %T", m.Type, m.Body)
		}
		reply, err := decide(ctx, m, req)
		if err != nil {
			return sim.Message{}, sim.AsError(err)
		}
		return sim.NewMessage(reply), nil
	}}
}

// Rules implements [sim.Service] for a service that expects no late answers.
type Rules []Rule

// Handlers maps contract names to the rules.
func (rs Rules) Handlers() map[string]sim.Handler {
	m := make(map[string]sim.Handler, len(rs))
	for _, r := range rs {
		m[r.contract] = r.handler
	}
	return m
}

// OnAnswer is empty: these services wait for their answers.
func (Rules) OnAnswer() map[string]sim.Handler { return nil }
