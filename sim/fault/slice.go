package fault

import (
	"time"

	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// Slice lets bytes arrive in small pieces, as networks may at any time. Who
// takes one read for one message finds out.
//
//	▪▪▪▪▪▪ ──▶ ▪▪ ▪▪ ▪▪ ──▶
type Slice struct {
	Size      int
	Gap       time.Duration
	Direction Direction
}

func slice() Form {
	return Form{
		Word: "slice", About: "deliver bytes in small pieces", Level: OnConnection, Unit: "burst", Targets: onBoth,
		Params: counted(
			form.Param{Name: "size", Kind: form.Bytes, Unit: "bytes", Default: "16B", Min: 1, Max: 1 << 20, About: "bytes in a piece", Example: "16B"},
			form.Param{Name: "delay", Kind: form.Duration, Unit: "time", Default: "1ms", Max: form.Second, About: "time between two pieces", Example: "5ms"},
			anyWay("both"),
		),
		Example: "inject order:payment slice size=16B delay=1ms",
		make:    func(v values) Effect { return Slice{v.Count("size"), v.Duration("delay"), v.direction()} },
	}
}

func (Slice) effect()                         {}
func (f Slice) Points() wire.Point            { return f.Direction.points() }
func (f Slice) Meet(wire.Moment) wire.Verdict { return wire.Verdict{Piece: f.Size, Gap: f.Gap} }
func (f Slice) What(wire.Verdict) string      { return "in pieces of " + form.Size(int64(f.Size)) }
