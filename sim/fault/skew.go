package fault

import "time"

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
			Param{Name: "offset", Kind: Offset, Unit: "time", Default: "5m", Min: -int64(24 * time.Hour), Max: int64(24 * time.Hour), About: "how far the clock is ahead; negative: behind", Example: "-5m"},
		),
		Example: "inject payment skew offset=-5m",
		make:    func(v values) Effect { return Skew{v.duration("offset")} },
	}
}

func (Skew) effect() {}
