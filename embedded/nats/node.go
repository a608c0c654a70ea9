package nats

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// node is one server of a cluster, or the only one.
//
//	clients ──addr──▶ nats-1 ◀──route──▶ nats-2 ◀── clients
//	                     ▲ ╲           ╱ ▲
//	                       nats-3, to both
type node struct {
	number int            // from 1
	name   string         // "nats-1"; alone it is "nats"
	at     netip.AddrPort // where it shall listen; port 0 = anywhere
	dir    string         // where it stores
	route  string         // where other nodes find it; "" = there are none

	addr   string         // where it listens, or listened; guarded by Server.mu
	server *server.Server // nil = it does not run; guarded by Server.mu
}

// settle gives every node its name, its places and its store. Who is in a cluster
// must be known before the first one starts, so ports for their routes are drawn
// and left free again. A secret of their own keeps out the nodes of another
// cluster, which have the same names and may listen there by now.
func (s *Server) settle(addrs []netip.AddrPort) error {
	name := s.o.Name
	if name == "" {
		name = "nats"
	}
	s.secret, s.nodes = rand.Text(), nil
	if len(addrs) == 1 {
		s.nodes = []*node{{number: 1, name: name, at: addrs[0], dir: s.o.StoreDir}}
		return nil
	}
	for i, at := range addrs {
		l, err := free(at.Addr())
		if err != nil {
			return err
		}
		defer l.Close() // all are drawn before one is given back
		number := strconv.Itoa(i + 1)
		s.nodes = append(s.nodes, &node{
			number: i + 1, name: name + "-" + number, at: at, dir: filepath.Join(s.o.StoreDir, number), route: l.Addr().String(),
		})
	}
	return nil
}

// free listens on a port that nobody else has.
func free(at netip.Addr) (net.Listener, error) {
	l, err := net.Listen("tcp", netip.AddrPortFrom(at, 0).String())
	if err != nil {
		return nil, fmt.Errorf("a port for routes: %w", err)
	}
	return l, nil
}

// draw is a place for routes that is free now.
func draw(at netip.Addr) (string, error) {
	l, err := free(at)
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// settings are the server's own. NoSigs leaves the terminal's signals to others.
func (s *Server) settings(n *node) (*server.Options, error) {
	o := &server.Options{
		ServerName: n.name, Host: n.at.Addr().String(), Port: int(n.at.Port()), NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: n.dir, JetStreamMaxMemory: maxMemory, JetStreamMaxStore: s.o.MaxStore, SyncAlways: s.o.SyncAlways,
	}
	if o.Port == 0 {
		o.Port = server.RANDOM_PORT
	}
	if o.JetStreamMaxStore == 0 {
		o.JetStreamMaxStore = maxStore
	}
	if n.route == "" {
		return o, nil
	}
	at, err := netip.ParseAddrPort(n.route)
	if err != nil {
		return nil, err
	}
	o.Cluster = server.ClusterOpts{
		Name: "nats", Host: at.Addr().String(), Port: int(at.Port()), PoolSize: -1, // one connection for each route
		Username: "node", Password: s.secret,
	}
	for _, other := range s.nodes {
		o.Routes = append(o.Routes, &url.URL{Scheme: "nats-route", User: url.UserPassword("node", s.secret), Host: other.route})
	}
	return o, nil
}

// run starts a node and returns when clients can connect to it.
func (s *Server) run(ctx context.Context, n *node) error {
	o, err := s.settings(n)
	if err != nil {
		return err
	}
	said := new(complaints)
	srv, err := server.NewServer(o)
	if err != nil {
		return err
	}
	srv.SetLoggerV2(said, false, false, false)
	srv.Start()
	if err := ready(ctx, srv, said, n.route != ""); err != nil {
		srv.Shutdown()
		srv.WaitForShutdown()
		return err
	}
	addr, err := netip.ParseAddrPort(srv.Addr().String())
	s.mu.Lock()
	defer s.mu.Unlock()
	n.server, n.at, n.addr = srv, addr, addr.String()
	return err
}

// ready waits until the server listens, first for clients and then, if it is in a
// cluster, for routes. Asking for its address is done in a millisecond or two; the
// server's own ReadyForConnections looks every 25 ms.
func ready(ctx context.Context, s *server.Server, said *complaints, routes bool) error {
	return until(ctx, func() (bool, error) {
		err, clients := said.fatal(), s.Addr() != nil
		if err != nil && clients {
			err = fmt.Errorf("%w: %w", errApart, err)
		}
		return clients && (!routes || s.ClusterAddr() != nil), err
	})
}

// until waits until something holds, or cannot hold any more.
func until(ctx context.Context, holds func() (bool, error)) error {
	look := time.NewTicker(500 * time.Microsecond)
	defer look.Stop()
	for {
		yes, err := holds()
		if err == nil {
			err = context.Cause(ctx)
		}
		if yes || err != nil {
			return err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
		}
	}
}

// end ends a node, if it runs, and waits for that.
func (s *Server) end(n *node) {
	s.mu.Lock()
	srv := n.server
	n.server = nil // nobody is sent there any more
	s.mu.Unlock()
	if srv != nil {
		srv.Shutdown()
		srv.WaitForShutdown()
	}
}

// running are the servers that run, by number of node.
func (s *Server) running() map[int]*server.Server {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := map[int]*server.Server{}
	for _, n := range s.nodes {
		if n.server != nil {
			all[n.number] = n.server
		}
	}
	return all
}

// InProcessConn connects the watch to the first node that runs, without a socket.
func (s *Server) InProcessConn() (net.Conn, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, n := range s.nodes {
		if n.server != nil {
			return n.server.InProcessConn()
		}
	}
	return nil, errors.New("no node runs")
}
