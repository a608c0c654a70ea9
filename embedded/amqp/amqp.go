// Package amqp is a broker that speaks AMQP 0-9-1 as RabbitMQ does, inside this
// process, on loopback only: exchanges and their bindings, queues with
// dead-lettering, confirms, transactions, direct replies. Whatever speaks to
// RabbitMQ speaks to it.
//
//	s, err := amqp.Start(ctx, amqp.Options{})
//	c, err := amqp091.Dial("amqp://guest:guest@" + s.Addr() + "/")
//	defer s.Close()
//
// Of RabbitMQ it has one virtual host, "/", one user, classic queues, and quorum
// queues in so far as they count deliveries (nothing is replicated). It has no
// streams, no single active consumer, no policies and no management interface.
package amqp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/embedded/loopback"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// Version of RabbitMQ that is spoken.
const Version = "3.13"

// Options of a broker. The zero value works, and keeps everything in memory.
type Options struct {
	// Addr is where it listens, a loopback address such as "127.0.0.1:5672"; ""
	// and port 0 let the system choose the port.
	Addr string
	// Listen opens the listener; nil = a plain one.
	Listen func(addr string) (net.Listener, error)
	// Dir is where what is durable is kept: exchanges, bindings, queues, and their
	// persistent messages. "" = memory only.
	Dir string
	// Sync says what a confirm promises of them.
	Sync queue.Sync
	// User and Password of the one who may log in; "" = guest, guest.
	User, Password string
	// MaxMessage bounds the body of a message, in bytes; 0 = 16 MiB.
	MaxMessage int
	// MaxBytes bounds the bodies and properties kept in all queues together, in
	// bytes; 0 = 256 MiB. From 7/8 of it on, connections that publish are blocked.
	MaxBytes int64
	// MaxConnections bounds the connections at one time; 0 = 1024.
	MaxConnections int
	// Observe hears what moves in the queues; nil = nobody listens. It must not block.
	Observe func(queue.Move)
}

func (o *Options) login() (user, password string) {
	user, password = o.User, o.Password
	if user == "" {
		user = "guest"
	}
	if password == "" {
		password = "guest"
	}
	return user, password
}

func (o *Options) maxMessage() int {
	if o.MaxMessage > 0 {
		return o.MaxMessage
	}
	return 16 << 20
}

func (o *Options) maxConnections() int {
	if o.MaxConnections > 0 {
		return o.MaxConnections
	}
	return 1024
}

// Server is a running broker. Its methods may be called by many goroutines.
type Server struct {
	o       Options
	broker  *broker
	l       net.Listener
	work    sync.WaitGroup
	closing sync.Once
	closed  error
	peers   loopback.Peers

	mu    sync.Mutex
	ended bool
	conns map[*conn]struct{}
}

// Start returns when clients can connect. Close ends the broker. When Start
// fails, nothing is left behind.
func Start(ctx context.Context, o Options) (*Server, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l, err := loopback.Listen(o.Addr, o.Listen)
	if err != nil {
		return nil, fmt.Errorf("rabbitmq cannot listen: %w", err)
	}
	b, err := openBroker(queue.Options{Dir: o.Dir, Sync: o.Sync, Observe: o.Observe, ExpireAtHead: true, MaxBytes: o.MaxBytes})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("rabbitmq cannot start: %w", err), l.Close())
	}
	s := &Server{o: o, broker: b, l: l, conns: map[*conn]struct{}{}}
	s.work.Go(s.accept) // ends with Close
	return s, nil
}

// Addr is where it listens, such as "127.0.0.1:40123".
func (s *Server) Addr() string { return s.l.Addr().String() }

func (s *Server) accept() {
	for {
		nc, err := s.l.Accept()
		if err != nil {
			return
		}
		c := &conn{
			broker: s.broker, o: &s.o, nc: nc, out: newOutbox(),
			channels: map[uint16]*channel{}, beat: make(chan time.Duration, 1), frameMax: frameMax,
		}
		if !s.join(c) {
			_ = nc.Close() // there are too many, or the broker is closing
			continue
		}
		s.work.Go(func() { c.out.write(nc, c.beat) }) // ends with the outbox
		s.work.Go(func() {                            // ends with the connection
			defer s.leave(c)
			c.serve()
		})
	}
}

func (s *Server) join(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || len(s.conns) >= s.o.maxConnections() {
		return false
	}
	s.conns[c] = struct{}{}
	s.peers.Enter(c.nc.RemoteAddr().String())
	return true
}

func (s *Server) leave(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	s.peers.Leave(c.nc.RemoteAddr().String())
}

// Leaving looks up the connections of clients from these addresses. What it
// returns waits until the broker has noticed that they are closed, or ctx ends:
// what was delivered along them and not acknowledged is back in its queues then.
func (s *Server) Leaving(peers []string) func(context.Context) { return s.peers.Leaving(peers) }

// Blocks reports whether connections that publish are blocked now, because the broker
// has little room.
func (s *Server) Blocks() bool { return s.broker.engine.Tight() != nil }

// Close ends the broker and all its connections, tells the clients so, and waits
// for that. What was confirmed is kept, in so far as it is durable.
func (s *Server) Close() error {
	s.closing.Do(func() {
		err := s.l.Close()
		s.mu.Lock()
		s.ended = true
		for c := range s.conns {
			c.shutdown()
		}
		s.mu.Unlock()
		s.work.Wait()
		s.closed = errors.Join(err, s.broker.engine.Close())
	})
	return s.closed
}

// shutdown says goodbye to a client and hangs up.
func (c *conn) shutdown() {
	e := exceptionf(codeConnectionForced, "broker forced connection closure with reason 'shutdown'")
	c.out.method(0, classConnection, connectionClose, func(w *wire.Writer) { w.U16(e.code).Short(e.text).U16(0).U16(0) })
	c.out.hangUp(c.nc)
}
