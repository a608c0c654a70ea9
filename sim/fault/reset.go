package fault

import "github.com/msc-sim/msc-sim/sim/wire"

// Reset throws a connection away when bytes cross it. Out resets as a request
// is about to leave: nothing has happened yet. In resets when the answer has
// come: everything has, and the caller cannot know.
//
//	out  ask ─▶ ⚡          payment
//	in   ask ─────────────▶ payment
//	         ⚡ ◀────────────
type Reset struct{ Direction Direction }

func reset() Form {
	return Form{
		Word: "reset", About: "reset connections while bytes cross", Loses: true, Level: OnConnection, Unit: "burst", Targets: onBoth,
		Params:  counted(anyWay("out")),
		Example: "inject order:payment reset direction=in first=1",
		make:    func(v values) Effect { return Reset{v.direction()} },
	}
}

func (Reset) effect()                       {}
func (f Reset) Points() wire.Point          { return f.Direction.points() }
func (Reset) Meet(wire.Moment) wire.Verdict { return wire.Verdict{End: wire.Resets} }
func (Reset) What(wire.Verdict) string      { return "connection reset" }
