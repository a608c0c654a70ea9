package fault

import "github.com/msc-sim/msc-sim/sim/wire"

// Partition takes the network between two sides away: what is open stands
// still, and what is new never opens. One direction alone is enough for that,
// and makes a partition of which only one side knows.
//
//	order ──▶ ║          ║ ◀── payment
type Partition struct{ Direction Direction }

func partition() Form {
	return Form{
		Word: "partition", About: "cut the network: no connection opens, and no bytes move", Level: OnConnection, Unit: "burst", Targets: onBoth,
		Params:  counted(anyWay("both")),
		Example: "inject payment partition for=5s",
		make:    func(v values) Effect { return Partition{v.direction()} },
	}
}

func (Partition) effect()                       {}
func (f Partition) Points() wire.Point          { return wire.AtDial | f.Direction.points() }
func (Partition) Meet(wire.Moment) wire.Verdict { return wire.Verdict{Hold: true} }
func (Partition) What(wire.Verdict) string      { return "no network" }
