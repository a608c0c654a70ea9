package fault

import "github.com/msc-sim/msc-sim/sim"

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

// Target is what a fault can be aimed at.
type Target string

const (
	Link     Target = "link"
	Service  Target = "service"
	Instance Target = "instance"
	Box      Target = "broker" // or a node of it: "kafka#2"
)

// Form is one row of the table of faults: a word, what it means, what it
// counts, what it can be aimed at, and its parameters.
type Form struct {
	Word    string
	About   string
	Level   Level
	Unit    string // what is counted, in the singular: "message", "burst"
	Targets []Target
	Params  []Param // its own, then those that many faults share
	Example string  // a line of the door that works in the world checkout
	Grouped bool    // it needs a broker that shares a queue out among the members of a group
	Loses   bool    // a caller may not know what became of its message: the receipt says whether the work was done

	make func(v values) Effect
}

// Find finds the row of a word; the error names the nearest one.
func Find(word string) (Form, error) {
	var all []string
	for _, f := range Forms() {
		if f.Word == word {
			return f, nil
		}
		all = append(all, f.Word)
	}
	return Form{}, sim.Unknown("fault", word, all)
}

// Aims reports whether the fault can be aimed at t.
func (f Form) Aims(t Target) bool {
	for _, may := range f.Targets {
		if may == t {
			return true
		}
	}
	return false
}

// Param finds a parameter by name.
func (f Form) Param(name string) (Param, bool) {
	for _, p := range f.Params {
		if p.Name == name {
			return p, true
		}
	}
	return Param{}, false
}
