package fault

import "github.com/msc-sim/msc-sim/sim"

// Full lowers the limit of a queue below what lies in it, at the broker: what
// comes is refused, as that broker refuses. What waits is worked off all the same.
//
//	ask ──▶ ✗ [■■■■■■■■] ──▶
type Full struct{}

func full() Form {
	return Form{
		Word: "full", About: "fill a queue to its limit: the broker rejects more messages", Level: OnBroker, Unit: "message", Targets: onLink,
		Params:  timed(),
		Example: "inject order:notification full for=5s",
		make:    func(values) Effect { return Full{} },
	}
}

// Felt implements [Broker].
func (Full) Felt(err error) (what, why string) {
	switch sim.CodeOf(err) {
	case sim.OK:
		return "", "the broker accepted it"
	case sim.Exhausted:
		return "rejected, the queue is full", ""
	default:
		return "", "it did not reach the broker"
	}
}

func (Full) effect() {}
