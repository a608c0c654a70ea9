package fault

import (
	"time"

	"github.com/msc-sim/msc-sim/sim/wire"
)

// SlowClose lets the end of a connection reach the other side late: who counts
// its connections sees them pile up.
//
//	close ──▶ ┄┄┄ delay ┄┄┄ ──▶ end
type SlowClose struct{ Delay time.Duration }

func slowclose() Form {
	return Form{
		Word: "slowclose", About: "the end of a connection comes late", Level: OnConnection, Unit: "close", Targets: onBoth,
		Params:  counted(late("delay", "2s", "how much later")),
		Example: "inject order:payment slowclose delay=2s",
		make:    func(v values) Effect { return SlowClose{v.Duration("delay")} },
	}
}

func (SlowClose) effect()                         {}
func (SlowClose) Points() wire.Point              { return wire.AtClose }
func (f SlowClose) Meet(wire.Moment) wire.Verdict { return wire.Verdict{Delay: f.Delay} }
func (f SlowClose) What(wire.Verdict) string      { return "closed later" }
