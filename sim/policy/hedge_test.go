package policy_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// slowFirst answers the first attempt after a long time and all others soon.
func slowFirst(attempts, hedges, cancelled *atomic.Int64, first, others time.Duration) sim.Handler {
	return func(ctx context.Context, _ sim.Message) (sim.Message, error) {
		takes := others
		if attempts.Add(1) == 1 {
			takes = first
		}
		if policy.IsHedge(ctx) {
			hedges.Add(1)
		}
		select {
		case <-time.After(takes):
			return sim.Message{Type: "answer"}, nil
		case <-ctx.Done():
			cancelled.Add(1)
			return sim.Message{}, ctx.Err()
		}
	}
}

func TestAHedgeIsSentWhenTheFirstIsSlowAndCancelsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var attempts, hedges, cancelled atomic.Int64
		p := made(t, "hedge after=30ms", policy.Deps{})
		call := sim.Chain(slowFirst(&attempts, &hedges, &cancelled, time.Second, 5*time.Millisecond), p.Around())
		began := time.Now()
		reply, err := call(t.Context(), get())
		if took := time.Since(began); took != 35*time.Millisecond || err != nil || reply.Type != "answer" {
			t.Errorf("answered %q after %s: %v", reply.Type, took, err)
		}
		synctest.Wait()
		if attempts.Load() != 2 || hedges.Load() != 1 || cancelled.Load() != 1 {
			t.Errorf("%d attempts, %d hedges, %d cancelled", attempts.Load(), hedges.Load(), cancelled.Load())
		}
		if g := p.Gauge(); g.Did() != "1 hedges sent, 1 were first" {
			t.Error(g.Did())
		}
		if _, err := call(t.Context(), get()); err != nil || attempts.Load() != 3 {
			t.Errorf("a fast call took %d attempts: %v", attempts.Load()-2, err)
		}
	})
}

func TestOnlyWhatMayBeRepeatedIsHedged(t *testing.T) {
	for _, tt := range []struct {
		line string
		m    sim.Message
		want int64
	}{
		{"hedge after=30ms", get(), 2},
		{"hedge after=30ms", post(""), 1},
		{"hedge after=30ms", post("k1"), 2},
		{"hedge after=30ms unsafe=yes", post(""), 2},
		{"hedge after=30ms tries=3", get(), 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			var attempts atomic.Int64
			slow := func(ctx context.Context, _ sim.Message) (sim.Message, error) {
				attempts.Add(1)
				select {
				case <-time.After(time.Second):
					return sim.Message{}, nil
				case <-ctx.Done():
					return sim.Message{}, ctx.Err()
				}
			}
			if _, err := sim.Chain(slow, made(t, tt.line, policy.Deps{}).Around())(t.Context(), tt.m); err != nil {
				t.Error(err)
			}
			synctest.Wait()
			if attempts.Load() != tt.want {
				t.Errorf("%s, %s: %d attempts, want %d", tt.line, tt.m.Type, attempts.Load(), tt.want)
			}
		})
	}
}

// The budget of a link counts hedges as retries. One that it refuses is not sent, and the
// call ends as its first attempt does.
func TestABudgetBoundsHedges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var attempts atomic.Int64
		broken := errors.New("broken")
		slow := func(context.Context, sim.Message) (sim.Message, error) {
			attempts.Add(1)
			time.Sleep(time.Second)
			return sim.Message{}, broken
		}
		s := stack(t, policy.Deps{}, "hedge after=30ms", "budget share=0% floor=0.1/s over=10s")
		call := sim.Chain(slow, s.Around())
		for range 2 {
			if _, err := call(t.Context(), get()); !errors.Is(err, broken) {
				t.Errorf("the call ended with %v", err)
			}
		}
		if attempts.Load() != 3 {
			t.Errorf("%d attempts of two calls with one hedge allowed", attempts.Load())
		}
	})
}

func TestAHedgeByPercentileNeedsCallsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var attempts, slow atomic.Int64
		work := func(ctx context.Context, _ sim.Message) (sim.Message, error) {
			n := attempts.Add(1)
			d := 5*time.Millisecond + time.Duration(n%20)*500*time.Microsecond
			if n == slow.Load() {
				d = time.Second
			}
			select {
			case <-time.After(d):
				return sim.Message{}, nil
			case <-ctx.Done():
				return sim.Message{}, ctx.Err()
			}
		}
		call := sim.Chain(work, made(t, "hedge percentile=95%", policy.Deps{}).Around())
		for range 100 {
			_, _ = call(t.Context(), get())
		}
		if extra := attempts.Load() - 100; extra < 1 || extra > 20 {
			t.Fatalf("%d hedges of 100 calls, of which one in twenty is above the percentile", extra)
		}
		slow.Store(attempts.Load() + 1)
		began := time.Now()
		if _, err := call(t.Context(), get()); err != nil || time.Since(began) > 40*time.Millisecond {
			t.Errorf("the slow call took %s with a hedge: %v", time.Since(began), err)
		}
	})
}
