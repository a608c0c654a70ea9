package view

import (
	"fmt"
	"math/bits"

	"github.com/msc-sim/msc-sim/sim"
)

// Nodes are the nodes of a broker that is several. The zero value: it is one.
type Nodes struct {
	Of int // how many there are

	down, paused uint64 // a bit for each, by number
	held, ended  bool   // all of it is paused, was killed
}

// Up is how many run: they were not killed.
func (n Nodes) Up() int { return max(n.Of-bits.OnesCount64(n.down), 0) }

// Text says what is not as it should be, "2 of 3 nodes"; "" when all run.
func (n Nodes) Text() string {
	paused := bits.OnesCount64(n.paused &^ n.down)
	switch {
	case n.Of == 0 || n.down == 0 && paused == 0:
		return ""
	case n.down == 0:
		return fmt.Sprintf("%d of %d nodes paused", paused, n.Of)
	case paused == 0:
		return fmt.Sprintf("%d of %d nodes", n.Up(), n.Of)
	}
	return fmt.Sprintf("%d of %d nodes, %d paused", n.Up(), n.Of, paused)
}

// Short is Text where room is scarce: "2/3".
func (n Nodes) Short() string {
	if n.Text() == "" {
		return ""
	}
	return fmt.Sprintf("%d/%d", n.Of-bits.OnesCount64(n.down|n.paused), n.Of)
}

// node folds what happened to one node into the box of its broker, which is down
// only when no node runs.
func (p *Picture) node(e sim.Event) {
	b := p.box(sim.Instance{Service: e.Node.Service, N: 1})
	bit, n := uint64(1)<<(max(e.Node.N, 1)-1), &b.Nodes
	switch e.Fact.(type) {
	case sim.Started:
		n.down &^= bit
		p.notice(e, "started again")
	case sim.Stopped:
		n.down |= bit
		n.paused &^= bit
		p.notice(e, "killed")
	case sim.Paused:
		n.paused |= bit
		p.notice(e, "paused")
	case sim.Resumed:
		n.paused &^= bit
		p.notice(e, "goes on")
	}
	b.ofNodes(e)
}

// ofNodes is the state of a broker by that of its nodes.
func (b *Box) ofNodes(e sim.Event) {
	n, before := &b.Nodes, b.State
	all := uint64(1)<<n.Of - 1
	switch {
	case n.Of == 0 || n.ended:
		return
	case n.down&all == all:
		b.State, b.Why = Down, "killed"
	case n.held || (n.down|n.paused)&all == all:
		b.State, b.Why = Standing, "by hand"
	default:
		b.State, b.Why = Up, ""
	}
	if b.State != before {
		b.Since = e.At
	}
}
