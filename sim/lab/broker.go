package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/world"
)

// engine is a running broker.
type engine interface {
	Addr() string
	Close() error
}

// cluster is an engine of several nodes.
type cluster interface {
	Addrs() []string
}

// broker is a box that stands between services. It starts when the world names
// it, or when a link is swapped to it, and comes back after a kill where it was,
// with what it had stored.
type broker struct {
	product
	lab    *Lab
	count  int         // how many nodes it is
	always bool        // it confirms what is on the disk
	away   *attachment // it runs already and is not ours; nil = it is

	mu     sync.Mutex
	dir    string // where it stores; "" = it never ran
	addr   string // where it listens or listened; before, where it should
	run    engine // nil = it does not run
	nodes  map[string]sim.Instance
	thaw   map[int]func()                      // of each node that is paused, and of all: what ends that
	ended  map[int]func(context.Context) error // of each node that was killed alone: what starts it again
	absent []string                            // while it starts again: where nodes were that do not listen yet
}

func newBroker(l *Lab, p product, o Options, away *attachment) *broker {
	b := &broker{
		product: p, lab: l, addr: "127.0.0.1:0", count: p.size(l.spec), always: o.SyncAlways, away: away,
		nodes: map[string]sim.Instance{}, thaw: map[int]func(){}, ended: map[int]func(context.Context) error{},
	}
	if o.StandardPorts {
		b.addr = fmt.Sprintf("127.0.0.1:%d", p.port)
	}
	if o.Data != "" {
		b.dir = filepath.Join(o.Data, p.name)
	}
	return b
}

// Addr is where clients find it, of a cluster all nodes with commas between: ""
// when it never ran. Of one that was killed it is where it was, and nobody answers
// there.
func (b *broker) Addr() string {
	if b.away != nil {
		return b.away.addr
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ran() {
		return ""
	}
	return strings.Join(b.places(), ",")
}

// places are where its nodes listen, or listened, in their order; mu is held.
func (b *broker) places() []string {
	return slices.SortedFunc(maps.Keys(b.nodes), func(x, y string) int { return b.nodes[x].N - b.nodes[y].N })
}

// ran reports whether it runs or ran; mu is held.
func (b *broker) ran() bool { return b.run != nil || len(b.nodes) > 0 }

// Ready implements [world.Product].
func (b *broker) Ready(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.away != nil:
		return b.reach(ctx)
	case b.run != nil:
		return nil
	case b.ran():
		return b.notRunning()
	}
	return b.begin(ctx)
}

// begin starts it; mu is held.
func (b *broker) begin(ctx context.Context) error {
	if err := b.room(); err != nil {
		return sim.Errorf(sim.Unavailable, "%s has no place to store messages: %w", b.name, err)
	}
	b.absent = b.places()
	run, err := b.start(ctx, b.lab, place{addr: b.addr, addrs: slices.Clone(b.absent), nodes: b.count, dir: b.dir, always: b.always, listen: b.listen})
	if err != nil {
		return sim.Errorf(sim.Unavailable, "%w", err).
			WithFix("let ports be chosen freely with --ports auto, or end the program that has port %d", b.port)
	}
	b.run, b.addr = run, run.Addr()
	b.nodes[b.addr] = part{b, whole}.Self()
	for i, addr := range b.reachable() { // of those that have their own listeners
		if _, known := b.nodes[addr]; !known {
			b.nodes[addr] = sim.Instance{Service: b.name, N: i + 1}
		}
	}
	started := sim.Started{Addr: b.addr}
	if b.several() {
		started.Nodes = b.count
	}
	part{b, whole}.tell(started)
	return nil
}

// room makes the directory in which it stores; mu is held.
func (b *broker) room() (err error) {
	if b.dir != "" {
		return os.MkdirAll(b.dir, 0o700)
	}
	b.dir, err = b.lab.scratch.room(b.name)
	return err
}

// listen opens a port for a node: the one where it was, or any. Every node is an
// instance of its own to the wire.
func (b *broker) listen(addr string) (net.Listener, error) {
	_, p, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(p)
	if err != nil {
		return nil, err
	}
	node, known := b.nodes[addr]
	if !known && len(b.absent) > 0 { // it comes back where one of its nodes was
		return b.listen(b.absent[0])
	}
	if !known {
		node = sim.Instance{Service: b.name, N: len(b.nodes) + 1}
	}
	b.absent = slices.DeleteFunc(b.absent, func(a string) bool { return a == addr })
	l, err := b.lab.net.ListenAt(node, b.protocol, port)
	if err == nil {
		b.nodes[l.Addr().String()] = node
	}
	return l, err
}

// kill ends it; mu is held. What it has acknowledged it keeps.
func (b *broker) kill() {
	for n := range b.thaw {
		b.resume(n)
	}
	for _, node := range b.nodes {
		b.lab.net.Kill(node)
	}
	_ = b.run.Close() // it ends, whatever it says
	b.run, b.ended = nil, map[int]func(context.Context) error{}
	part{b, whole}.tell(sim.Stopped{Cause: "killed"})
}

// Status implements [world.Product].
func (b *broker) Status() (s world.Status, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s = world.Status{Name: b.name, Kind: "broker", State: world.Up, Addr: b.addr, Note: "built in"}
	switch {
	case b.away != nil:
		s.Addr, s.Note = b.away.addr, b.away.note()
		return s, b.away.reached
	case b.run == nil:
		s.State = world.Stopped
	case b.thaw[whole] != nil:
		s.State = world.Paused
	case b.blocks != nil && b.blocks(b.run):
		s.Note += "; publishers are blocked: it is nearly full"
	}
	return s, b.ran()
}

// Endpoints implements [world.Product]: where it can be reached, one for each node.
func (b *broker) Endpoints() (es []sim.Endpoint) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var addrs []string
	switch {
	case b.away != nil && b.away.reached:
		addrs = strings.Split(b.away.addr, ",")
	case b.run != nil:
		addrs = b.reachable()
	}
	for i, addr := range addrs {
		es = append(es, sim.Endpoint{Name: sim.Instance{Service: b.name, N: i + 1}.String(), Protocol: b.protocol, Addr: addr})
	}
	return es
}

// reachable is where the nodes of one that runs can be found; mu is held.
func (b *broker) reachable() []string {
	if c, ok := b.run.(cluster); ok {
		return c.Addrs()
	}
	return []string{b.run.Addr()}
}

// close ends it, and removes what it stored unless that is to be kept.
func (b *broker) close() (err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.away != nil {
		return b.leave()
	}
	if b.run != nil {
		if err = b.run.Close(); errors.Is(err, net.ErrClosed) {
			err = nil // the world has closed its sockets already
		}
		b.run = nil
	}
	return err
}
