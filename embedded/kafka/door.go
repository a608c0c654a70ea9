package kafka

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
)

// doors are the listeners of all brokers. Whoever comes through one is counted,
// can be put out, and is heard only while he speaks the protocol.
//
//	clients ──TCP──▶ door of broker 0 ──guard──▶ cluster
//	the server's own client ──pipe──▶ door
type doors struct {
	host string
	open func(addr string) (net.Listener, error)

	named atomic.Bool    // a request came that may have made or removed a topic or a group
	ended sync.WaitGroup // loops that accept, and connections

	mu     sync.Mutex
	closed bool
	next   int // the number of the broker that listens next
	byNode map[int]*door
}

func newDoors(host string, listen func(string) (net.Listener, error)) *doors {
	if listen == nil {
		listen = func(addr string) (net.Listener, error) { return net.Listen("tcp", addr) }
	}
	return &doors{host: host, open: listen, byNode: map[int]*door{}}
}

// listen has the form that the cluster wants. It is called for one broker after
// another.
func (d *doors) listen(_, addr string) (net.Listener, error) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	l, err := d.open(net.JoinHostPort(d.host, port))
	if err != nil {
		return nil, err
	}
	in := &door{Listener: l, all: d, came: make(chan *guard), shut: make(chan struct{}), inside: map[*guard]struct{}{}}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.byNode[d.next] = in
	d.next++
	d.ended.Go(in.accept) // ends when the listener is closed
	return in, nil
}

// expect says which broker listens next.
func (d *doors) expect(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next = n
}

// running are the numbers of the brokers whose doors are open.
func (d *doors) running() []int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.byNode))
}

// of is the door of a broker, nil when it does not run.
func (d *doors) of(n int) *door {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.byNode[n]
}

// lock shuts the door of a broker and puts everybody out.
func (d *doors) lock(n int) {
	d.mu.Lock()
	in := d.byNode[n]
	delete(d.byNode, n)
	d.mu.Unlock()
	in.clear()
}

// addrs is where brokers listen, in the order of their numbers.
func (d *doors) addrs() []string {
	var all []string
	for _, n := range d.running() {
		if in := d.of(n); in != nil {
			all = append(all, in.Addr().String())
		}
	}
	return all
}

// enter leads the server's own client in; it has the form that the client wants.
func (d *doors) enter(ctx context.Context, _, addr string) (net.Conn, error) {
	d.mu.Lock()
	var to *door
	for _, in := range d.byNode {
		if in.Addr().String() == addr {
			to = in
		}
	}
	d.mu.Unlock()
	refused := &net.OpError{Op: "dial", Net: "pipe", Err: fmt.Errorf("no broker listens on %s: %w", addr, syscall.ECONNREFUSED)}
	if to == nil {
		return nil, refused // as a socket would: the client tries another broker
	}
	here, there := net.Pipe()
	if g := to.guard(there, new(atomic.Bool)); g != nil { // what we ask makes no names
		select {
		case to.came <- g:
			return here, nil
		case <-to.shut:
		case <-ctx.Done():
		}
		_ = g.Close()
	}
	_ = here.Close()
	return nil, refused
}

// close shuts all doors and puts everybody out. A second one does nothing.
func (d *doors) close() {
	d.mu.Lock()
	all := d.byNode
	d.byNode, d.closed = map[int]*door{}, true
	d.mu.Unlock()
	for _, in := range all {
		in.clear()
	}
}

// wait waits until everybody is gone, after close.
func (d *doors) wait() { d.ended.Wait() }

// door is the listener of one broker.
type door struct {
	net.Listener
	all  *doors
	came chan *guard
	shut chan struct{}
	once sync.Once

	mu     sync.Mutex
	inside map[*guard]struct{}
}

func (d *door) accept() {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			_ = d.Close()
			return
		}
		g := d.guard(c, &d.all.named)
		if g == nil {
			return
		}
		select {
		case d.came <- g:
		case <-d.shut:
			_ = g.Close()
		}
	}
}

// guard takes a connection into the count; nil when all doors are closed.
func (d *door) guard(c net.Conn, named *atomic.Bool) *guard {
	d.all.mu.Lock()
	defer d.all.mu.Unlock()
	if d.all.closed {
		_ = c.Close()
		return nil
	}
	d.all.ended.Add(1)
	return &guard{Conn: c, named: named, left: d.left}
}

func (d *door) left(g *guard) {
	d.mu.Lock()
	delete(d.inside, g)
	d.mu.Unlock()
	d.all.ended.Done()
}

// Accept implements [net.Listener].
func (d *door) Accept() (net.Conn, error) {
	select {
	case g := <-d.came:
		d.mu.Lock()
		defer d.mu.Unlock()
		d.inside[g] = struct{}{}
		return g, nil
	case <-d.shut:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener]. Connections stay.
func (d *door) Close() (err error) {
	d.once.Do(func() {
		close(d.shut)
		err = d.Listener.Close()
	})
	return err
}

// clear shuts the door and ends all connections.
func (d *door) clear() {
	_ = d.Close()
	d.mu.Lock()
	defer d.mu.Unlock()
	for g := range d.inside {
		_ = g.Conn.Close() // the cluster finds out and leaves
	}
}
