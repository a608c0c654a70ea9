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

// Store is a sim.Store in memory. The changes of a transaction are put into it
// when it succeeds.
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
	t := &tx{rows: s.rows, changed: map[row]proto.Message{}}
	if err := f(t); err != nil {
		return err
	}
	maps.Copy(s.rows, t.changed)
	maps.DeleteFunc(t.changed, func(_ row, m proto.Message) bool { return m != nil })
	for r := range t.changed {
		delete(s.rows, r)
	}
	s.effects = append(s.effects, t.effects...)
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
	changed map[row]proto.Message // nil = deleted
	effects []string
}

func (t *tx) Get(table, key string, v proto.Message) (bool, error) {
	m, changed := t.changed[row{table, key}]
	if !changed {
		m = t.rows[row{table, key}]
	}
	if m != nil {
		proto.Reset(v)
		proto.Merge(v, m)
	}
	return m != nil, nil
}

func (t *tx) Put(table, key string, v proto.Message) error {
	t.changed[row{table, key}] = proto.Clone(v)
	return nil
}

func (t *tx) Delete(table, key string) error {
	t.changed[row{table, key}] = nil
	return nil
}

func (t *tx) Keys(table string) ([]string, error) {
	var keys []string
	all := maps.Clone(t.rows)
	maps.Copy(all, t.changed)
	for r, m := range all {
		if r.table == table && m != nil {
			keys = append(keys, r.key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

func (t *tx) Effect(text string) { t.effects = append(t.effects, text) }
