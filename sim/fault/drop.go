package fault

import (
	"context"

	"github.com/msc-sim/msc-sim/sim"
)

// Drop loses a message without a word: the caller waits until its deadline. Out
// loses the request, before anything happened; in loses the answer, when
// everything has.
//
//	out  ask ──▶ ✗          payment
//	in   ask ────────────▶  payment
//	              ✗ ◀──────
//
// At a service, in loses what arrives and out what it sends, for callers from
// outside as well.
type Drop struct{ Direction Direction }

func drop() Form {
	return Form{
		Word: "drop", About: "lose a message without an error: the caller waits", Loses: true, Level: OnMessage, Unit: "message", Targets: onBoth,
		Params:  counted(way("out", "out", "in")),
		Example: "inject order:payment drop direction=in first=1",
		make:    func(v values) Effect { return Drop{v.direction()} },
	}
}

// Meet waits until the caller gives up; who has no deadline waits a minute.
func (f Drop) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	if !a.meetsRequest(f.Direction) {
		if _, err := a.Next(ctx, a.Message); ctx.Err() != nil {
			a.Miss("there was no response to lose")
			return sim.Message{}, err
		}
		a.Hit("the response was lost")
	} else {
		a.Hit("the message was lost")
	}
	ctx, cancel := context.WithTimeout(ctx, maxDelay)
	defer cancel()
	<-ctx.Done()
	return sim.Message{}, sim.AsError(ctx.Err())
}

func (Drop) effect() {}
