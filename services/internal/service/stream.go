package service

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
)

// OnStream makes a rule of a decision that answers with any number of messages,
// one after another, and ends when it returns.
func OnStream[Req, Rep proto.Message](decide func(ctx context.Context, m sim.Message, req Req, say func(Rep) error) error) Rule {
	var none Req
	name := string(none.ProtoReflect().Descriptor().FullName())
	return Rule{name, func(ctx context.Context, m sim.Message) (sim.Message, error) {
		req, ok := m.Body.(Req)
		if !ok {
			return sim.Message{}, sim.Errorf(sim.Internal, "a message of type %s carries %T", m.Type, m.Body)
		}
		if m.Stream == nil {
			return sim.Message{}, sim.Invalidf("%s answers with a stream, and came without one", m.Type)
		}
		err := decide(ctx, m, req, func(r Rep) error { return m.Stream.Send(sim.NewMessage(r)) })
		if err != nil {
			return sim.Message{}, sim.AsError(err)
		}
		return sim.Message{}, nil
	}}
}
