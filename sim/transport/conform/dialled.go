package conform

import (
	"bytes"
	"net"

	"github.com/msc-sim/msc-sim/sim"
)

// dialled is a connection that somebody opened. Where a broker does the
// listening, this is the side on which things go wrong.
type dialled struct {
	net.Conn
	f *fickle
}

// CloseWrite ends what this side says, as connections of sim/wire can.
func (c *dialled) CloseWrite() error { return c.Conn.(*net.TCPConn).CloseWrite() }

func (f *fickle) dial(c net.Conn, who string) (net.Conn, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if who == f.killed {
		_ = c.Close()
		return nil, sim.ErrKilled
	}
	if f.dialled == nil {
		f.dialled = map[*dialled]string{}
	}
	d := &dialled{c, f}
	f.dialled[d] = who
	return d, nil
}

// resetLeaving resets the connection on which word would leave: before that or,
// with stored, when the answer to it comes.
func (f *fickle) resetLeaving(word string, stored bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leaving, f.stored = []byte(word), stored
}

// kill resets all connections of somebody, who opens no others.
func (f *fickle) kill(who sim.Instance) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.killed = who.String()
	for d, by := range f.dialled {
		if by == f.killed {
			reset(d.Conn)
		}
	}
}

func (d *dialled) Write(b []byte) (int, error) {
	d.f.mu.Lock()
	hit := d.f.leaving != nil && bytes.Contains(b, d.f.leaving)
	before := hit && !d.f.stored
	if hit {
		d.f.leaving = nil
	}
	if hit && d.f.stored {
		d.f.left = d
	}
	if before {
		d.f.resets++
	}
	d.f.mu.Unlock()
	if before {
		return 0, reset(d.Conn)
	}
	return d.Conn.Write(b)
}

func (d *dialled) Read(b []byte) (int, error) {
	n, err := d.Conn.Read(b)
	d.f.mu.Lock()
	hit := d.f.left == d
	if hit {
		d.f.left = nil
		d.f.resets++
	}
	d.f.mu.Unlock()
	if hit {
		return 0, reset(d.Conn)
	}
	return n, err
}

func (d *dialled) Close() error {
	d.f.mu.Lock()
	delete(d.f.dialled, d)
	d.f.mu.Unlock()
	return d.Conn.Close()
}
