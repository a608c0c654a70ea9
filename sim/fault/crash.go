package fault

import (
	"context"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Crash ends an instance at the worst moment: the work is done and nobody was
// told. After-commit is right after something was stored; before-ack is when
// the handler is through and its answer, or its acknowledgement, has not left.
//
//	request ──▶ decide ──▶ commit ──▶ answer
//	                             ⚡ after-commit
//	                                 ⚡ before-ack
//
// Clear starts it again.
type Crash struct{ At string }

const (
	beforeAck   = "before-ack"
	afterCommit = "after-commit"
)

func crash() Form {
	return Form{
		Word: "crash", About: "crash after the work, before the response or the acknowledgement; clear starts it again", Loses: true, Level: OnService, Unit: "request", Targets: onService,
		Params: counted(
			form.Param{Name: "at", Kind: form.Choice, Unit: "word", Default: beforeAck, Choices: []string{beforeAck, afterCommit}, About: "when it crashes", Example: afterCommit},
		),
		Example: "inject payment crash at=after-commit first=1",
		make:    func(v values) Effect { return Crash{v.Text("at")} },
	}
}

// Meet lets the work be done and ends the instance.
func (f Crash) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	if f.At == beforeAck {
		_, _ = a.Next(ctx, a.Message)
		a.Hit("crashed before the response")
		a.Die()
		return sim.Message{}, sim.ErrKilled
	}
	crashed := false
	reply, err := a.Next(a.Then(ctx, func() {
		if !crashed {
			crashed = true
			a.Hit("crashed after the commit")
			a.Die()
		}
	}), a.Message)
	if !crashed {
		a.Miss("nothing was committed")
	}
	return reply, err
}

func (Crash) effect() {}
