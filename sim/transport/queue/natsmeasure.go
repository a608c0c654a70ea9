package queue

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/msc-sim/msc-sim/sim"
)

// measure implements measurer. A server that is not ours keeps no dead letters:
// what was handed out five times stays in its stream, and nobody gets it.
func (s *natsSession) measure(ctx context.Context, a address) (Measured, error) {
	c, err := s.js.Consumer(ctx, s.stream(a), s.consumer(a))
	if errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, jetstream.ErrStreamNotFound) {
		return Measured{}, sim.Errorf(sim.NotFound, "nats has no consumer %s of %s", s.consumer(a), s.stream(a))
	}
	if err != nil {
		return Measured{}, s.trouble(ctx, err)
	}
	info := c.CachedInfo() // as it was just asked for
	return Measured{Ready: int64(info.NumPending), Unacked: int64(info.NumAckPending), Dead: sim.Unmeasured}, nil
}
