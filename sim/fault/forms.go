package fault

import (
	"math"

	"github.com/msc-sim/msc-sim/sim/form"
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
	onLink    = []string{form.Link}
	onBoth    = []string{form.Link, form.Service, form.Instance}
	onService = []string{form.Service, form.Instance}
	onBox     = []string{form.Service, form.Instance, form.Broker}
)

// counted adds the parameters of a fault that counts units.
func counted(own ...form.Param) []form.Param {
	return append(own,
		form.Param{Name: "share", Kind: form.Share, Unit: "share", Default: "100%", Max: 1, About: "hit each unit with this probability", Example: "30%"},
		form.Param{Name: "first", Kind: form.Count, Unit: "units", Min: 1, Max: maxCount, About: "hit only the first n units", Example: "2"},
		form.Param{Name: "every", Kind: form.Count, Unit: "units", Min: 1, Max: maxCount, About: "hit only every n-th unit", Example: "5"},
		timed()[0],
		seeded(),
	)
}

// timed adds the parameter of a fault that only lasts.
func timed(own ...form.Param) []form.Param {
	return append(own, form.Param{Name: "for", Kind: form.Duration, Unit: "time", Min: form.Millisecond, Max: float64(MaxFor), About: "clear the fault after this time", Example: "10s"})
}

func seeded() form.Param {
	return form.Param{Name: "seed", Kind: seed, Unit: "number", Max: math.MaxInt64, Default: "", About: "equal seeds hit equal units; the default comes from the world's seed, the fault's id and its target", Example: "7"}
}

// late is a parameter that delays.
func late(name, def, about string) form.Param {
	return form.Param{Name: name, Kind: form.Duration, Unit: "time", Default: def, Max: float64(maxDelay), About: about, Example: "300ms"}
}

// way asks for a direction.
func way(def string, choices ...string) form.Param {
	return form.Param{Name: "direction", Kind: form.Choice, Unit: "word", Default: def, Choices: choices, About: "seen from the target: out = sent by it, in = sent to it", Example: choices[0]}
}

func anyWay(def string) form.Param { return way(def, "out", "in", "both") }
