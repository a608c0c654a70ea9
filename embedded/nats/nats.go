// Package nats runs the real nats-server, with JetStream, inside this process,
// on loopback only. It adds what NATS leaves to others: a message that was
// handed out as often as its consumer allows goes to the dead letters, and
// whoever is interested hears what moves in the queues.
//
// It knows nothing of the program around it and may be used without it:
//
//	s, err := nats.Start(ctx, nats.Options{})
//	nc, err := natsgo.Connect("nats://" + s.Addr())
//	defer s.Close()
package nats

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// Options of a server. The zero value works.
type Options struct {
	// Name is what the server calls itself; "" = "nats".
	Name string
	// Addr is where it listens, a loopback address such as "127.0.0.1:4222"; ""
	// and port 0 let the system choose the port.
	Addr string
	// StoreDir is where streams are kept. What stands there is served again. ""
	// is a private directory that Close removes.
	StoreDir string
	// SyncAlways confirms what is on the disk, not what the system has taken.
	SyncAlways bool
	// MaxStore bounds what all streams keep, in bytes; 0 = 256 MiB.
	MaxStore int64
	// Observe hears what moves in the queues; nil = nobody listens. It is called
	// by several goroutines and must not block.
	Observe func(Move)
	// Every is how often queues are looked at for Observe; 0 = 50 ms.
	Every time.Duration
}

const (
	maxStore  = 256 << 20
	maxMemory = 64 << 20
	every     = 50 * time.Millisecond
)

// Version is the version of the nats-server inside.
const Version = server.VERSION

// Server is a running broker. Its methods may be called by many goroutines.
type Server struct {
	server  *server.Server
	own     string // the directory to remove; "" = it is not ours
	watch   *watch
	closing sync.Once
}

// Start returns when clients can connect; ctx bounds only that. Close ends the
// server. When Start fails, nothing is left behind.
func Start(ctx context.Context, o Options) (*Server, error) {
	host, port, err := loopback(o.Addr)
	if err != nil {
		return nil, err
	}
	s := &Server{}
	dir := o.StoreDir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "nats-"); err != nil {
			return nil, fmt.Errorf("a place for streams: %w", err)
		}
		s.own = dir
	}
	said := new(complaints)
	if s.server, err = server.NewServer(settings(o, host, port, dir)); err == nil {
		s.server.SetLoggerV2(said, false, false, false)
		s.server.Start()
		err = ready(ctx, s.server, said)
	}
	if err == nil {
		s.watch, err = observe(s.server, o)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("nats cannot start: %w", err), s.Close())
	}
	return s, nil
}

// settings are the server's own. NoSigs leaves the terminal's signals to others.
func settings(o Options, host string, port int, dir string) *server.Options {
	so := &server.Options{
		ServerName: o.Name, Host: host, Port: port, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: dir, JetStreamMaxMemory: maxMemory, JetStreamMaxStore: o.MaxStore, SyncAlways: o.SyncAlways,
	}
	if so.ServerName == "" {
		so.ServerName = "nats"
	}
	if so.Port == 0 {
		so.Port = server.RANDOM_PORT
	}
	if so.JetStreamMaxStore == 0 {
		so.JetStreamMaxStore = maxStore
	}
	return so
}

// loopback takes an address apart and refuses any that others could reach.
func loopback(addr string) (host string, port int, err error) {
	if addr == "" {
		return "127.0.0.1", 0, nil
	}
	host, p, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, fmt.Errorf("%q is not an address: %w", addr, err)
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() {
		return "", 0, fmt.Errorf("%s can be reached from elsewhere; only loopback addresses are served", addr)
	}
	port, err = strconv.Atoi(p)
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("%q is not a port", p)
	}
	return host, port, nil
}

// ready waits until the server listens. Asking for its address is done in a
// millisecond or two; the server's own ReadyForConnections looks every 25 ms.
func ready(ctx context.Context, s *server.Server, said *complaints) error {
	look := time.NewTicker(500 * time.Microsecond)
	defer look.Stop()
	for s.Addr() == nil && ctx.Err() == nil {
		if err := said.fatal(); err != nil {
			return err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// Addr is where it listens, such as "127.0.0.1:40123".
func (s *Server) Addr() string {
	if a := s.server.Addr(); a != nil {
		return a.String()
	}
	return ""
}

// Close ends the server and all its connections, and waits for that. What was
// acknowledged is kept, unless the store is the server's own.
func (s *Server) Close() (err error) {
	s.closing.Do(func() {
		if s.watch != nil {
			s.watch.close()
		}
		if s.server != nil {
			s.server.Shutdown()
			s.server.WaitForShutdown()
		}
		if s.own != "" {
			err = os.RemoveAll(s.own)
		}
	})
	return err
}
