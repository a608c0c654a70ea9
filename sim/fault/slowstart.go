package fault

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// SlowStart makes an instance slow for a while after each start, as one with
// cold caches is: at first by Delay, then less and less, after Ramp not at all.
//
//	delay ┤╲
//	      │  ╲
//	    0 ┤────╲──────▶ since start
//	           ramp
type SlowStart struct{ Delay, Ramp time.Duration }

func slowstart() Form {
	return Form{
		Word: "slowstart", About: "slow after each start, then better", Level: OnService, Unit: "request", Targets: onService,
		Params: counted(
			late("delay", "500ms", "how much longer the first request takes"),
			form.Param{Name: "ramp", Kind: form.Duration, Unit: "time", Default: "10s", Min: form.Millisecond, Max: 10 * form.Minute, About: "how long until it is as before", Example: "10s"},
		),
		Example: "inject payment slowstart delay=500ms ramp=10s",
		make:    func(v values) Effect { return SlowStart{v.Duration("delay"), v.Duration("ramp")} },
	}
}

// Meet holds a request back by what is left of the ramp.
func (f SlowStart) Meet(ctx context.Context, a Attempt) (sim.Message, error) {
	if a.Up >= f.Ramp {
		a.Miss("it is warm")
		return a.Next(ctx, a.Message)
	}
	d := time.Duration(float64(f.Delay) * (1 - float64(a.Up)/float64(f.Ramp)))
	a.Hit("cold, " + sim.Human(d))
	if err := a.Wait(ctx, d, nil); err != nil {
		return sim.Message{}, err
	}
	return a.Next(ctx, a.Message)
}

func (SlowStart) effect() {}
