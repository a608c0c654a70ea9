package nats

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"
)

const (
	limit    = 20 * time.Second // for one start: an election takes up to 9 s, and two may be needed
	attempts = 3
)

// errApart says that nodes cannot reach each other at the ports of their routes.
var errApart = errors.New("the nodes do not reach each other")

// begin starts all nodes, and waits for them. A port that was drawn for routes can
// be taken before its node listens there: then all start again, with other ports.
func (s *Server) begin(ctx context.Context, addrs []netip.AddrPort) error {
	for try := 1; ; try++ {
		err := s.assemble(ctx)
		if try == attempts || ctx.Err() != nil || !errors.Is(err, errApart) {
			return err
		}
		for _, n := range s.nodes {
			s.end(n)
		}
		if err := s.settle(addrs); err != nil {
			return err
		}
	}
}

// assemble starts all nodes once.
func (s *Server) assemble(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w within %v", errApart, limit))
	defer cancel()
	for _, n := range s.nodes {
		if err := s.run(ctx, n); err != nil {
			return err
		}
	}
	return s.united(ctx)
}

// Nodes are the numbers of the nodes that run, from 1 on, in order. Node 1 of the
// cluster "nats" calls itself nats-1.
func (s *Server) Nodes() []int { return slices.Sorted(maps.Keys(s.running())) }

// StopNode ends a node, and returns when all its sockets are closed. It goes in
// good order: what it leads it hands over to a node that has a copy, so that
// clients find nobody there for less than a second; a node that loses its power
// is missed by the others only after 4 to 9 s, the time after which raft holds an
// election in nats-server. A stream of which it had the only copy is not there
// until the node is back.
func (s *Server) StopNode(n int) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.closed {
		return errClosed
	}
	if !slices.Contains(s.Nodes(), n) {
		return fmt.Errorf("node %d does not run", n)
	}
	before := s.Streams()
	s.end(s.nodes[n-1])
	s.remember(before)
	return nil
}

// StartNode starts a node that was stopped, where it listened before and with what
// it had stored. It returns when the node knows what the others have decided
// meanwhile; its copies catch up after that, as [Server.Streams] tells. Ctx bounds
// the waiting, as does a time of our own: when it ends first, the node does not run.
func (s *Server) StartNode(ctx context.Context, n int) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.closed {
		return errClosed
	}
	if n < 1 || n > len(s.nodes) || slices.Contains(s.Nodes(), n) {
		return fmt.Errorf("node %d has not been stopped", n)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("it did not catch up with the others within %v", limit))
	defer cancel()
	one := s.nodes[n-1]
	err := s.run(ctx, one)
	if errors.Is(err, errApart) { // another program has the port of its routes: the node tells the others of a new one
		if one.route, err = draw(one.at.Addr()); err == nil {
			err = s.run(ctx, one)
		}
	}
	if err == nil {
		err = s.joined(ctx, one)
	}
	if err != nil {
		s.end(one)
		return fmt.Errorf("node %d cannot start: %w", n, err)
	}
	return nil
}

// joined waits until a node is up to date with the decisions of the cluster, unless
// too few run to decide anything.
func (s *Server) joined(ctx context.Context, n *node) error {
	if 2*len(s.Nodes()) <= len(s.nodes) {
		return nil
	}
	return until(ctx, func() (bool, error) { return n.server.JetStreamIsCurrent(), nil })
}

// united waits until one node leads the cluster and knows of all.
func (s *Server) united(ctx context.Context) error {
	if len(s.nodes) == 1 {
		return nil
	}
	all := s.running()
	return until(ctx, func() (bool, error) {
		for _, srv := range all {
			if srv.JetStreamIsLeader() && len(srv.JetStreamClusterPeers()) == len(all) {
				return true, nil
			}
		}
		return false, nil
	})
}

var errClosed = errors.New("the server has been closed")
