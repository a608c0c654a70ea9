package fault

import (
	"strconv"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Level is where a fault stands.
type Level uint8

const (
	OnMessage Level = iota + 1 // between the policies and the transport
	OnConnection
	OnService
	OnQueue  // where the messages of a queue are taken
	OnBroker // at the broker of a link
)

func (l Level) String() string {
	return [...]string{"", "message", "connection", "service", "queue", "broker"}[l]
}

// Form is one row of the table of faults: a word, what it means, what it
// counts, what it can be aimed at, and its parameters.
type Form struct {
	Word    string
	About   string
	Level   Level
	Unit    string       // what is counted, in the singular: "message", "burst"
	Targets []string     // what it can be aimed at: form.Link, …
	Params  []form.Param // its own, then those that many faults share
	Example string       // a line of the door that works in the world checkout
	Grouped bool         // it needs a broker that shares a queue out among the members of a group
	Loses   bool         // a caller may not know what became of its message: the receipt says whether the work was done

	make func(v values) Effect
}

// Row is the word with its parameters.
func (f Form) Row() form.Form {
	return form.Form{Word: f.Word, About: f.About, Targets: f.Targets, Params: f.Params, Example: f.Example}
}

// values are the parameters of one fault.
type values struct{ form.Values }

func (v values) direction() Direction { return directionOf(v.Text("direction")) }

func (v values) seed() uint64 {
	n, _ := strconv.ParseUint(v.Text("seed"), 10, 64) // it was checked
	return n
}

// seed is a whole number that needs all 64 bits.
var seed = &form.Kind{
	What:   "a seed",
	Bounds: func(form.Param) string { return "a whole number" },
	Read: func(_ form.Param, s string) (float64, error) {
		if _, err := strconv.ParseUint(s, 10, 64); err != nil {
			return 0, sim.Invalidf("%q is not a seed", sim.Visible(s)).WithFix("a whole number, at most 64 bits long")
		}
		return 0, nil
	},
}
