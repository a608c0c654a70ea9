package fault

import "github.com/msc-sim/msc-sim/sim/wire"

// Blackhole lets connections open and swallows what is said on them: nobody
// refuses, nobody answers. What is still held when the fault is cleared arrives
// then, as TCP would repeat it.
//
//	▪▪▪ ──▶ ●              payment
type Blackhole struct{ Direction Direction }

func blackhole() Form {
	return Form{
		Word: "blackhole", About: "connections stay open, but no bytes arrive", Level: OnConnection, Unit: "burst", Targets: onBoth,
		Params:  counted(anyWay("out")),
		Example: "inject order:payment blackhole",
		make:    func(v values) Effect { return Blackhole{v.direction()} },
	}
}

func (Blackhole) effect()                       {}
func (f Blackhole) Points() wire.Point          { return f.Direction.points() }
func (Blackhole) Meet(wire.Moment) wire.Verdict { return wire.Verdict{Hold: true} }
func (Blackhole) What(wire.Verdict) string      { return "swallowed" }
