package fault

import (
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// Bandwidth lets only so many bytes cross a connection in a second.
//
//	▪▪▪▪▪▪▪▪ ──▶ ▪ ▪ ▪ ▪ ──▶
type Bandwidth struct {
	Rate      int64 // bytes per second
	Direction Direction
}

func bandwidth() Form {
	return Form{
		Word: "bandwidth", About: "limit the bytes per second", Level: OnConnection, Unit: "burst", Targets: onBoth,
		Params: counted(
			form.Param{Name: "rate", Kind: form.Speed, Unit: "bytes per second", Default: "16KiB/s", Min: 64, Max: 1 << 30, About: "bytes per second on each connection", Example: "16KiB/s"},
			anyWay("both"),
		),
		Example: "inject order:payment bandwidth rate=16KiB/s",
		make:    func(v values) Effect { return Bandwidth{int64(v.Number("rate")), v.direction()} },
	}
}

func (Bandwidth) effect()                         {}
func (f Bandwidth) Points() wire.Point            { return f.Direction.points() }
func (f Bandwidth) Meet(wire.Moment) wire.Verdict { return wire.Verdict{Rate: f.Rate} }
func (f Bandwidth) What(wire.Verdict) string      { return "at " + form.Size(f.Rate) + "/s" }
