package nats

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Stream is a stream as the nodes keep it: a leader, which takes what is
// published, and its copies. The leader says "stored" when more than half of all
// copies have a message.
//
//	publish ──▶ leader ─▶ copy     "stored" after the first two of three
//	                   ─▶ copy
type Stream struct {
	Name   string
	Leader int    // the node that takes what is published; 0 = nobody does now
	Copies []Copy // by number of node; the leader has one of them

	First, End uint64              // sequence of the oldest message that is kept, and of the next one
	Consumers  map[string]Consumer // who takes messages, by name
}

// Copy is what one node keeps of a stream.
type Copy struct {
	Node    int
	Current bool // it runs and, as the leader and the node itself say, has everything
}

// Consumer is how far somebody has come who takes messages of a stream.
type Consumer struct {
	Ready   int64 // waiting
	Unacked int64 // handed out, and neither acknowledged nor given up
}

// Streams are all streams by name. Each is told of by its leader; of one that has
// none only its copies are known, and a stream whose nodes are all gone is as it
// was last seen.
func (s *Server) Streams() []Stream {
	all, heard := map[string]Stream{}, s.running()
	for _, n := range slices.Sorted(maps.Keys(heard)) {
		account, err := heard[n].JszAccount(&server.JSzOptions{Account: server.DEFAULT_GLOBAL_ACCOUNT, Streams: true, Consumer: true})
		if err != nil {
			continue // nothing was ever kept there, or the server is ending
		}
		for _, d := range account.Streams {
			leads := len(s.nodes) == 1 || heard[n].JetStreamIsStreamLeader(server.DEFAULT_GLOBAL_ACCOUNT, d.Name)
			all[d.Name] = s.merge(all[d.Name], n, leads, &d)
		}
	}
	for _, t := range all {
		for i, c := range t.Copies { // the leader's opinion of one that went and came may be old
			t.Copies[i].Current = c.Current && heard[c.Node] != nil && heard[c.Node].JetStreamIsStreamCurrent(server.DEFAULT_GLOBAL_ACCOUNT, t.Name)
		}
	}
	left := s.running() // one that has ended meanwhile may have told nothing
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, was := range s.known {
		if _, told := all[name]; !told && was.lost(left) {
			all[name] = was.leaderless()
		}
	}
	s.known = all
	return slices.SortedFunc(maps.Values(all), func(a, b Stream) int { return cmp.Compare(a.Name, b.Name) })
}

// remember keeps what was known of streams of which nobody is left to tell.
func (s *Server) remember(before []Stream) {
	left := s.running()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range before {
		if t.lost(left) {
			s.known[t.Name] = t.leaderless()
		}
	}
}

// merge adds to a stream what node n tells of it. A node that has just started names
// itself as the leader of everything, so whether it leads is asked elsewhere.
func (s *Server) merge(t Stream, n int, leads bool, d *server.StreamDetail) Stream {
	if t.Consumers == nil {
		t.Name, t.Consumers = d.Name, map[string]Consumer{}
	}
	for _, c := range d.Consumer {
		if c.Cluster == nil || s.number(c.Cluster.Leader) == n {
			t.Consumers[c.Name] = Consumer{int64(c.NumPending), int64(c.NumAckPending)}
		}
	}
	if !leads && t.Leader > 0 {
		return t
	}
	t.Copies = []Copy{{n, leads}}
	if leads {
		t.Leader, t.First, t.End = n, d.State.FirstSeq, d.State.LastSeq+1
	}
	if d.Cluster != nil {
		for _, p := range d.Cluster.Replicas {
			if other := s.number(p.Name); other > 0 && other != n {
				t.Copies = append(t.Copies, Copy{other, leads && p.Current && !p.Offline})
			}
		}
	}
	slices.SortFunc(t.Copies, func(a, b Copy) int { return cmp.Compare(a.Node, b.Node) })
	return t
}

// lost reports whether no node runs that has a copy.
func (t Stream) lost(running map[int]*server.Server) bool {
	return !slices.ContainsFunc(t.Copies, func(c Copy) bool { return running[c.Node] != nil })
}

// leaderless is t when nobody is left who could serve it.
func (t Stream) leaderless() Stream {
	t.Leader, t.Copies = 0, slices.Clone(t.Copies)
	for i := range t.Copies {
		t.Copies[i].Current = false
	}
	return t
}

// number is that of the node which calls itself so; 0 = there is none.
func (s *Server) number(name string) int {
	return 1 + slices.IndexFunc(s.nodes, func(n *node) bool { return n.name == name })
}

// election is how long a node may take to lead when it was chosen, before it is
// chosen once more: the others may have elected another one meanwhile.
const election = time.Second

// MoveLeader makes another node lead a stream, one that has a copy and runs. It
// returns when that node leads, or ctx ends.
func (s *Server) MoveLeader(ctx context.Context, stream string, to int) error {
	srv := s.running()[to]
	if srv == nil {
		return fmt.Errorf("node %d does not run", to)
	}
	leads := func() (bool, error) { return srv.JetStreamIsStreamLeader(server.DEFAULT_GLOBAL_ACCOUNT, stream), nil }
	ask := map[string]any{"placement": map[string]string{"preferred": s.nodes[to-1].name}}
	for ctx.Err() == nil {
		if led, _ := leads(); led {
			return nil
		}
		err := s.watch.api("STREAM.LEADER.STEPDOWN."+stream, ask, nil)
		if err != nil && !errors.Is(err, nats.ErrTimeout) && !errors.Is(err, errNotNow) { // nobody leads just now, so it is asked again
			return fmt.Errorf("stream %s cannot be led by node %d: %w", stream, to, err)
		}
		while, cancel := context.WithTimeout(ctx, election)
		_ = until(while, leads) // the next turn sees it
		cancel()
	}
	return fmt.Errorf("stream %s was not led by node %d in time: %w", stream, to, ctx.Err())
}
