// Package sqs is a broker that speaks the API of Amazon SQS, version 2012-11-05,
// on loopback: standard and FIFO queues, long polls, batches, delays, visibility
// timeouts, dead-letter queues and redrive. Clients may speak AWS JSON 1.0, as
// SDKs since 2023, or the older Query protocol.
//
// It knows nothing of the program around it and may be used without it:
//
//	s, err := sqs.Start(ctx, sqs.Options{})
//	defer s.Close()
//	// aws --endpoint-url http://ADDR --region us-east-1 sqs create-queue --queue-name orders
//
// There is one account, 000000000000, and one region, us-east-1; whatever else a
// client says is the same. Where it differs from Amazon:
//
//   - Signatures are not verified, policies not enforced, nothing is encrypted.
//   - A standard queue keeps its order as far as nothing is received twice, and a
//     short poll sees all messages. Amazon promises neither.
//   - A message that was received as often as its RedrivePolicy allows moves when
//     its visibility timeout ends, not when the next one asks for it.
//   - A purge and a deletion are over at once, so that nobody has to wait a minute
//     for the next one; a purge leaves what is in flight.
//   - A queue that is full (100 000 messages, or the bound of the engine) refuses
//     with OverLimit. Amazon's has no bound.
//   - How often a message was received is forgotten when the broker starts again.
package sqs

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/embedded/loopback"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// Options of a server. The zero value works.
type Options struct {
	// Addr is where it listens, a loopback address such as "127.0.0.1:9324"; ""
	// and port 0 let the system choose the port.
	Addr string
	// Listen opens the listener; nil = a plain one.
	Listen func(addr string) (net.Listener, error)
	// Dir is where queues and messages are kept; "" = in memory only.
	Dir string
	// Sync says what an answered request survives.
	Sync queue.Sync
	// MaxBytes bounds what all queues keep, in bytes; 0 = 256 MiB.
	MaxBytes int64
	// AccessKey is the one access key that is known; "" = any, and none. It is a
	// name, not a protection: the signature is not verified.
	AccessKey string
	// Observe hears what moves in the queues; nil = nobody listens. It must not
	// block.
	Observe func(queue.Move)
}

// Server is a running broker. Its methods may be called by many goroutines.
type Server struct {
	key    string
	engine *queue.Engine
	http   *http.Server
	addr   string
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	work   sync.WaitGroup // the server, requests, moves
	peers  loopback.Peers

	changing sync.Mutex // held while queues are made, changed or deleted

	mu      sync.Mutex
	closing bool
	queues  map[string]*box
	moves   map[string][]*mover // by the queue they take from, the latest first
}

// Start returns when clients can connect; ctx bounds only that. Close ends the
// server. When Start fails, nothing is left behind.
func Start(ctx context.Context, o Options) (*Server, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("sqs cannot start: %w", err)
	}
	s := &Server{key: o.AccessKey, queues: map[string]*box{}, moves: map[string][]*mover{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	l, err := loopback.Listen(o.Addr, o.Listen)
	if err == nil {
		s.addr = l.Addr().String()
		if err = s.open(o); err != nil {
			err = errors.Join(err, l.Close())
		}
	}
	if err != nil {
		s.cancel()
		return nil, fmt.Errorf("sqs cannot start: %w", err)
	}
	s.http = &http.Server{
		Handler: http.HandlerFunc(s.serve), BaseContext: func(net.Listener) context.Context { return s.ctx },
		ReadHeaderTimeout: headTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: 64 << 10, ConnState: s.noted,
	}
	s.work.Go(func() { _ = s.http.Serve(l) }) // ends with Close
	return s, nil
}

// open opens the engine and reads what it kept. What is buried meanwhile waits
// until the queues are known.
func (s *Server) open(o Options) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.engine, err = queue.Open(queue.Options{Dir: o.Dir, Sync: o.Sync, Observe: o.Observe, Bury: s.bury, MaxBytes: o.MaxBytes})
	if err != nil {
		return err
	}
	for _, q := range s.engine.Queues() {
		sp, err := readSpec(q.Settings().Meta)
		if err != nil {
			return errors.Join(fmt.Errorf("queue %q: %w", q.Name(), err), s.engine.Close())
		}
		b := &box{Queue: q}
		b.spec.Store(sp)
		s.queues[q.Name()] = b
	}
	return nil
}

// serve answers a request, unless the server is ending.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	s.work.Add(1)
	s.mu.Unlock()
	defer s.work.Done()
	s.reply(w, r)
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

// Leaving looks up the connections of clients from these addresses. What it
// returns waits until the server has noticed that they are closed, or ctx ends:
// no request that came along them is answered any more then.
func (s *Server) Leaving(peers []string) func(context.Context) { return s.peers.Leaving(peers) }

// Addr is where it listens, such as "127.0.0.1:40123".
func (s *Server) Addr() string { return s.addr }

// hurry is how long Close lets requests finish that are being answered.
const hurry = time.Second

// Close ends the server and waits for everything it started. Long polls are
// answered with nothing. What was answered is kept, if there is a Dir.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), hurry)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close() // the listener was closed before
	}
	s.work.Wait()
	return s.engine.Close()
}
