package fault

import (
	"context"

	"github.com/msc-sim/msc-sim/sim"
)

// LostAck breaks the connection between the work and its acknowledgement: the work
// is done, the broker does not know, and hands the message out again, with
// everything else that was in hand on that connection.
//
//	[■] ──▶ work, done ──ack──▶ ⚡
//	[■] ──▶ work, done, once more
type LostAck struct{}

func lostAck() Form {
	return Form{
		Word: "lostack", About: "lose the acknowledgement of a handled message, with its connection", Loses: true, Level: OnQueue, Unit: "delivery", Targets: onLink,
		Params:  counted(),
		Example: "inject order:notification lostack first=1",
		make:    func(values) Effect { return LostAck{} },
	}
}

// Meet lets the work be done.
func (LostAck) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	reply, err := a.Next(ctx, a.Message)
	if !sim.CodeOf(err).Answers() {
		a.Miss("it was not handled, so there was nothing to acknowledge")
		return reply, err
	}
	a.Hit("acknowledgement lost")
	a.Hand.Drop()
	return reply, err
}

func (LostAck) effect() {}
