// Package control lets other programs of the same person act on a running
// world: an HTTP endpoint on loopback, a small file that says where it is, and
// the client that msc-sim ctl uses.
//
//	GET  /v1/world       who this is                                   token
//	GET  /v1/show?what=  what show says, "schema":1                     token
//	POST /v1/do          {"line": "kill payment"} → seq, text, data     token
//	GET  /metrics        counts for Prometheus, read-only               no token
//
// The token is new in every run and stands in a file that only its owner can
// read. Requests whose Host is not exactly this endpoint are refused, so that a
// web page cannot reach it through a name of its own (DNS rebinding). Nothing
// changes on GET.
package control

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// World is what a control endpoint shows and acts on; *lab.Lab satisfies it,
// and so does a lesson that wants to know what is done.
type World interface {
	sim.Door
	Spec() *sim.WorldSpec
	AllStats() []sim.LinkStats
}

// Server is the control endpoint of one world.
type Server struct {
	world  World
	record Record
	path   string
	http   *http.Server
	listen net.Listener
	cancel context.CancelFunc
}

// Listen opens the endpoint on a free loopback port and writes its record into
// dir, which is made when missing. Serve answers; Close ends both.
func Listen(w World, dir string) (*Server, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, sim.Errorf(sim.Unavailable, "no port for the control endpoint: %w", err).WithFix("msc-sim doctor says more")
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{
		world: w, listen: l, cancel: cancel,
		record: Record{
			ID: id(w.Spec().Name), World: w.Spec().Name, PID: os.Getpid(),
			Addr: l.Addr().String(), Token: random(32), Started: time.Now().UTC().Truncate(time.Second),
		},
	}
	s.http = &http.Server{
		Handler:           s.handler(),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       30 * time.Second,
		MaxHeaderBytes:    16 << 10,
	}
	if s.path, err = s.record.write(dir); err != nil {
		cancel()
		_ = l.Close()
		return nil, err
	}
	return s, nil
}

// Endpoint is the address as the list of endpoints shows it.
func (s *Server) Endpoint() sim.Endpoint {
	return sim.Endpoint{Name: "control", Protocol: "control", Addr: s.record.Addr}
}

// Serve answers until Close.
func (s *Server) Serve() error {
	if err := s.http.Serve(s.listen); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// Close removes the record, ends what is being answered, and waits for it for at
// most a second.
func (s *Server) Close() error {
	_ = os.Remove(s.path)
	s.cancel()
	ctx, done := context.WithTimeout(context.Background(), time.Second)
	defer done()
	err := s.http.Shutdown(ctx)
	_ = s.listen.Close() // of a server that never served; otherwise it is closed already
	if err != nil {
		return s.http.Close()
	}
	return nil
}

// id is the name of a run: its world and four letters of chance.
func id(world string) string {
	name := make([]rune, 0, len(world))
	for _, r := range world {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			name = append(name, r)
		}
	}
	return string(name[:min(len(name), 32)]) + "-" + random(4)
}

// random is n hexadecimal digits that nobody can guess.
func random(n int) string {
	b := make([]byte, n/2)
	_, _ = rand.Read(b) // never fails: see crypto/rand
	return hex.EncodeToString(b)
}
