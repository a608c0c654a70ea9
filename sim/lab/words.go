package lab

import (
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// Vocabulary is what all worlds have in common, for whoever completes a line of the door.
func Vocabulary() door.Vocabulary {
	return door.Vocabulary{Policies: form.All(policy.Forms()), Presets: form.All(policy.Presets()), Faults: form.All(fault.Forms())}
}
