package envtest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
)

// Answer is what another service says to a message. The error sim.ErrAccepted
// stands for a queue that has taken it.
type Answer func(ctx context.Context, m sim.Message) (proto.Message, error)

// Others stands for all other services. To those that were given no answer
// there is no link.
type Others struct {
	mu      sync.Mutex
	answers map[string]Answer
	calls   []string
}

// Answers says how a service answers from now on.
func (o *Others) Answers(service string, a Answer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answers[service] = a
}

// Calls lists what was said so far, such as "ask inventory Reserve".
func (o *Others) Calls() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.calls)
}

// Ask implements sim.Caller.
func (o *Others) Ask(ctx context.Context, service string, m sim.Message) (sim.Message, error) {
	m.Mode = sim.Ask
	return o.say(ctx, service, m)
}

// Tell implements sim.Caller.
func (o *Others) Tell(ctx context.Context, service string, m sim.Message) error {
	m.Mode = sim.Tell
	_, err := o.say(ctx, service, m)
	return err
}

// Publish implements sim.Caller: there are no topics.
func (o *Others) Publish(context.Context, string, sim.Message) error {
	return sim.Errorf(sim.NotFound, "no topics: %w", sim.ErrNoLink)
}

func (o *Others) say(ctx context.Context, service string, m sim.Message) (sim.Message, error) {
	o.mu.Lock()
	answer, linked := o.answers[service]
	if linked {
		o.calls = append(o.calls, m.Mode.String()+" "+service+" "+string(m.Body.ProtoReflect().Descriptor().Name()))
	}
	o.mu.Unlock()
	if !linked {
		return sim.Message{}, sim.Errorf(sim.NotFound, "not linked to %s: %w", service, sim.ErrNoLink)
	}
	if err := ctx.Err(); err != nil {
		return sim.Message{}, sim.AsError(err)
	}
	reply, err := answer(ctx, m)
	if errors.Is(err, sim.ErrAccepted) {
		return sim.Message{Type: sim.TypeAccepted}, nil
	}
	if err != nil {
		return sim.Message{}, err
	}
	return sim.NewMessage(reply), nil
}
