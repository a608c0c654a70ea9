package fault

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Slow makes a consumer take longer over what it takes from a queue. The sender
// feels nothing; the queue grows when more comes than is worked off.
//
//	▪▪▪▪ ──▶ [■■■■■■■] ──▶ work ┄┄ delay ┄┄
type Slow struct{ Delay time.Duration }

func slow() Form {
	return Form{
		Word: "slow", About: "the consumer of a queue takes longer over each message", Level: OnQueue, Unit: "delivery", Targets: onLink,
		Params:  counted(late("delay", "200ms", "the delay of each message")),
		Example: "inject order:notification slow delay=200ms",
		make:    func(v values) Effect { return Slow{v.Duration("delay")} },
	}
}

// Meet waits before the work, with the message in hand.
func (f Slow) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	a.Hit("slow by " + sim.Human(f.Delay))
	if err := a.Wait(ctx, f.Delay, nil); err != nil {
		return sim.Message{}, err
	}
	return a.Next(ctx, a.Message)
}

func (Slow) effect() {}
