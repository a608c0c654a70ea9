package wire

import "sync"

// welcome asks the hooks about a connection that was accepted, if it comes from
// outside: of one of ours they were asked when it was dialled. It reports false
// when they have ended it.
func (c *conn) welcome() bool {
	if c.hooks.none() {
		return true
	}
	c.side.net.dials.settle(c.LocalAddr().String())
	if c.side.net.dialler(c) != nil {
		return true
	}
	f := c.meet(AtAccept, nil)
	if f.end != GoesOn {
		c.finish(f.end)
	}
	return f.end == GoesOn
}

// dials counts those under way, by address, so that an accepted connection can
// be told from one of ours: a dial is known when it is through, and the other
// side may be faster. The zero value is ready to use.
type dials struct {
	mu   sync.Mutex
	to   map[string]int
	less chan struct{} // closed when one ends; nil while nobody waits
}

func (d *dials) begin(addr string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.to == nil {
		d.to = map[string]int{}
	}
	d.to[addr]++
}

func (d *dials) end(addr string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.to[addr]--; d.to[addr] == 0 {
		delete(d.to, addr)
	}
	if d.less != nil {
		close(d.less)
		d.less = nil
	}
}

// settle returns when no dial to addr is under way. A dial on loopback needs
// nobody to accept it, so this does not take long.
func (d *dials) settle(addr string) {
	for {
		d.mu.Lock()
		if d.to[addr] == 0 {
			d.mu.Unlock()
			return
		}
		if d.less == nil {
			d.less = make(chan struct{})
		}
		less := d.less
		d.mu.Unlock()
		<-less
	}
}
