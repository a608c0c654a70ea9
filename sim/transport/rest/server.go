package rest

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
)

// server is one instance, listening.
type server struct {
	t       *Transport
	at      sim.Instance
	ln      net.Listener
	addr    string // where it listens, or listened
	methods []*contract.Method
	working map[*contract.Method]*atomic.Int64 // requests that h works on; the map never changes
	raw     bool                               // h takes every request as it is
	asIs    atomic.Int64                       // of these, those that h works on
	h       sim.Handler                        // set by Serve

	// conditional lets one PUT with an If-Match in at a time, so that of two
	// that saw the same thing only one changes it.
	conditional chan struct{}

	mu    sync.Mutex
	fresh map[net.Conn]struct{} // accepted, nothing asked yet
}

func (s *server) addRoutes(contracts []string) error {
	s.working = map[*contract.Method]*atomic.Int64{}
	for _, name := range contracts {
		if name == sim.TypeRaw {
			s.raw = true
			continue
		}
		m, ok := contract.Find(name)
		if !ok {
			return sim.Errorf(sim.Internal, "%s handles %s, which is no contract", s.at, name)
		}
		if m.Verb != "" {
			s.methods = append(s.methods, m)
			s.working[m] = new(atomic.Int64)
		}
	}
	return nil
}

// Addr implements [sim.Server].
func (s *server) Addr() string { return s.addr }

// Serve implements [sim.Server]. Requests that are being worked on when ctx
// ends are finished; their contexts do not end with it. It returns an error
// when the listener was closed by somebody else, also after all work is home.
func (s *server) Serve(ctx context.Context, h sim.Handler) error {
	s.h = h
	work := context.WithoutCancel(ctx)
	hs := &http.Server{
		Handler:           s,
		BaseContext:       func(net.Listener) context.Context { return work },
		ConnState:         s.track,
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          log.New(sayer{s}, "", 0),
	}
	ln := s.ln
	if s.raw {
		hs.MaxHeaderBytes = maxRawHeader
		speakHTTP2(hs)
		ln = watching{ln}
	}
	stop := context.AfterFunc(ctx, func() { _ = s.ln.Close() }) // ends hs.Serve; stopped below
	err := hs.Serve(ln)
	stop()
	s.finish(work, hs)
	if ctx.Err() != nil {
		return nil
	}
	return sim.Errorf(sim.Unavailable, "%s no longer listens: %w", s.at, err)
}

// finish waits until all work is home, and says what it waits for.
func (s *server) finish(ctx context.Context, hs *http.Server) {
	s.closeFresh()
	for {
		wait, cancel := context.WithTimeout(ctx, patience)
		err := hs.Shutdown(wait)
		cancel()
		if err == nil {
			return
		}
		s.t.say(fmt.Sprintf("%s is closing and waits for %s", s.at, s.waitsFor()))
	}
}

func (s *server) waitsFor() string {
	var what []string
	for _, m := range s.methods {
		if n := s.working[m].Load(); n > 0 {
			what = append(what, fmt.Sprintf("%d × %s %s", n, m.Verb, m.Path))
		}
	}
	if n := s.asIs.Load(); n > 0 {
		what = append(what, fmt.Sprintf("%d requests", n))
	}
	if what == nil {
		return "an answer to be taken"
	}
	return strings.Join(what, ", ")
}

// track remembers connections on which nothing was asked yet: net/http would
// wait 5 s for them before it closes.
func (s *server) track(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if state == http.StateNew {
		s.fresh[c] = struct{}{}
	} else {
		delete(s.fresh, c)
	}
}

func (s *server) closeFresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.fresh {
		_ = c.Close()
	}
}

// sayer lets net/http say what went wrong.
type sayer struct{ s *server }

func (w sayer) Write(b []byte) (int, error) {
	w.s.t.say(fmt.Sprintf("%s: %s", w.s.at, strings.TrimSpace(string(b))))
	return len(b), nil
}
