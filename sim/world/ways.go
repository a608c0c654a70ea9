package world

import (
	"context"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// ways are the open connections of one incarnation, one to every instance it
// calls along a link.
type ways struct {
	mu   sync.RWMutex
	open map[wayKey]way
}

type wayKey struct {
	link sim.LinkID
	to   sim.Instance
}

// way is a connection to one address. When the instance has another address,
// it has started anew, and the way is replaced.
type way struct {
	addr string
	conn sim.Conn
}

// to returns the way along a route, dialling it when there is none yet.
func (s *ways) to(ctx context.Context, t sim.Transport, n sim.Net, r sim.Route, addr string) (sim.Conn, error) {
	key := wayKey{r.Link, r.To}
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
	conn, err := t.Dial(ctx, n, r, addr)
	if err != nil {
		return nil, err
	}
	if ok {
		_ = old.conn.Close()
	}
	s.open[key] = way{addr, conn}
	return conn, nil
}

func (s *ways) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, w := range s.open {
		_ = w.conn.Close()
		delete(s.open, k)
	}
}
