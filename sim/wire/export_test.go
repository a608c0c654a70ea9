package wire

import "time"

// Holds reports whether a call waits inside the net, besides those of Accept.
func (n *Net) Holds() bool {
	n.work.mu.Lock()
	defer n.work.mu.Unlock()
	for name := range n.work.calls {
		if len(name) < 6 || name[:6] != "accept" {
			return true
		}
	}
	return false
}

// Impatient lets Close give up after d.
func (n *Net) Impatient(d time.Duration) { n.patience = d }

// Begin starts a call inside the net that somebody else must end.
func (n *Net) Begin(name string) (end func()) {
	n.work.begin(name)
	return func() { n.work.end(name) }
}
