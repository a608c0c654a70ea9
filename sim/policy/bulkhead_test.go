package policy_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

func TestBulkheadLetsSoManyIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		b := made(t, "bulkhead max=2", r.deps())
		end1, done1 := held(b)
		end2, done2 := held(b)
		if g := b.Gauge(); g.Used != 2 || g.Of != 2 || g.Unit != "at once" {
			t.Errorf("%+v", g)
		}
		left, err := once(b, "ok")
		if e := sim.AsError(err); left || !errors.Is(err, policy.ErrFull) || !errors.Is(err, sim.ErrNotSent) || e.Code != sim.Unavailable {
			t.Errorf("a third one: left %v, %v", left, err)
		}
		if d := cmp.Diff([]sim.Fact{sim.Rejected{By: "bulkhead", Why: "2 calls run, and 0 wait"}}, r.taken()); d != "" {
			t.Error(d)
		}
		end1 <- nil
		<-done1
		if left, err := once(b, "ok"); !left || err != nil {
			t.Errorf("with a place free: %v, %v", left, err)
		}
		end2 <- nil
		<-done2
		if g := b.Gauge(); g.Used != 0 || g.Passed != 3 || g.Refused != 1 {
			t.Errorf("%+v", g)
		}
	})
}

func TestBulkheadQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := made(t, "bulkhead max=1 queue=1 wait=1s", policy.Deps{})
		end, done := held(b)
		waiting, waited := held(b)
		if g := b.Gauge(); g.Used != 1 || g.Waiting != 1 {
			t.Errorf("%+v", g)
		}
		if left, err := once(b, "ok"); left || !errors.Is(err, policy.ErrFull) {
			t.Errorf("beyond the queue: %v, %v", left, err)
		}
		end <- nil
		<-done
		waiting <- nil // it got the place
		if err := <-waited; err != nil {
			t.Error(err)
		}

		end, done = held(b)
		start := time.Now()
		if left, err := once(b, "ok"); left || !errors.Is(err, policy.ErrFull) || time.Since(start) != time.Second {
			t.Errorf("left %v, %v after %s; want no place within 1 s", left, err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := b.Around()(func(context.Context, sim.Message) (sim.Message, error) { return sim.Message{}, nil })(ctx, get())
		if !errors.Is(err, policy.ErrFull) || time.Since(start) != time.Second+time.Millisecond {
			t.Errorf("%v: a deadline ends the wait", err)
		}
		end <- nil
		<-done
		if g := b.Gauge(); g.Used != 0 || g.Waiting != 0 {
			t.Errorf("%+v", g)
		}
	})
}
