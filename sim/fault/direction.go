package fault

import "github.com/msc-sim/msc-sim/sim/wire"

// Direction is seen from the target: out is what a caller asks and what a
// service sends, in is what comes back or arrives.
type Direction uint8

const (
	Out Direction = iota + 1
	In
	Both
)

func (d Direction) String() string { return [...]string{"", "out", "in", "both"}[d] }

// points is where a fault on bytes stands.
func (d Direction) points() (p wire.Point) {
	if d != In {
		p |= wire.AtOut
	}
	if d != Out {
		p |= wire.AtIn
	}
	return p
}

func directionOf(s string) Direction {
	switch s {
	case "out":
		return Out
	case "in":
		return In
	default:
		return Both
	}
}
