package loopback

import (
	"context"
	"sync"
)

// Peers are the connections that a broker serves, by the addresses from which
// they came. The zero Peers is ready to use, by many goroutines.
type Peers struct {
	mu   sync.Mutex
	open map[string]chan struct{} // closed when the connection has left
}

// Enter notes a connection from addr, before anything is delivered along it.
func (p *Peers) Enter(addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		p.open = map[string]chan struct{}{}
	}
	p.open[addr] = make(chan struct{})
}

// Leave says that the connection from addr has ended, and that what had been
// delivered along it and not acknowledged is back in its queues.
func (p *Peers) Leave(addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if left, ok := p.open[addr]; ok {
		delete(p.open, addr)
		close(left)
	}
}

// Leaving looks up the connections from these addresses. What it returns waits
// until those have left, or ctx ends. Addresses of no connection are ignored.
func (p *Peers) Leaving(addrs []string) func(context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []chan struct{}
	for _, addr := range addrs {
		if left, ok := p.open[addr]; ok {
			all = append(all, left)
		}
	}
	return func(ctx context.Context) {
		for _, left := range all {
			select {
			case <-left:
			case <-ctx.Done():
				return
			}
		}
	}
}
