package wire

import (
	"sync"
	"sync/atomic"
	"time"
)

// gate stands in front of the sockets of an instance. The zero gate is open and
// costs one atomic load; shut, it holds everybody who comes until its last
// cause is gone.
type gate struct {
	bar    atomic.Pointer[bar] // nil = open
	mu     sync.Mutex
	causes map[string]struct{}
}

// bar holds those who came while the gate was shut.
type bar struct{ lifted chan struct{} }

func (g *gate) open() bool { return g.bar.Load() == nil }

func (g *gate) shutFor(cause string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.causes == nil {
		g.causes = map[string]struct{}{}
	}
	g.causes[cause] = struct{}{}
	if g.open() {
		g.bar.Store(&bar{lifted: make(chan struct{})})
	}
}

func (g *gate) openFor(cause string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.causes, cause)
	if b := g.bar.Load(); b != nil && len(g.causes) == 0 {
		g.bar.Store(nil)
		close(b.lifted)
	}
}

// wait returns nil once the gate is open, os.ErrDeadlineExceeded when d passes
// first, net.ErrClosed when gone is closed first. d may be nil, and may be
// moved by others meanwhile.
func (g *gate) wait(gone <-chan struct{}, d *deadline) error {
	for b := g.bar.Load(); b != nil; b = g.bar.Load() {
		if err := await(b.lifted, time.Time{}, gone, d); err != nil {
			return err
		}
	}
	return nil
}
