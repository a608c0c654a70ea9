package policy_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// Deadlines shrink inward: each layer sees the nearest one.
func TestDeadlinesShrinkInward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left []time.Duration
		note := func(next sim.Handler) sim.Handler {
			return func(ctx context.Context, m sim.Message) (sim.Message, error) {
				at, ok := ctx.Deadline()
				if !ok {
					t.Error("no deadline")
				}
				left = append(left, time.Until(at))
				time.Sleep(100 * time.Millisecond)
				return next(ctx, m)
			}
		}
		of := func(after string) sim.Middleware { return made(t, "timeout after="+after, policy.Deps{}).Around() }
		h := sim.Chain(func(context.Context, sim.Message) (sim.Message, error) { return sim.Message{}, nil },
			of("2s"), note, of("500ms"), note, of("10s"), note)
		if _, err := h(t.Context(), get()); err != nil {
			t.Fatal(err)
		}
		for i, want := range []time.Duration{2 * time.Second, 500 * time.Millisecond, 400 * time.Millisecond} {
			if left[i] != want {
				t.Errorf("layer %d had %s left, want %s", i, left[i], want)
			}
		}
	})
}

func TestTimeoutSaysHowLongItWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := made(t, "timeout after=250ms", policy.Deps{})
		waits := func(ctx context.Context, _ sim.Message) (sim.Message, error) {
			<-ctx.Done()
			return sim.Message{}, ctx.Err()
		}
		start := time.Now()
		_, err := p.Around()(waits)(t.Context(), get())
		if e := sim.AsError(err); e.Code != sim.Timeout || e.Message != "no response within 250 ms" || time.Since(start) != 250*time.Millisecond {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := p.Around()(waits)(ctx, get()); sim.AsError(err).Message != "no response in time" {
			t.Errorf("the caller's own deadline: %v", err)
		}
		if g := p.Gauge(); g.Refused != 1 {
			t.Errorf("%+v", g)
		}
	})
}
