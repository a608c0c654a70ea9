package envtest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/sim"
)

type row struct{ table, key string }

// Store is a sim.Store in memory. A transaction works on a copy of everything
// that takes the place of the old when it succeeds.
type Store struct {
	mu      sync.Mutex
	rows    map[row]proto.Message
	effects []string
	broken  error
}

// Do runs f as one transaction.
func (s *Store) Do(ctx context.Context, f func(sim.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	t := &tx{rows: maps.Clone(s.rows)}
	if err := f(t); err != nil {
		return err
	}
	s.rows, s.effects = t.rows, append(s.effects, t.effects...)
	return nil
}

// Break makes every later transaction fail with err.
func (s *Store) Break(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

// Effects are the effects of all transactions so far.
func (s *Store) Effects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.effects)
}

type tx struct {
	rows    map[row]proto.Message
	effects []string
}

func (t *tx) Get(table, key string, v proto.Message) (bool, error) {
	m, ok := t.rows[row{table, key}]
	if ok {
		proto.Reset(v)
		proto.Merge(v, m)
	}
	return ok, nil
}

func (t *tx) Put(table, key string, v proto.Message) error {
	t.rows[row{table, key}] = proto.Clone(v)
	return nil
}

func (t *tx) Delete(table, key string) error {
	delete(t.rows, row{table, key})
	return nil
}

func (t *tx) Keys(table string) ([]string, error) {
	var keys []string
	for r := range t.rows {
		if r.table == table {
			keys = append(keys, r.key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

func (t *tx) Effect(text string) { t.effects = append(t.effects, text) }
