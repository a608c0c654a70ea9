package fault

import (
	"math"
	"time"

	"github.com/msc-sim/msc-sim/sim/wire"
)

// Forms is the table of faults, in the order in which people should meet them.
func Forms() []Form {
	return []Form{
		latency(), failing(), drop(), delay(), duplicate(), reorder(), corrupt(),
		refuse(), reset(), cut(), blackhole(), partition(), bandwidth(), slice(), garble(), slowclose(),
		poison(), lostAck(), slow(), full(), rebalance(), leader(),
		kill(), pause(), slowstart(), busy(), pressure(), skew(), crash(),
	}
}

// Bounds that several faults share.
const (
	maxCount = 1_000_000
	maxDelay = wire.MaxDelay
)

// What faults of the levels aim at.
var (
	onLink    = []Target{Link}
	onBoth    = []Target{Link, Service, Instance}
	onService = []Target{Service, Instance}
	onBox     = []Target{Service, Instance, Box}
)

// counted adds the parameters of a fault that counts units.
func counted(own ...Param) []Param {
	return append(own,
		Param{Name: "share", Kind: Share, Unit: "share", Default: "100%", About: "hit each unit with this probability", Example: "30%"},
		Param{Name: "first", Kind: Count, Unit: "units", Min: 1, Max: maxCount, About: "hit only the first n units", Example: "2"},
		Param{Name: "every", Kind: Count, Unit: "units", Min: 1, Max: maxCount, About: "hit only every n-th unit", Example: "5"},
		timed()[0],
		seeded(),
	)
}

// timed adds the parameter of a fault that only lasts.
func timed(own ...Param) []Param {
	return append(own, Param{Name: "for", Kind: Duration, Unit: "time", Min: int64(time.Millisecond), Max: int64(MaxFor), About: "clear the fault after this time", Example: "10s"})
}

func seeded() Param {
	return Param{Name: "seed", Kind: Seed, Unit: "number", Max: math.MaxInt64, Default: "", About: "equal seeds hit equal units; the default comes from the world's seed, the fault's id and its target", Example: "7"}
}

// late is a parameter that delays.
func late(name, def, about string) Param {
	return Param{Name: name, Kind: Duration, Unit: "time", Default: def, Max: int64(maxDelay), About: about, Example: "300ms"}
}

// way asks for a direction.
func way(def string, choices ...string) Param {
	return Param{Name: "direction", Kind: Choice, Unit: "word", Default: def, Choices: choices, About: "seen from the target: out = sent by it, in = sent to it", Example: choices[0]}
}

func anyWay(def string) Param { return way(def, "out", "in", "both") }
