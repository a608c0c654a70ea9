package fault

import (
	"context"

	"github.com/msc-sim/msc-sim/sim"
)

// Poison makes messages that nobody can handle, however often they are handed out:
// the bug is in the message, or in what its reader makes of it. The broker gives
// one up after its last delivery.
//
//	[■ ☠ ■] ──▶ ✗ ──▶ again ✗ … the fifth time ──▶ dead letters
type Poison struct{}

func poison() Form {
	return Form{
		Word: "poison", About: "messages whose handling fails every time, until they are dead-lettered", Level: OnQueue, Unit: "message", Targets: onLink,
		Params:  counted(),
		Example: "inject order:notification poison first=1",
		make:    func(values) Effect { return Poison{} },
	}
}

// Meet fails in place of the work, at every delivery of a message.
func (Poison) Meet(_ context.Context, a Attempt) (sim.Message, error) {
	if !a.Again {
		a.Hit("cannot be handled")
	}
	return sim.Message{}, sim.Errorf(sim.Internal, "injected: this message cannot be handled")
}

// Sticks implements [Sticker].
func (Poison) Sticks() {}
func (Poison) effect() {}
