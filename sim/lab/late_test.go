package lab_test

import (
	"fmt"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/view"
)

// A service that responds after its caller has given up says so, and its box does not
// count that as a success.
func TestAResponseThatComesTooLate(t *testing.T) {
	spec := parse(t, fmt.Sprintf(payWorld, "rest"))
	l := openSpec(t, spec, lab.Options{})
	pay(l, 1)
	from := say(t, l, "pause payment").Seq
	hasty(l, 1) // its bytes lie in the socket of payment
	say(t, l, "resume payment")
	await(t, l, from, fact[sim.Replied]("payment"))
	p := view.New(spec)
	late := 0
	for _, e := range events(t, l) {
		p.Apply(e)
		if f, ok := e.Fact.(sim.Replied); ok && f.Late {
			late++
		}
	}
	if c := p.Box(sim.Instance{Service: "payment", N: 1}).Counts; c.Answered != 2 || c.Late != 1 || late != 1 {
		t.Errorf("payment counts %+v, and %d late responses in the log; want 1 of 2 late", c, late)
	}
}
