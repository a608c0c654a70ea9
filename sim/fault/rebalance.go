package fault

import (
	"context"

	"github.com/msc-sim/msc-sim/sim"
)

// Rebalance puts a member out of its group while it works on a message: its
// partitions go to others, its commit is refused, and the message is handed out
// again. That is what happens to one that was silent for too long.
//
//	partition 0 ──▶ notification#1, at work      ✗ commit
//	partition 0 ────────────────▶ notification#2, the same message
type Rebalance struct{}

func rebalance() Form {
	return Form{
		Word: "rebalance", About: "remove a member from its consumer group while it works", Grouped: true, Loses: true, Level: OnQueue, Unit: "delivery", Targets: onLink,
		Params:  counted(),
		Example: "inject order:notification rebalance first=1",
		make:    func(values) Effect { return Rebalance{} },
	}
}

// Meet puts the member out and lets it work on, as one that has not heard of it.
func (Rebalance) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	if err := a.Hand.Expel(ctx); err != nil {
		a.Miss(sim.AsError(err).Message)
	} else {
		a.Hit("removed from the group")
	}
	return a.Next(ctx, a.Message)
}

func (Rebalance) effect() {}
