package fault

import (
	"math/rand/v2"

	"github.com/msc-sim/msc-sim/sim/wire"
)

// Garble turns one bit in the first bytes of what crosses, below whatever the
// protocol checks.
//
//	GET /products ──▶ GEU /products
type Garble struct {
	Direction Direction
	rand      *rand.Rand
}

func garble() Form {
	return Form{
		Word: "garble", About: "flip one bit on the wire", Level: OnConnection, Unit: "burst", Targets: onBoth,
		Params:  counted(anyWay("out")),
		Example: "inject order:payment garble first=1",
		make:    func(v values) Effect { return Garble{v.direction(), chance(v.seed(), ofEffect)} },
	}
}

// garbled is how many bytes, from the first one, a bit is turned in: in every
// protocol of ours that is where it matters.
const garbled = 8

func (Garble) effect()              {}
func (f Garble) Points() wire.Point { return f.Direction.points() }

// Meet changes the first bytes of a burst, once.
func (f Garble) Meet(m wire.Moment) wire.Verdict {
	if m.Burst.Hit || len(m.Bytes) == 0 {
		return wire.Verdict{}
	}
	m.Bytes[f.rand.IntN(min(len(m.Bytes), garbled))] ^= 1 << f.rand.IntN(7)
	return wire.Verdict{Changed: true}
}

// What says what happened.
func (Garble) What(wire.Verdict) string { return "one bit flipped" }
