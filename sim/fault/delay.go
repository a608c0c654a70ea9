package fault

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Delay holds single messages back, always for the same time, while others go
// past. In holds the answer back: the work is done, and its caller does not know.
//
//	out  ask ──▶ ┄┄┄┄ ──▶ payment
//	in   ask ───────────▶ payment
//	         ◀── ┄┄┄┄ ◀──
//
// At a service, in holds what arrives and out what it sends.
type Delay struct {
	Delay     time.Duration
	Direction Direction
}

func delay() Form {
	return Form{
		Word: "delay", About: "hold a message back while others pass", Level: OnMessage, Unit: "message", Targets: onBoth,
		Params:  counted(late("delay", "1s", "how long the message is held"), way("out", "out", "in")),
		Example: "inject order:payment delay delay=1s direction=in",
		make:    func(v values) Effect { return Delay{v.Duration("delay"), v.direction()} },
	}
}

// Meet holds a request before it leaves, or an answer before it is handed over.
func (f Delay) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	if a.meetsRequest(f.Direction) {
		a.Hit("held for " + sim.Human(f.Delay))
		if err := a.Wait(ctx, f.Delay, nil); err != nil {
			return sim.Message{}, err
		}
		return a.Next(ctx, a.Message)
	}
	reply, err := a.Next(ctx, a.Message)
	if ctx.Err() != nil {
		a.Miss("there was no response to hold")
		return reply, err
	}
	a.Hit("the response held for " + sim.Human(f.Delay))
	if late := a.Wait(ctx, f.Delay, nil); late != nil {
		return sim.Message{}, late
	}
	return reply, err
}

func (Delay) effect() {}
