package view

import (
	"testing"

	"github.com/msc-sim/msc-sim/sim"
)

// A broker of several nodes is down only when none of them runs, and its box knows
// those that do not.
func TestNodesOfABroker(t *testing.T) {
	node := func(n int) sim.Instance { return sim.Instance{Service: "nats", N: n} }
	kill, back := sim.Stopped{Cause: "killed", Part: true}, sim.Started{Part: true}
	hold, free := sim.Paused{Cause: "by hand", Part: true}, sim.Resumed{Part: true}
	up := func() *script { return new(script).of(node(1), sim.Started{Addr: "127.0.0.1:4222", Nodes: 3}) }
	for _, test := range []struct {
		name        string
		s           *script
		state       State
		text, short string
	}{
		{"all run", up(), Up, "", ""},
		{"the first is killed", up().of(node(1), kill), Up, "2 of 3 nodes", "2/3"},
		{"two are killed", up().of(node(1), kill).of(node(3), kill), Up, "1 of 3 nodes", "1/3"},
		{"all are killed", up().of(node(1), kill).of(node(3), kill).of(node(2), kill), Down, "0 of 3 nodes", "0/3"},
		{"one is back", up().of(node(1), kill).of(node(3), kill).of(node(2), kill).of(node(3), back), Up, "1 of 3 nodes", "1/3"},
		{"one is paused", up().of(node(2), hold), Up, "1 of 3 nodes paused", "2/3"},
		{"one is paused, one is killed", up().of(node(2), hold).of(node(1), kill), Up, "2 of 3 nodes, 1 paused", "1/3"},
		{"it goes on", up().of(node(2), hold, free), Up, "", ""},
		{"all stand still", up().of(node(1), hold).of(node(2), hold).of(node(3), kill), Standing, "2 of 3 nodes, 2 paused", "0/3"},
		{"the whole is killed", up().of(node(1), kill).of(node(1), sim.Stopped{Cause: "killed"}), Down, "", ""},
		{"the whole is back", up().of(node(1), kill).of(node(1), sim.Stopped{Cause: "killed"}, sim.Started{Nodes: 3}), Up, "", ""},
		{"the whole is paused, one is killed", up().of(node(1), sim.Paused{Cause: "by hand"}).of(node(1), kill), Standing, "2 of 3 nodes", "2/3"},
		{"the whole goes on", up().of(node(1), sim.Paused{Cause: "by hand"}).of(node(1), kill).of(node(1), sim.Resumed{}), Up, "2 of 3 nodes", "2/3"},
	} {
		p := test.s.fold()
		b := p.Box(node(1))
		if b.State != test.state || b.Nodes.Text() != test.text || b.Nodes.Short() != test.short {
			t.Errorf("%s: %v %q %q, want %v %q %q", test.name, b.State, b.Nodes.Text(), b.Nodes.Short(), test.state, test.text, test.short)
		}
		if p.Box(node(2)) != nil {
			t.Errorf("%s: a node has a box of its own", test.name)
		}
	}
	if got := Line(sim.Event{Node: node(1), Fact: kill}); got != "0.000000 s  nats#1  killed" {
		t.Errorf("the first node: %q", got)
	}
	if got := Line(sim.Event{Node: node(1), Fact: sim.Stopped{Cause: "killed"}}); got != "0.000000 s  nats  killed" {
		t.Errorf("all of it: %q", got)
	}
}
