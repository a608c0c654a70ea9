// Package nats runs the real nats-server, with JetStream, inside this process,
// on loopback only: one, or three that are a cluster and copy streams to each
// other. It adds what NATS leaves to others: a message that was handed out as
// often as its consumer allows goes to the dead letters, and whoever is
// interested hears what moves in the queues, and who leads a stream.
//
// It knows nothing of the program around it and may be used without it:
//
//	s, err := nats.Start(ctx, nats.Options{Nodes: 3})
//	nc, err := natsgo.Connect(strings.Join(s.Addrs(), ","))
//	defer s.Close()
package nats

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/msc-sim/msc-sim/embedded/loopback"
)

// Options of a server. The zero value works.
type Options struct {
	// Name is what the server calls itself, or the cluster; "" = "nats".
	Name string
	// Nodes is how many servers there are: 1, or 3 that are a cluster; 0 = 1.
	Nodes int
	// Addr is where the first one listens, a loopback address such as
	// "127.0.0.1:4222"; the others take the ports after it. "" and port 0 let the
	// system choose all ports.
	Addr string
	// Addrs is where each node listens, instead of Addr; nil = as Addr says.
	Addrs []string
	// StoreDir is where streams are kept. What stands there is served again. In a
	// cluster every node has a directory of its own below it, with its number as
	// the name. "" is a private directory that Close removes.
	StoreDir string
	// SyncAlways confirms what is on the disk, not what the system has taken.
	SyncAlways bool
	// MaxStore bounds what all streams of a node keep, in bytes; 0 = 256 MiB.
	MaxStore int64
	// Observe hears what moves in the queues, and who leads streams; nil = nobody
	// listens. It is called by several goroutines and must not block.
	Observe func(Move)
	// Every is how often queues are looked at for Observe; 0 = 20 ms, and more often after a change.
	Every time.Duration
}

const (
	maxStore  = 256 << 20
	maxMemory = 64 << 20
	every     = 20 * time.Millisecond
	cluster   = 3 // nodes: the fewest of which one may die
)

// Version is the version of the nats-server inside.
const Version = server.VERSION

// Server is a running broker, of one node or several. Its methods may be called
// by many goroutines.
type Server struct {
	o      Options
	own    string // the directory to remove; "" = it is not ours
	secret string // with which its nodes know each other
	watch  *watch

	turn   sync.Mutex // held while a node starts or ends
	closed bool

	mu    sync.RWMutex // held for a moment
	nodes []*node      // by number
	known map[string]Stream
}

// Start returns when clients can connect and, in a cluster, all nodes have found
// each other and can be given streams; ctx bounds only that, and without one a
// start that does not succeed ends after a minute. Close ends the server. When
// Start fails, nothing is left behind.
func Start(ctx context.Context, o Options) (*Server, error) {
	addrs, err := places(o)
	if err != nil {
		return nil, err
	}
	s := &Server{o: o, known: map[string]Stream{}}
	if s.o.StoreDir == "" {
		if s.own, err = os.MkdirTemp("", "nats-"); err != nil {
			return nil, fmt.Errorf("a place for streams: %w", err)
		}
		s.o.StoreDir = s.own
	}
	if err = s.settle(addrs); err == nil {
		err = s.begin(ctx, addrs)
	}
	if err == nil {
		s.watch, err = observe(s)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("nats cannot start: %w", err), s.Close())
	}
	return s, nil
}

// places are the addresses of all nodes; port 0 is any.
func places(o Options) ([]netip.AddrPort, error) {
	n := max(o.Nodes, 1)
	if n != 1 && n != cluster {
		return nil, fmt.Errorf("%d nodes: it is 1, or %d", n, cluster)
	}
	if o.Addrs != nil && len(o.Addrs) != n {
		return nil, fmt.Errorf("%d addresses for %d nodes", len(o.Addrs), n)
	}
	first, err := loopback.Parse(o.Addr)
	if err != nil {
		return nil, err
	}
	all := make([]netip.AddrPort, n)
	for i := range all {
		switch {
		case o.Addrs != nil:
			if all[i], err = loopback.Parse(o.Addrs[i]); err != nil {
				return nil, err
			}
		case first.Port() == 0:
			all[i] = first
		case int(first.Port())+i > 65535:
			return nil, fmt.Errorf("%d nodes from port %d on: there are not so many ports", n, first.Port())
		default:
			all[i] = netip.AddrPortFrom(first.Addr(), first.Port()+uint16(i))
		}
	}
	return all, nil
}

// Addr is where the first node that runs listens, such as "127.0.0.1:40123".
func (s *Server) Addr() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, n := range s.nodes {
		if n.server != nil {
			return n.addr
		}
	}
	return ""
}

// Addrs is where the nodes listen, in the order of their numbers. One that does
// not run listens there again when it does.
func (s *Server) Addrs() (all []string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, n := range s.nodes {
		all = append(all, n.addr)
	}
	return all
}

// Close ends all nodes and their connections, and waits for that. What was
// acknowledged is kept, unless the store is the server's own.
func (s *Server) Close() error {
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if s.watch != nil {
		s.watch.close()
	}
	for _, n := range s.nodes {
		s.end(n)
	}
	if s.own == "" {
		return nil
	}
	return os.RemoveAll(s.own)
}
