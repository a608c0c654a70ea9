// Package share is what transports have in common: one connection that many attempts
// use at once, and a connection of a pool that one attempt uses at a time.
package share

import (
	"context"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Connection is what a caller opens to the other side.
type Connection interface {
	comparable
	Usable() bool // an attempt may begin on it
	Close()
}

// Shared is the caller's half of a route that has one connection at a time. The
// first attempt opens it, and so does the next one after it was lost; it closes
// when it is out of use and its last attempt has left. Many goroutines may use it.
type Shared[C Connection] struct {
	to      string // whom it leads to, for people
	open    func(context.Context) (C, error)
	opening chan struct{} // held by the attempt that opens a connection

	mu     sync.Mutex
	users  map[C]int // attempts on each, those out of use included
	now    C         // the one that attempts begin on; zero = none is open
	closed bool
}

// New makes one whose connections open opens.
func New[C Connection](to string, open func(context.Context) (C, error)) *Shared[C] {
	return &Shared[C]{to: to, open: open, opening: make(chan struct{}, 1), users: map[C]int{}}
}

// Enter finds the connection for an attempt, and opens one when there is none; then
// the note says so. One caller opens at a time; the others wait as long as they have
// time. Leave must follow.
func (s *Shared[C]) Enter(ctx context.Context, n *sim.Note) (c C, err error) {
	if c, ok, err := s.join(); ok || err != nil {
		return c, err
	}
	began := time.Now()
	select {
	case s.opening <- struct{}{}:
		defer func() { <-s.opening }()
	case <-ctx.Done():
		return c, sim.AsError(ctx.Err())
	}
	if c, ok, err := s.join(); ok || err != nil {
		return c, err
	}
	if c, err = s.open(ctx); err != nil {
		return c, err
	}
	n.Opened, n.Connect = true, time.Since(began)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[c] = 1
	if !s.closed {
		s.now = c
	}
	return c, nil
}

// join takes part in the connection that is open; ok is false when there is none.
func (s *Shared[C]) join() (c C, ok bool, err error) {
	var none C
	s.mu.Lock()
	switch {
	case s.closed:
		err = sim.Errorf(sim.Unavailable, "the connection to %s was closed here", s.to)
	case s.now != none && s.now.Usable():
		s.users[s.now]++
		c, ok = s.now, true
	}
	idle := none
	if !ok {
		idle = s.retire()
	}
	s.mu.Unlock()
	if idle != none {
		idle.Close()
	}
	return c, ok, err
}

// retire takes the connection out of use and returns it if nobody is on it; mu is held.
func (s *Shared[C]) retire() (idle C) {
	c := s.now
	s.now = idle
	if s.users[c] == 0 {
		delete(s.users, c)
		return c
	}
	return idle
}

// Leave ends an attempt's part in a connection.
func (s *Shared[C]) Leave(c C) {
	s.mu.Lock()
	s.users[c]--
	last := s.users[c] == 0 && s.now != c
	if last {
		delete(s.users, c)
	}
	s.mu.Unlock()
	if last {
		c.Close()
	}
}

// Close lets no more attempts begin. An idle connection goes now, one in use when
// its last attempt leaves.
func (s *Shared[C]) Close() {
	var none C
	s.mu.Lock()
	s.closed = true
	idle := s.retire()
	s.mu.Unlock()
	if idle != none {
		idle.Close()
	}
}
