package wire

import (
	"maps"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Options of a Net. The zero value works.
type Options struct {
	Now     func() time.Duration                          // the world's clock; nil = since New
	Port    func(owner sim.Instance, protocol string) int // the port to listen on, 0 = any; nil = any
	Return  bool                                          // an owner that listens again gets the port it had, where that is free
	Keep    int                                           // bytes of capture kept per link; 0 = 256 KiB, negative = none
	Message int                                           // of these, kept per request or response; 0 = 4 KiB, negative = none
	// Beyond are addresses that may be dialled although they are not on this
	// machine, "mq.example.org:5672", exactly as they are dialled; nil = none. The
	// person who runs the program has said so.
	Beyond []string
	// Leaving is told, when an instance is about to be killed, from which addresses
	// it had dialled. What it returns is called when those connections are reset, and
	// returns when whoever is at their other end has noticed. nil = nobody is waited for.
	Leaving func(addrs []string) (noticed func())
}

// patience is how long Close waits before it says what it waits for.
const patience = 5 * time.Second

// Net implements [sim.Net]. Many goroutines may use it at once.
type Net struct {
	opts     Options
	patience time.Duration
	work     work

	mu     sync.Mutex
	closed bool
	sides  map[sim.Instance]*side
	links  map[sim.LinkID]*link
	had    map[string]int // the last port of an owner and protocol, where Options.Return wants it
	given  map[int]bool   // ports that were chosen for somebody; none is chosen twice
	armed  []*armed       // hooks, in the order they were armed; replaced, never changed

	dials     dials
	farewells atomic.Int64 // closed connections whose end is held back
}

var _ sim.Net = (*Net)(nil)

// New makes a Net without sockets. Close ends it.
func New(o Options) *Net {
	if o.Now == nil {
		began := time.Now()
		o.Now = func() time.Duration { return time.Since(began) }
	}
	if o.Keep == 0 {
		o.Keep = 256 << 10
	}
	if o.Message == 0 {
		o.Message = 4 << 10
	}
	return &Net{
		opts:     o,
		patience: patience,
		sides:    map[sim.Instance]*side{},
		links:    map[sim.LinkID]*link{},
		given:    map[int]bool{}, had: map[string]int{},
	}
}

// Kill closes every listener and every connection of i, accepted and dialled;
// their peers see a reset, and those that Options.Leaving knows have seen it. What i held back is let go, and causes of a pause
// are forgotten. An instance that had listened cannot dial until it listens
// again: that is its next incarnation.
func (n *Net) Kill(i sim.Instance) {
	n.mu.Lock()
	s := n.sides[named(i)]
	n.mu.Unlock()
	if s == nil {
		return
	}
	noticed := func() {}
	if n.opts.Leaving != nil {
		noticed = n.opts.Leaving(s.dialled())
	}
	s.end(sim.ErrKilled, true)
	noticed()
}

// Pause makes i stand still for a cause, as SIGSTOP would: it accepts, dials,
// reads and writes nothing, while the kernel goes on accepting and buffering for
// it. Deadlines and Close are still obeyed. A second cause adds to the first;
// the same cause twice counts once. A killed instance cannot be paused.
func (n *Net) Pause(i sim.Instance, cause string) {
	if s, err := n.side(i, false); err == nil {
		s.gate.shutFor(cause)
	}
}

// Resume takes one cause of a pause away. When none is left, i runs on.
func (n *Net) Resume(i sim.Instance, cause string) {
	n.mu.Lock()
	s := n.sides[named(i)]
	n.mu.Unlock()
	if s != nil {
		s.gate.openFor(cause)
	}
}

// Bytes counts everything that crossed on a link since New, seen from the caller.
func (n *Net) Bytes(l sim.LinkID) (out, in int64) {
	n.mu.Lock()
	k := n.links[l]
	n.mu.Unlock()
	if k == nil {
		return 0, 0
	}
	return k.out.Load(), k.in.Load()
}

// Open counts the listeners and connections that are open now.
func (n *Net) Open() (listeners, conns int) {
	for _, s := range n.all() {
		l, c := s.count()
		listeners, conns = listeners+l, conns+c
	}
	return listeners, conns
}

// Close closes every socket, lets go of whatever is held back and waits until
// the held calls and those to Dial have returned. When some have not after 5 s
// it returns an error that names them. Captures and counts can still be read.
func (n *Net) Close() error {
	n.mu.Lock()
	n.closed = true
	n.mu.Unlock()
	for _, s := range n.all() {
		s.end(net.ErrClosed, false)
	}
	return n.work.wait(n.patience)
}

func (n *Net) all() []*side {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Collect(maps.Values(n.sides))
}

// side is the incarnation of i that lives now. A dead one is followed by a new
// one when i listens, or if it never listened.
func (n *Net) side(i sim.Instance, listens bool) (*side, error) {
	i = named(i)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil, sim.Errorf(sim.Unavailable, "%s has no sockets: the world has ended: %w", i, net.ErrClosed)
	}
	s := n.sides[i]
	if s != nil && !s.dead() {
		return s, nil
	}
	if s != nil && s.listened() && !listens {
		return nil, sim.ErrKilled
	}
	s = newSide(n, i)
	n.sides[i] = s
	return s, nil
}

// link is what is known of a link, made at its first use.
func (n *Net) link(id sim.LinkID) *link {
	n.mu.Lock()
	defer n.mu.Unlock()
	k := n.links[id]
	if k == nil {
		keep, message := max(0, n.opts.Keep), max(0, n.opts.Message)
		k = &link{capture: capture{
			message: message, ring: ring{limit: keep}, work: &n.work,
			calls: calls{limit: keep, message: message, posts: posts{limit: keep, message: message}},
		}}
		n.links[id] = k
	}
	return k
}

// named gives the first instance its one form: N 0 reads as 1.
func named(i sim.Instance) sim.Instance {
	i.N = max(i.N, 1)
	return i
}
