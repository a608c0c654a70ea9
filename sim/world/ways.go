package world

import (
	"context"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// ways are the open connections of one incarnation: for each lease of a link,
// one to every instance it calls.
type ways struct {
	late func(sim.SpanID, sim.Message, error) // takes late answers
	mu   sync.RWMutex
	open map[wayKey]way
}

type wayKey struct {
	lease *lease
	to    sim.Instance
}

// way is a connection to one address. When the instance has another address,
// it has started anew, and the way is replaced.
type way struct {
	addr string
	conn sim.Conn
}

// to returns the way along a route, dialling it when there is none yet.
func (s *ways) to(ctx context.Context, l *lease, n sim.Net, r sim.Route, addr string) (sim.Conn, error) {
	key := wayKey{l, r.To}
	s.mu.RLock()
	old, ok := s.open[key]
	s.mu.RUnlock()
	if ok && old.addr == addr {
		return old.conn, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok = s.open[key]; ok && old.addr == addr {
		return old.conn, nil
	}
	conn, err := l.transport.Dial(ctx, n, r, addr)
	if err != nil {
		return nil, err
	}
	if a, queued := conn.(sim.LateAnswerer); queued {
		a.OnLate(s.late)
	}
	if ok {
		_ = old.conn.Close()
	}
	s.open[key] = way{addr, conn}
	return conn, nil
}

// drop closes the ways of one lease.
func (s *ways) drop(l *lease) { s.closeIf(func(k wayKey) bool { return k.lease == l }) }

// close closes all ways.
func (s *ways) close() { s.closeIf(func(wayKey) bool { return true }) }

func (s *ways) closeIf(which func(wayKey) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, w := range s.open {
		if which(k) {
			_ = w.conn.Close()
			delete(s.open, k)
		}
	}
}
