package fault

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Duplicate lets a message arrive twice, as every delivery "at least once" does
// some day. The caller gets the first answer; the copy leaves when that is home.
// At a service the copy does not cross the wire again: its work is done twice.
//
//	ask ──▶ ▪ ──▶ payment
//	        └─▪ ─ ─ ─▶
type Duplicate struct{ Delay time.Duration }

// copyTime is how long a copy may be under way.
const copyTime = 30 * time.Second

func duplicate() Form {
	return Form{
		Word: "duplicate", About: "send a message twice", Level: OnMessage, Unit: "message", Targets: onBoth,
		Params:  counted(late("delay", "0s", "how much later the copy leaves")),
		Example: "inject order:payment duplicate first=1",
		make:    func(v values) Effect { return Duplicate{v.Duration("delay")} },
	}
}

// Meet sends the message, and beside the call its copy.
func (f Duplicate) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	if a.Message.Stream != nil {
		a.Miss("a stream is not one message")
		return a.Next(ctx, a.Message)
	}
	a.Hit("sent twice")
	reply, err := a.Next(ctx, a.Message)
	span := sim.SpanFrom(ctx)
	a.Side(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, f.Delay+copyTime)
		defer cancel()
		if span != nil { // the same identity, but a note of its own
			again := *span
			again.Note = sim.Note{}
			ctx = sim.WithSpan(ctx, &again)
		}
		if a.Wait(ctx, f.Delay, nil) == nil {
			_, _ = a.Next(ctx, a.Message)
		}
	})
	return reply, err
}

func (Duplicate) effect() {}
