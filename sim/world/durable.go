package world

import (
	"context"
	"errors"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// Durable is what the instances of a service remember together, and what
// outlives them all.
type Durable interface {
	// Transact runs f as one transaction: all of its changes or none.
	// Transactions run one after another. Effects are those that f named.
	Transact(ctx context.Context, f func(sim.Tx) error) (effects []string, changed bool, err error)
	// Clear forgets everything.
	Clear(ctx context.Context) error
	Close() error
}

// remembering is the store of one incarnation. When fence returns, nothing is
// committed by it any more.
type remembering interface {
	sim.Store
	fence()
}

// stores are the durable ones of a world, by service.
type stores struct {
	mu  sync.Mutex
	all map[string]Durable
}

// remember makes the store of an incarnation: memory that dies with it, or its
// part in what its service keeps.
func (w *World) remember(l *life) (remembering, error) {
	if l.spec.Store != "sqlite" || w.opt.Store == nil {
		return newMemory(l.effect), nil
	}
	w.stores.mu.Lock()
	defer w.stores.mu.Unlock()
	d := w.stores.all[l.self.Service]
	if d == nil {
		var err error
		if d, err = w.opt.Store(l.spec); err != nil {
			return nil, err
		}
		if w.stores.all == nil {
			w.stores.all = map[string]Durable{}
		}
		w.stores.all[l.self.Service] = d
	}
	return &kept{durable: d, effect: l.effect}, nil
}

func (s *stores) clear(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.all {
		if err := d.Clear(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *stores) close() (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.all {
		err = errors.Join(err, d.Close())
	}
	return err
}

// kept is the part of one incarnation in a durable store.
type kept struct {
	durable Durable
	effect  func(ctx context.Context, text string)

	mu   sync.Mutex // held through a transaction: a fence stands before one or after it
	dead bool
}

func (s *kept) fence() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead = true
}

// Do implements [sim.Store].
func (s *kept) Do(ctx context.Context, f func(sim.Tx) error) error {
	changed, err := s.transact(ctx, f)
	if done, ok := ctx.Value(committedKey{}).(func()); ok && changed {
		done()
	}
	return err
}

func (s *kept) transact(ctx context.Context, f func(sim.Tx) error) (changed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead {
		return false, sim.ErrKilled
	}
	effects, changed, err := s.durable.Transact(ctx, f)
	if err != nil {
		return false, err
	}
	for _, e := range effects {
		s.effect(ctx, e)
	}
	return changed, nil
}
