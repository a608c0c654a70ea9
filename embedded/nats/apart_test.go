package nats

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"
)

// newCluster is a cluster whose nodes have their places and do not run yet.
func newCluster(t *testing.T) (*Server, func(context.Context) error) {
	t.Helper()
	addrs, err := places(Options{Nodes: cluster})
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{o: Options{StoreDir: t.TempDir()}, known: map[string]Stream{}}
	if err := s.settle(addrs); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, func(ctx context.Context) error { return s.begin(ctx, addrs) }
}

func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), (attempts+1)*limit)
	t.Cleanup(cancel)
	return ctx
}

// A cluster starts although another program takes the port of a node's routes before
// the node listens there.
func TestAPortOfRoutesThatIsTaken(t *testing.T) {
	t.Parallel()
	s, begin := newCluster(t)
	taken := s.nodes[1].route
	l, err := net.Listen("tcp", taken)
	if err != nil {
		t.Skip("somebody else was quicker")
	}
	defer l.Close()
	if err := s.assemble(bounded(t)); !errors.Is(err, errApart) {
		t.Fatalf("with a port that is taken: %v", err)
	}
	for _, n := range s.nodes {
		s.end(n)
	}
	if err := begin(bounded(t)); err != nil {
		t.Fatal(err)
	}
	if len(s.Nodes()) != cluster || s.nodes[1].route == taken {
		t.Fatalf("nodes %v run, routes of the second at %s, which is taken", s.Nodes(), s.nodes[1].route)
	}
}

// Clusters have nodes of the same names. One does not join another that listens where
// its own node was to listen.
func TestClustersKeepApart(t *testing.T) {
	t.Parallel()
	one, beginOne := newCluster(t)
	if err := beginOne(bounded(t)); err != nil {
		t.Fatal(err)
	}
	other, _ := newCluster(t)
	other.nodes[2].route = one.nodes[2].route
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	for _, n := range other.nodes[:2] { // the third would find its port taken
		if err := other.run(ctx, n); err != nil {
			t.Fatal(err)
		}
	}
	<-ctx.Done() // they look for the third all the time
	for _, s := range []*Server{one, other} {
		for number, srv := range s.running() {
			if want := len(s.running()) - 1; srv.NumRemotes() != want {
				t.Errorf("node %d of %d knows %d others", number, want+1, srv.NumRemotes())
			}
		}
	}
}

// A node that comes back finds the others although its port of routes is taken meanwhile.
func TestANodeThatComesBackElsewhere(t *testing.T) {
	t.Parallel()
	s, begin := newCluster(t)
	if err := begin(bounded(t)); err != nil {
		t.Fatal(err)
	}
	if err := s.StopNode(2); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", s.nodes[1].route)
	if err != nil {
		t.Skip("somebody else was quicker")
	}
	defer l.Close()
	if err := s.StartNode(bounded(t), 2); err != nil {
		t.Fatal(err)
	}
}
