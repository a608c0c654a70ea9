package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"

	"github.com/msc-sim/msc-sim/sim"
)

// tries is how often a port is drawn again because an earlier listener of this
// world had it. With a thousand ports given away, the last draw is needed once
// in 10²³ times.
const tries = 16

// Listen opens a port on 127.0.0.1 for owner: the one that Options.Port names,
// or else one that this net never chose before, so that whoever comes back
// after a kill is found elsewhere. A port that is taken gives a [sim.Conflict]
// that names the owner and, where it can be found out, the process that has it.
func (n *Net) Listen(owner sim.Instance, protocol string) (net.Listener, error) {
	port := 0
	if n.opts.Port != nil {
		port = n.opts.Port(named(owner), protocol)
	}
	if !n.opts.Return || port != 0 {
		return n.ListenAt(owner, protocol, port)
	}
	return n.listenAgain(owner, protocol)
}

// listenAgain opens the port that the owner had before, else any.
func (n *Net) listenAgain(owner sim.Instance, protocol string) (net.Listener, error) {
	key := named(owner).String() + " " + protocol
	n.mu.Lock()
	port := n.had[key]
	n.mu.Unlock()
	l, err := n.ListenAt(owner, protocol, port)
	if err != nil && port != 0 { // another program has taken it in the meantime
		l, err = n.ListenAt(owner, protocol, 0)
	}
	if err == nil {
		n.mu.Lock()
		n.had[key] = l.Addr().(*net.TCPAddr).Port
		n.mu.Unlock()
	}
	return l, err
}

// ListenAt opens a certain port on 127.0.0.1 for owner, for whoever must be found
// where it was; 0 = any.
func (n *Net) ListenAt(owner sim.Instance, protocol string, port int) (net.Listener, error) {
	s, err := n.side(owner, true)
	if err != nil {
		return nil, err
	}
	tcp, err := n.bind(s.who, protocol, port)
	if err != nil {
		return nil, err
	}
	l := &listener{tcp: tcp, side: s, name: fmt.Sprintf("%s (%s)", s.who, protocol), gone: make(chan struct{})}
	if !s.addListener(l) {
		_ = l.shut()
		return nil, context.Cause(s.life)
	}
	return l, nil
}

func (n *Net) bind(who sim.Instance, protocol string, port int) (*net.TCPListener, error) {
	if port < 0 || port > 65535 {
		return nil, sim.Invalidf("%s (%s) cannot listen on port %d", who, protocol, port).WithFix("use a port between 1 and 65535, or 0 for any")
	}
	l, err := n.open(port)
	if err != nil {
		return nil, n.explain(err, who, protocol, port)
	}
	return l, nil
}

// open listens on a port; for 0 it lets the kernel choose until the port is one
// that was never chosen before.
func (n *Net) open(port int) (*net.TCPListener, error) {
	for try := 1; ; try++ {
		l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		if err != nil || port != 0 || n.fresh(portOf(l)) || try == tries {
			return l, err
		}
		defer l.Close() // kept open meanwhile, or the kernel might choose it again
	}
}

// fresh notes that a port was given and reports whether it was for the first time.
func (n *Net) fresh(port int) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	was := n.given[port]
	n.given[port] = true
	return !was
}

// explain says what a person can do when a port cannot be opened.
func (n *Net) explain(err error, who sim.Instance, protocol string, port int) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return sim.Errorf(sim.Conflict, "port %d for %s (%s) is taken%s: %w", port, who, protocol, n.takenBy(port), err).
			WithFix("end the program that has the port, or let ports be chosen freely with --ports auto")
	case errors.Is(err, syscall.EACCES):
		return sim.Errorf(sim.Denied, "port %d for %s (%s) is not allowed: %w", port, who, protocol, err).
			WithFix("choose a port above 1023")
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return sim.Errorf(sim.Exhausted, "%s (%s) cannot listen: too many files are open: %w", who, protocol, err).
			WithFix("raise the limit with `ulimit -n 4096`, or run a smaller world")
	default:
		return sim.Errorf(sim.Unavailable, "%s (%s) cannot listen: %w", who, protocol, err)
	}
}

// listener hands over connections while its side's gate is open.
type listener struct {
	tcp  *net.TCPListener
	side *side
	name string
	gone chan struct{}
	once sync.Once
}

// Accept waits for the next connection. While the instance is paused nothing is
// handed over: the kernel lets clients connect, and they wait.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.accept()
		if err != nil {
			return nil, err
		}
		if c.welcome() {
			return c, nil
		}
		_ = c.Close()
	}
}

func (l *listener) accept() (*conn, error) {
	tcp, err := l.tcp.AcceptTCP()
	if err != nil {
		return nil, err
	}
	c := newConn(tcp, l.side, nil)
	if !l.side.gate.open() {
		err = l.side.hold("accept on "+l.name, l.gone, nil)
	}
	if err != nil || !l.side.addConn(c) {
		_ = c.shut(true)
		return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
	}
	l.side.net.rehook(c)
	return c, nil
}

func (l *listener) Addr() net.Addr { return l.tcp.Addr() }

// Close closes the port. Connections it has handed over stay open.
func (l *listener) Close() error {
	l.side.dropListener(l)
	return l.shut()
}

func (l *listener) shut() error {
	l.once.Do(func() { close(l.gone) })
	return l.tcp.Close()
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }
