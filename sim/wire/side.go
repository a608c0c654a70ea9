package wire

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// side is one incarnation of an instance: the sockets it holds, the gate in
// front of them, and its end. It is made alive and dies once.
type side struct {
	net  *Net
	who  sim.Instance
	gate gate

	life context.Context // ends with the incarnation
	stop context.CancelCauseFunc

	mu        sync.Mutex
	listeners map[*listener]struct{}
	conns     map[*conn]struct{}
	heard     bool // it listened at least once
}

func newSide(n *Net, who sim.Instance) *side {
	life, stop := context.WithCancelCause(context.Background())
	return &side{
		net: n, who: who, life: life, stop: stop,
		listeners: map[*listener]struct{}{}, conns: map[*conn]struct{}{},
	}
}

func (s *side) dead() bool { return s.life.Err() != nil }

func (s *side) listened() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard
}

// end closes all sockets; with reset their peers see a reset. Sockets that come
// into being meanwhile are refused, and who made them is told the cause.
func (s *side) end(cause error, reset bool) {
	s.mu.Lock()
	s.stop(cause)
	listeners, conns := s.listeners, s.conns
	s.listeners, s.conns = nil, nil
	s.mu.Unlock()
	for l := range listeners {
		_ = l.shut()
	}
	for c := range conns {
		_ = c.shut(reset)
	}
}

// addListener takes l in, or reports false when the side has ended.
func (s *side) addListener(l *listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead() {
		return false
	}
	s.heard = true
	s.listeners[l] = struct{}{}
	return true
}

// addConn takes c in, or reports false when the side has ended.
func (s *side) addConn(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead() {
		return false
	}
	s.conns[c] = struct{}{}
	return true
}

func (s *side) dropListener(l *listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, l)
}

func (s *side) dropConn(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// hold waits at the gate on behalf of a call. Close waits for it.
func (s *side) hold(call string, gone <-chan struct{}, d *deadline) error {
	s.net.work.begin(call)
	defer s.net.work.end(call)
	return s.gate.wait(gone, d)
}

// open are the connections now.
func (s *side) open() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.conns))
}

// dialled are the addresses from which it has dialled, of connections that are open.
func (s *side) dialled() (addrs []string) {
	for _, c := range s.open() {
		if c.link != nil {
			addrs = append(addrs, c.LocalAddr().String())
		}
	}
	return addrs
}

func (s *side) count() (listeners, conns int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.listeners), len(s.conns)
}

func (s *side) listensOn(port int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.listeners {
		if portOf(l) == port {
			return true
		}
	}
	return false
}
