package world

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
	"google.golang.org/protobuf/proto"
)

// MaxRows bounds what one instance remembers, so that a flood of requests ends
// in a clear error and not in all of the memory.
const MaxRows = 200_000

// memory is a sim.Store that lives and dies with its instance.
type memory struct {
	effect func(ctx context.Context, text string) // records; never blocks, never calls back

	mu   sync.Mutex
	dead bool
	rows map[string]proto.Message // table NUL key
}

func newMemory(effect func(context.Context, string)) *memory {
	return &memory{effect: effect, rows: map[string]proto.Message{}}
}

// fence ends the store: when it returns, nothing is committed any more.
func (s *memory) fence() {
	s.mu.Lock()
	s.dead = true
	s.mu.Unlock()
}

// Do runs f and commits, all under the lock, so that a fence stands before a
// transaction or after it, never inside.
func (s *memory) Do(ctx context.Context, f func(sim.Tx) error) error {
	changed, err := s.commit(ctx, f)
	if done, ok := ctx.Value(committedKey{}).(func()); ok && changed {
		done()
	}
	return err
}

// committedKey finds what is called after a commit, if anything.
type committedKey struct{}

func (s *memory) commit(ctx context.Context, f func(sim.Tx) error) (changed bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead {
		return false, sim.ErrKilled
	}
	t := &memoryTx{store: s, changed: map[string]proto.Message{}}
	if err := f(t); err != nil {
		return false, err
	}
	if len(s.rows)+len(t.changed) > MaxRows {
		return false, sim.Errorf(sim.Exhausted, "this instance remembers %d things, which is all it can", MaxRows).WithFix("reset the world")
	}
	for k, v := range t.changed {
		if v == nil {
			delete(s.rows, k)
		} else {
			s.rows[k] = v
		}
	}
	for _, e := range t.effects {
		s.effect(ctx, e)
	}
	return len(t.changed) > 0, nil
}

// memoryTx sees its own changes before they are committed.
type memoryTx struct {
	store   *memory
	changed map[string]proto.Message // nil = deleted
	effects []string
}

func rowKey(table, key string) string { return table + "\x00" + key }

func (t *memoryTx) Get(table, key string, v proto.Message) (bool, error) {
	m, ok := t.changed[rowKey(table, key)]
	if !ok {
		m = t.store.rows[rowKey(table, key)]
	}
	if m == nil {
		return false, nil
	}
	if m.ProtoReflect().Descriptor() != v.ProtoReflect().Descriptor() {
		return false, sim.Errorf(sim.Internal, "%s holds %T, not %T", table, m, v)
	}
	proto.Reset(v)
	proto.Merge(v, m)
	return true, nil
}

func (t *memoryTx) Put(table, key string, v proto.Message) error {
	t.changed[rowKey(table, key)] = proto.Clone(v)
	return nil
}

func (t *memoryTx) Delete(table, key string) error {
	t.changed[rowKey(table, key)] = nil
	return nil
}

func (t *memoryTx) Keys(table string) ([]string, error) {
	var ks []string
	for k := range t.store.rows {
		if name, key, _ := strings.Cut(k, "\x00"); name == table {
			if _, changed := t.changed[k]; !changed {
				ks = append(ks, key)
			}
		}
	}
	for k, v := range t.changed {
		if name, key, _ := strings.Cut(k, "\x00"); name == table && v != nil {
			ks = append(ks, key)
		}
	}
	slices.Sort(ks)
	return ks, nil
}

func (t *memoryTx) Effect(text string) { t.effects = append(t.effects, text) }
