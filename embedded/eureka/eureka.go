// Package eureka gives the registry the interface of Netflix Eureka on loopback: REST in
// JSON and XML, leases that clients renew, a cache that readers get, and
// self-preservation. What other interfaces register is seen here, and the other way round.
//
//	s, err := eureka.Start(ctx, eureka.Options{Directory: d})
//	defer s.Close()
//	// curl http://ADDR/eureka/apps
//
// [Fidelity] lists what is missing or different.
package eureka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/embedded/directory"
	"github.com/msc-sim/msc-sim/embedded/loopback"
)

// Face is how the registry calls this interface.
const Face = "eureka"

// Options of a server. Only Directory has to be given.
type Options struct {
	// Directory is the registry whose instances are shown and changed.
	Directory *directory.Directory
	// Addr is where it listens, a loopback address such as "127.0.0.1:8761"; "" and port
	// 0 let the system choose the port.
	Addr string
	// Listen opens the socket; nil = a plain one.
	Listen func(addr string) (net.Listener, error)
	// Timing is how often things happen; zero fields are those of [Netflix].
	Timing Timing
	// Counting is how many clients it expects to renew.
	Counting Counting
	// NoSelfPreservation evicts every lease that has expired.
	NoSelfPreservation bool
	// Observe hears what happens at this interface and not in the registry; nil = nobody
	// listens. It must not block.
	Observe func(Move)
}

// Move is something that happened at this interface.
type Move struct {
	Kind Kind
	// Of a sweep.
	Expired             int      // leases that were over
	Evicted             []string // of these, those that were ended
	Renewals, Threshold int      // of the last minute, and how many must be exceeded
	Preserved           bool     // nothing was evicted, because too few renewals came
	// Of a reader.
	Path string
	Age  time.Duration // how old what it got was
}

// Kind of a move.
type Kind int

// Kinds of moves.
const (
	Swept     Kind = iota // expired leases were looked for
	Refreshed             // what readers get was made anew
	Fetched               // a reader got all applications, or a delta
)

// Server is a running server. Its methods may be called by many goroutines.
type Server struct {
	*core
	http   *http.Server
	addr   string
	cancel context.CancelFunc
	work   sync.WaitGroup
	peers  loopback.Peers
}

// core is a server without its sockets.
type core struct {
	o      Options
	leases *leases
	cache  *cache
}

func newCore(o Options) *core {
	o.Timing.defaults()
	if o.Observe == nil {
		o.Observe = func(Move) {}
	}
	ls := newLeases(o)
	return &core{o: o, leases: ls, cache: newCache(o, ls)}
}

// Timeouts and bounds of the server.
const (
	headTimeout  = 10 * time.Second
	writeTimeout = 30 * time.Second
	idleTimeout  = 2 * time.Minute
	maxHeader    = 64 << 10
)

// Start returns when clients can connect; ctx bounds only that. Close ends the server.
func Start(ctx context.Context, o Options) (*Server, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("eureka cannot start: %w", err)
	}
	l, err := loopback.Listen(o.Addr, o.Listen)
	if err != nil {
		return nil, fmt.Errorf("eureka cannot start: %w", err)
	}
	s := &Server{core: newCore(o), addr: l.Addr().String()}
	living, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.http = &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: headTimeout, ReadTimeout: headTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ConnState: s.noted,
	}
	s.work.Go(func() { _ = s.http.Serve(l) }) // ends with Close
	s.work.Go(func() { s.run(living) })       // ends with Close
	return s, nil
}

// run does what is done again and again, until ctx ends. What is due at the same time is
// done in this order.
func (c *core) run(ctx context.Context) {
	t := &c.o.Timing
	begun := time.Now()
	jobs := []struct {
		every time.Duration
		do    func()
		next  time.Time
	}{{t.Minute, c.leases.minute, begun}, {t.Threshold, c.leases.review, begun}, {t.Sweep, c.leases.sweep, begun}, {t.Cache, c.cache.refresh, begun}}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i := range jobs {
		jobs[i].next = begun.Add(jobs[i].every)
	}
	for {
		next := jobs[0].next
		for _, j := range jobs {
			if j.next.Before(next) {
				next = j.next
			}
		}
		timer.Reset(time.Until(next))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		now := time.Now()
		for i := range jobs {
			j := &jobs[i]
			if j.next.After(now) {
				continue
			}
			j.do()
			for !j.next.After(now) {
				j.next = j.next.Add(j.every)
			}
		}
	}
}

// noted is told of every connection.
func (s *Server) noted(c net.Conn, now http.ConnState) {
	switch now {
	case http.StateNew:
		s.peers.Enter(c.RemoteAddr().String())
	case http.StateClosed:
		s.peers.Leave(c.RemoteAddr().String())
	}
}

// Leaving waits, as [loopback.Peers.Leaving] does, until the connections from these
// addresses are closed.
func (s *Server) Leaving(peers []string) func(context.Context) { return s.peers.Leaving(peers) }

// Addr is where it listens, such as "127.0.0.1:40123".
func (s *Server) Addr() string { return s.addr }

// hurry is how long Close lets requests finish.
const hurry = time.Second

// Close ends the server and waits for everything it started. What is registered stays in
// the registry.
func (s *Server) Close() error {
	s.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), hurry)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		_ = s.http.Close()
	}
	s.work.Wait()
	if errors.Is(err, context.DeadlineExceeded) {
		return nil // clients that did not take their answers were cut off
	}
	return err
}
