package grpc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // a compressed request is read, and answered compressed
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	"github.com/msc-sim/msc-sim/sim"
)

// server is one instance, listening.
type server struct {
	t        *Transport
	at       sim.Instance
	ln       net.Listener
	addr     string // where it listens, or listened
	services []*grpc.ServiceDesc
	address  bool                     // the handler wants to know the address of its callers
	working  map[string]*atomic.Int64 // calls that h works on, by label; the map never changes
	h        sim.Handler              // set by Serve

	mu    sync.Mutex
	fresh map[*greeting]struct{} // accepted, nothing said yet; nil once the server closes
}

// Addr implements [sim.Server].
func (s *server) Addr() string { return s.addr }

// Serve implements [sim.Server]. Calls that are being worked on when ctx ends
// are finished; their contexts do not end with it. It returns an error when the
// listener was closed by somebody else, also after all work is home.
func (s *server) Serve(ctx context.Context, h sim.Handler) error {
	s.h = s.guard(h)
	s.fresh = map[*greeting]struct{}{}
	closing, begin := context.WithCancel(context.Background())
	defer begin()
	gs := grpc.NewServer(s.options(closing)...)
	for _, desc := range s.services {
		gs.RegisterService(desc, nil)
	}
	s.addTools(gs)
	home := make(chan struct{})
	stop := sync.OnceFunc(func() { // runs once, below or when ctx ends; closes home
		begin()
		s.closeFresh()
		gs.GracefulStop()
		close(home)
	})
	defer context.AfterFunc(ctx, stop)() // its work is done when home is closed
	err := gs.Serve(listener{s.ln, s})
	if ctx.Err() == nil {
		go stop() // the listener is gone; closes home
	}
	s.wait(home)
	if ctx.Err() != nil {
		return nil
	}
	return sim.Errorf(sim.Unavailable, "%s no longer listens: %w", s.at, err)
}

// guard keeps a handler that panics from taking the whole world along, as
// net/http does.
func (s *server) guard(h sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (reply sim.Message, err error) {
		defer func() {
			if p := recover(); p != nil {
				s.t.say(fmt.Sprintf("%s: %s panicked: %v\n%s", s.at, m.Type, p, debug.Stack()))
				reply, err = sim.Message{}, sim.Errorf(sim.Internal, "a mistake in %s", s.at)
			}
		}()
		return h(ctx, m)
	}
}

// wait waits until all work is home, and says what it waits for.
func (s *server) wait(home <-chan struct{}) {
	for {
		late := time.NewTimer(patience)
		select {
		case <-home:
			late.Stop()
			return
		case <-late.C:
			s.t.say(fmt.Sprintf("%s is closing and waits for %s", s.at, s.waitsFor()))
		}
	}
}

func (s *server) waitsFor() string {
	var what []string
	for label, working := range s.working {
		if n := working.Load(); n > 0 {
			what = append(what, fmt.Sprintf("%d × %s", n, label))
		}
	}
	if what == nil {
		return "an answer to be taken"
	}
	return strings.Join(what, ", ")
}

func (s *server) options(closing context.Context) []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.UnknownServiceHandler(s.unknown),
		grpc.StreamInterceptor(endWatches(closing)),
		grpc.MaxRecvMsgSize(s.t.maxMessage),
		grpc.MaxHeaderListSize(maxHeader),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.StaticStreamWindowSize(window),
		grpc.StaticConnWindowSize(window),
		grpc.ConnectionTimeout(helloTime),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: never, MaxConnectionAge: never}),
	}
}

// addTools answers what grpcurl and load balancers ask: which services there
// are, and whether they serve.
func (s *server) addTools(gs *grpc.Server) {
	reflection.Register(gs)
	hs := health.NewServer()
	for _, desc := range s.services {
		hs.SetServingStatus(desc.ServiceName, healthv1.HealthCheckResponse_SERVING)
	}
	healthv1.RegisterHealthServer(gs, hs)
}

// endWatches ends calls of Health/Watch when the server closes: they would go
// on for as long as somebody looks.
func endWatches(closing context.Context) grpc.StreamServerInterceptor {
	return func(srv any, call grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
		if info.FullMethod != healthv1.Health_Watch_FullMethodName {
			return next(srv, call)
		}
		ctx, cancel := context.WithCancel(call.Context())
		defer cancel()
		defer context.AfterFunc(closing, cancel)()
		return next(srv, bounded{call, ctx})
	}
}

// bounded is a call with a context of its own.
type bounded struct {
	grpc.ServerStream
	ctx context.Context
}

func (b bounded) Context() context.Context { return b.ctx }

// listener remembers connections on which nothing was said yet: a closing
// server would wait for their greeting.
type listener struct {
	net.Listener
	s *server
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	g := &greeting{Conn: c, s: l.s}
	if !l.s.expect(g) {
		_ = c.Close()
		return nil, errors.New("closing")
	}
	return g, nil
}

// greeting is a connection until, and after, it has said something.
type greeting struct {
	net.Conn
	s    *server
	said bool // by the one goroutine that reads
}

func (g *greeting) Read(p []byte) (int, error) {
	n, err := g.Conn.Read(p)
	if !g.said && n > 0 {
		g.said = true
		g.s.heard(g)
	}
	return n, err
}

func (g *greeting) Close() error {
	g.s.heard(g)
	return g.Conn.Close()
}

func (s *server) expect(g *greeting) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fresh == nil {
		return false
	}
	s.fresh[g] = struct{}{}
	return true
}

func (s *server) heard(g *greeting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.fresh, g)
}

func (s *server) closeFresh() {
	s.mu.Lock()
	fresh := s.fresh
	s.fresh = nil
	s.mu.Unlock()
	for g := range fresh {
		_ = g.Conn.Close()
	}
}
