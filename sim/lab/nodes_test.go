package lab_test

import (
	"fmt"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/view"
)

// The log tells one node of a broker, the first too, from all of it.
func TestANodeIsNotAllOfItsBroker(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, copies), lab.Options{})
	tell(t, l, "one") // the broker starts with its first link
	whole := sim.Instance{Service: "nats", N: 1}
	now := func() view.Box {
		p := view.New(parse(t, copies))
		for _, e := range events(t, l) {
			p.Apply(e)
		}
		return *p.Box(whole)
	}
	is := func(after string, state view.State, text string) {
		t.Helper()
		if b := now(); b.State != state || b.Nodes.Of != 3 || b.Nodes.Text() != text {
			t.Errorf("after %s: %v, of %d nodes, %q; want %v, %q", after, b.State, b.Nodes.Of, b.Nodes.Text(), state, text)
		}
	}
	is("the start", view.Up, "")
	for _, step := range []struct {
		do    sim.Command
		who   string
		state view.State
		text  string
	}{
		{sim.Kill{Target: "nats#1"}, "nats#1", view.Up, "2 of 3 nodes"},
		{sim.Pause{Target: "nats#2"}, "nats#2", view.Up, "2 of 3 nodes, 1 paused"},
		{sim.Resume{Target: "nats#2"}, "nats#2", view.Up, "2 of 3 nodes"},
		{sim.Start{Target: "nats#1"}, "nats#1", view.Up, ""},
		{sim.Pause{Target: "nats"}, "nats", view.Standing, ""},
		{sim.Resume{Target: "nats"}, "nats", view.Up, ""},
		{sim.Kill{Target: "nats"}, "nats", view.Down, ""},
		{sim.Start{Target: "nats"}, "nats", view.Up, ""},
	} {
		from := len(events(t, l))
		do(t, l, step.do)
		after := fmt.Sprintf("%#v", step.do)
		is(after, step.state, step.text)
		who := ""
		for _, e := range events(t, l)[from:] {
			switch e.Fact.(type) {
			case sim.Started, sim.Stopped, sim.Paused, sim.Resumed:
				who = e.Who()
			}
		}
		if who != step.who {
			t.Errorf("after %s the log tells of %q, want %q", after, who, step.who)
		}
	}
}
