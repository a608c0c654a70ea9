package policy_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// served lets calls with these names through a policy, a millisecond after each other,
// and gives the order in which they were worked on, and who was refused.
func served(t *testing.T, line string, calls ...sim.Message) (order []string, refused map[string]string) {
	t.Helper()
	refused = map[string]string{}
	synctest.Test(t, func(t *testing.T) {
		p := made(t, line, policy.Deps{})
		call := sim.Chain(func(_ context.Context, m sim.Message) (sim.Message, error) {
			order = append(order, m.Header.Get("name"))
			time.Sleep(100 * time.Millisecond)
			return sim.Message{}, nil
		}, p.Around())
		var mu sync.Mutex
		var all sync.WaitGroup
		for _, m := range calls {
			all.Go(func() {
				if _, err := call(context.Background(), m); err != nil {
					mu.Lock()
					defer mu.Unlock()
					refused[m.Header.Get("name")] = err.Error()
					if !errors.Is(err, sim.ErrNotSent) {
						t.Error(err)
					}
				}
			})
			time.Sleep(time.Millisecond)
		}
		all.Wait()
		if g := p.Gauge(); g.Used != 0 || g.Waiting != 0 || g.Passed != int64(len(order)) || g.Refused != int64(len(refused)) {
			t.Errorf("%+v", g)
		}
	})
	return order, refused
}

func named(m sim.Message, name string, header ...string) sim.Message {
	m.Header = m.Header.With("name", name)
	if len(header) > 0 {
		m.Header = m.Header.With("priority", header[0])
	}
	return m
}

func TestShedServesInItsOrder(t *testing.T) {
	calls := []sim.Message{named(get(), "a"), named(get(), "b"), named(get(), "c"), named(get(), "d")}
	for line, want := range map[string][]string{
		"shed max=1":                      {"a", "b", "c", "d"},
		"shed max=1 order=lifo":           {"a", "d", "c", "b"},
		"shed max=1 order=lifo age=150ms": {"a", "d"}, // after 200 ms b and c have waited too long
		"shed max=1 queue=2":              {"a", "b", "c"},
		"shed max=1 queue=0":              {"a"},
	} {
		order, refused := served(t, line, calls...)
		if !slices.Equal(order, want) || len(refused) != 4-len(want) {
			t.Errorf("%s: worked on %v, want %v; refused %v", line, order, want, refused)
		}
	}
}

func TestShedRefusesTheLeastUrgentFirst(t *testing.T) {
	calls := []sim.Message{
		named(get(), "first"), named(post(""), "write"), named(get(), "read"),
		named(get(), "batch", "u=7, i"), named(get(), "urgent", "u=0"), named(post(""), "write 2"),
	}
	for line, want := range map[string][]string{
		"shed max=1 queue=2":             {"first", "write", "urgent"}, // u=0 takes the place of one with u=3, the latest
		"shed max=1 queue=3 keep=writes": {"first", "write", "urgent", "write 2"},
		"shed max=1 queue=3 keep=reads":  {"first", "read", "urgent", "write"},
	} {
		order, refused := served(t, line, calls...)
		slices.Sort(order[1:])
		slices.Sort(want[1:])
		if !slices.Equal(order, want) {
			t.Errorf("%s: worked on %v, want %v; refused %v", line, order, want, refused)
		}
	}
}

func TestWhoGivesUpLeavesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := made(t, "shed max=1", policy.Deps{})
		call := sim.Chain(func(context.Context, sim.Message) (sim.Message, error) {
			time.Sleep(time.Second)
			return sim.Message{}, nil
		}, p.Around())
		go func() { _, _ = call(context.Background(), get()) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if _, err := call(ctx, get()); err == nil || p.Gauge().Waiting != 0 {
			t.Errorf("%v; %d wait", err, p.Gauge().Waiting)
		}
		time.Sleep(2 * time.Second)
	})
}
