package wire

import (
	"net"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Holds reports whether a call is held back.
func (n *Net) Holds() bool {
	n.work.mu.Lock()
	defer n.work.mu.Unlock()
	return len(n.work.calls) > 0
}

// Reading reports whether a Read of c is under way.
func Reading(c net.Conn) bool {
	l := &c.(*conn).in
	if l.mu.TryLock() {
		l.mu.Unlock()
		return false
	}
	return true
}

// Explain says what a person can do when payment cannot listen on port 80.
func (n *Net) Explain(err error) error {
	return n.explain(err, sim.Instance{Service: "payment"}, "http", 80)
}

// Impatient lets Close give up after d.
func (n *Net) Impatient(d time.Duration) { n.patience = d }

// Begin starts a call inside the net that somebody else must end.
func (n *Net) Begin(name string) (end func()) {
	n.work.begin(name)
	return func() { n.work.end(name) }
}
