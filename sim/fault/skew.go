package fault

import (
	"time"

	"github.com/msc-sim/msc-sim/sim/form"
)

// Skew sets the clock of an instance wrong: what it reads is the true time and
// Offset. Sleeps and deadlines are not touched, only what it believes the time is.
//
//	true   12:00:00
//	payment 11:55:00   offset=-5m
type Skew struct{ Offset time.Duration }

func skew() Form {
	return Form{
		Word: "skew", About: "set the clock of the target wrong", Level: OnService, Unit: "clock reading", Targets: onService,
		Params: timed(
			form.Param{Name: "offset", Kind: form.Duration, Unit: "time", Default: "5m", Min: -24 * form.Hour, Max: 24 * form.Hour, About: "how far the clock is ahead; negative: behind", Example: "-5m"},
		),
		Example: "inject payment skew offset=-5m",
		make:    func(v values) Effect { return Skew{v.Duration("offset")} },
	}
}

func (Skew) effect() {}
