// Package stomp is a message broker that speaks STOMP 1.0, 1.1 and 1.2 and
// behaves as ActiveMQ Classic does behind that protocol: queues and topics,
// virtual topics, durable subscriptions, transactions, prefetch, expiry, and
// ActiveMQ.DLQ for what was refused or came too late. It listens on loopback
// only. Its tests run against a real ActiveMQ, too.
//
//	s, err := stomp.Start(ctx, stomp.Options{})
//	c, err := net.Dial("tcp", s.Addr())
//	defer s.Close()
//
// Where it differs from ActiveMQ 5.17: selectors are equalities joined by AND;
// of the scheduler only AMQ_SCHEDULED_DELAY is there; exclusive consumers are
// refused; message groups and advisories are not there; what is behind an ERROR
// is its one line instead of a Java stack. It keeps STOMP 1.2 where ActiveMQ
// does not: \r is an escape. It knows one word more: remove-destination:true in
// an UNSUBSCRIBE removes the queue.
package stomp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/embedded/loopback"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// Options of a server. The zero value works.
type Options struct {
	// Addr is where it listens, a loopback address such as "127.0.0.1:61613"; ""
	// and port 0 let the system choose the port.
	Addr string
	// Listen opens the listener; nil = a plain one.
	Listen func(addr string) (net.Listener, error)
	// Dir keeps queues, durable subscriptions and persistent messages; "" = memory.
	Dir string
	// Sync says how safe a message is when its RECEIPT is sent.
	Sync queue.Sync
	// Observe hears what moves. It must not block.
	Observe func(queue.Move)
	// Users are names and passwords; nil = admin, admin.
	Users map[string]string
	// NeedLogin refuses clients that give no name.
	NeedLogin bool
	// MaxBody bounds the body of a frame, in bytes; 0 = 16 MiB.
	MaxBody int
	// MaxConns bounds the connections; 0 = 1000, as in ActiveMQ's own settings.
	MaxConns int
}

const (
	maxBody  = 16 << 20
	maxConns = 1000
)

// Server is a running broker. Its methods may be called by many goroutines.
type Server struct {
	o      Options
	id     string // the beginning of all ids of this run
	engine *queue.Engine
	routes *routes
	listen net.Listener
	work   sync.WaitGroup
	peers  loopback.Peers

	mu      sync.Mutex
	closed  bool
	lastID  int
	conns   map[*conn]struct{}
	clients map[string]*conn // by client-id
}

// Start returns when clients can connect; ctx bounds only that. Close ends the
// server. When Start fails, nothing is left behind.
func Start(ctx context.Context, o Options) (*Server, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l, err := loopback.Listen(o.Addr, o.Listen)
	if err != nil {
		return nil, fmt.Errorf("activemq cannot listen: %w", err)
	}
	s := &Server{o: o.withDefaults(), listen: l, conns: map[*conn]struct{}{}, clients: map[string]*conn{}}
	if err := s.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("activemq cannot start: %w", err), l.Close())
	}
	_, port, _ := net.SplitHostPort(s.Addr())
	s.id = fmt.Sprintf("ID:activemq-%s-%d-", port, time.Now().UnixMilli())
	s.work.Go(s.accept) // ends with Close
	return s, nil
}

// open opens the engine and finds what it kept. What has expired since is buried
// only then.
func (s *Server) open() (err error) {
	ready := make(chan struct{})
	defer close(ready)
	bury := func(b queue.Burial) { <-ready; s.bury(b) }
	s.engine, err = queue.Open(queue.Options{Dir: s.o.Dir, Sync: s.o.Sync, Observe: s.o.Observe, Bury: bury})
	if err != nil {
		return err
	}
	s.routes = newRoutes(s.engine)
	return nil
}

func (o Options) withDefaults() Options {
	if o.Users == nil {
		o.Users = map[string]string{"admin": "admin"}
	}
	if o.MaxBody == 0 {
		o.MaxBody = maxBody
	}
	if o.MaxConns == 0 {
		o.MaxConns = maxConns
	}
	return o
}

// Addr is where it listens, such as "127.0.0.1:40123".
func (s *Server) Addr() string { return s.listen.Addr().String() }

// Close ends all connections, writes what is to be kept, and waits for all that
// the server started. A second Close does nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	err := s.listen.Close()
	for c := range s.conns {
		_ = c.net.Close() // it is told by its reader
	}
	s.mu.Unlock()
	s.work.Wait()
	return errors.Join(err, s.engine.Close())
}

func (s *Server) accept() {
	for {
		c, err := s.listen.Accept()
		if err != nil {
			return // closed
		}
		if c := s.enter(c); c != nil {
			s.work.Go(c.write) // both end with the connection
			s.work.Go(func() {
				c.read()
				s.leave(c)
			})
		}
	}
}

// enter makes a connection of a socket, or closes it when there are too many.
func (s *Server) enter(socket net.Conn) *conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) >= s.o.MaxConns {
		f := fatal("Exceeded the maximum number of allowed client connections: %d", s.o.MaxConns).frame(nil)
		_ = socket.SetWriteDeadline(time.Now().Add(lastWords))
		_, _ = socket.Write(append(append(appendHead(nil, f, v10), f.body...), end...))
		_ = socket.Close()
		return nil
	}
	s.lastID++
	c := newConn(s, socket, s.lastID)
	s.conns[c] = struct{}{}
	s.peers.Enter(socket.RemoteAddr().String())
	return c
}

func (s *Server) leave(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	s.peers.Leave(c.net.RemoteAddr().String())
}

// Leaving looks up the connections of clients from these addresses. What it
// returns waits until the broker has noticed that they are closed, or ctx ends:
// what was delivered along them and not acknowledged is back in its queues then.
func (s *Server) Leaving(peers []string) func(context.Context) { return s.peers.Leaving(peers) }

// claim gives a client-id to a connection, if no other has it.
func (s *Server) claim(id string, c *conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.clients[id]; other != nil {
		why := fatal("Broker: activemq - Client: %s already connected from tcp://%s", id, other.net.RemoteAddr())
		why.class = "javax.jms.InvalidClientIDException"
		return why
	}
	s.clients[id] = c
	return nil
}

// release lets others have the client-id of a connection.
func (s *Server) release(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clients[c.clientID] == c {
		delete(s.clients, c.clientID)
	}
}
