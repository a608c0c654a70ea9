package world

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// away lets a message go to a place that is far and its answer come back from
// there: half of the round trip each. Calls do not wait for each other.
//
//	ask ──▶ ┄┄ half ┄┄ ──▶ transport ──▶ ┄┄ half ┄┄ ──▶ answer
func (l *life) away(roundTrip time.Duration, next sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		if err := l.sleep(ctx, roundTrip/2); err != nil {
			return sim.Message{}, sim.AsError(err)
		}
		reply, err := next(ctx, m)
		if late := l.sleep(ctx, roundTrip/2); late != nil {
			return sim.Message{}, sim.AsError(late)
		}
		return reply, err
	}
}
