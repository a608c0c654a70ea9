package policy_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

// counted answers each request after a time with the number of the request.
func counted(asked *atomic.Int64, takes time.Duration) sim.Handler {
	return func(context.Context, sim.Message) (sim.Message, error) {
		n := asked.Add(1)
		time.Sleep(takes)
		return sim.NewMessage(&conformv1.Thing{Id: string(rune('0' + n))}), nil
	}
}

func idOf(t *testing.T, m sim.Message, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return m.Body.(*conformv1.Thing).GetId()
}

func TestACacheAnswersWhileItIsFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		p := made(t, "cache ttl=1s", policy.Deps{})
		call := sim.Chain(counted(&asked, time.Millisecond), p.Around())
		for _, want := range []string{"1", "1", "1"} {
			m, err := call(t.Context(), get())
			if got := idOf(t, m, err); got != want {
				t.Errorf("answer %s, want %s", got, want)
			}
			m.Body.(*conformv1.Thing).Id = "changed by its reader"
			time.Sleep(300 * time.Millisecond)
		}
		time.Sleep(200 * time.Millisecond)
		m, err := call(t.Context(), get())
		if got := idOf(t, m, err); got != "2" {
			t.Errorf("after its time the answer is %s", got)
		}
		other := sim.NewMessage(&conformv1.GetThing{Id: "8"})
		if m, err := call(t.Context(), other); idOf(t, m, err) != "3" {
			t.Error("another question has another answer")
		}
		for range 2 {
			_, _ = call(t.Context(), post("k1"))
		}
		if asked.Load() != 5 {
			t.Errorf("%d requests; a write is never answered from the cache", asked.Load())
		}
		if g := p.Gauge(); g.Did() != "3 requests, 2 calls needed none" {
			t.Error(g.Did())
		}
	})
}

// Of 50 callers at once one asks, with the guard; without it all do. A failure is told to
// those who wait, and not kept.
func TestTheGuardHoldsAStampede(t *testing.T) {
	for line, want := range map[string]int64{"cache": 1, "cache guard=no": 50} {
		synctest.Test(t, func(t *testing.T) {
			var asked atomic.Int64
			call := sim.Chain(counted(&asked, 100*time.Millisecond), made(t, line, policy.Deps{}).Around())
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() { _, _ = call(context.Background(), get()) })
			}
			all.Wait()
			if asked.Load() != want {
				t.Errorf("%s: %d requests, want %d", line, asked.Load(), want)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		asked := 0
		call := sim.Chain(func(context.Context, sim.Message) (sim.Message, error) {
			asked++
			time.Sleep(time.Second)
			return sim.Message{}, broken
		}, made(t, "cache", policy.Deps{}).Around())
		for range 2 {
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					if _, err := call(context.Background(), get()); !errors.Is(err, broken) {
						t.Errorf("one who waits is told %v", err)
					}
				})
			}
			all.Wait()
		}
		if asked != 2 {
			t.Errorf("%d requests", asked)
		}
	})
}

// stale-while-revalidate: the first who finds it stale is answered at once, and starts
// the one request that renews it.
func TestAStaleResponseIsUsedWhileItIsRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		var r recorder
		d := r.deps()
		d.Go = func(ctx context.Context, f func(context.Context)) { go f(context.WithoutCancel(ctx)) }
		call := sim.Chain(counted(&asked, 100*time.Millisecond), made(t, "cache ttl=1s stale=10s", d).Around())
		m, err := call(t.Context(), get())
		if idOf(t, m, err) != "1" {
			t.Fatal("the first answer")
		}
		time.Sleep(2 * time.Second)
		for range 3 {
			began := time.Now()
			m, err := call(t.Context(), get())
			if idOf(t, m, err) != "1" || time.Since(began) != 0 {
				t.Errorf("answer after %s", time.Since(began))
			}
		}
		time.Sleep(200 * time.Millisecond)
		m, err = call(t.Context(), get())
		if got := idOf(t, m, err); got != "2" || asked.Load() != 2 || m.Header.Get(policy.HeaderDegraded) != "" {
			t.Errorf("after renewal the answer is %s, and there were %d requests", got, asked.Load())
		}
		time.Sleep(20 * time.Second)
		if m, err := call(t.Context(), get()); idOf(t, m, err) != "3" {
			t.Error("what is neither fresh nor stale is asked for")
		}
		stale := 0
		for _, f := range r.taken() {
			if _, ok := f.(sim.Degraded); ok {
				stale++
			}
		}
		if stale < 1 {
			t.Error("a stale response does not count as degraded")
		}
	})
}
