package policy

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// budget bounds how much load retries may add, so that they cannot keep down
// what is down already. Over a window that moves along,
//
//	retries ≤ share · calls + floor · window
//
// holds for every stretch of that length: the buckets of the window look back at
// least so far for retries, and at most so far for calls. First attempts are never
// refused. Linkerd: 20 % + 10/s over 10 s.
type budget struct {
	base
	share, floor float64 // per call; per second
	over         time.Duration
	born         time.Time

	mu             sync.Mutex
	calls, retries *timeWindow

	passed, refused atomic.Int64
}

func budgetForm() Form {
	return Form{
		Word: "budget", About: "limit the load that retries add",
		Params: []form.Param{
			{Name: "share", Kind: form.Share, Unit: "share of calls", Default: "20%", Max: 1, About: "how many retries a call may add", Example: "10%"},
			{Name: "floor", Kind: form.Rate, Unit: "per second", Default: "10/s", Max: 10000, About: "how many retries a second are always allowed", Example: "1/s"},
			{Name: "over", Kind: form.Duration, Unit: "time", Default: "10s", Min: 100 * form.Millisecond, Max: 10 * form.Minute, About: "how far back calls and retries are counted", Example: "10s"},
		},
		Example: "guard order:payment budget share=20% floor=10/s",
		make: func(b base) (Policy, error) {
			v := b.values
			over := v.Duration("over")
			return &budget{base: b, share: v.Number("share"), floor: v.Number("floor"), over: over, born: time.Now(), calls: newTimeWindow(over), retries: newTimeWindow(over + over/9 + buckets)}, nil
		},
	}
}

func (b *budget) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			if !b.enter(isRetry(ctx)) {
				return sim.Message{}, b.reject(ctx, "budget", ErrBudget, sim.Exhausted, "the retry budget is used up", 0)
			}
			return next(ctx, m)
		}
	}
}

// enter counts an attempt, unless it is a retry that there is no budget for.
func (b *budget) enter(again bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Since(b.born)
	if !again {
		b.calls.add(now, outcome{})
		return true
	}
	if used, of := b.spent(now); used+1 > of {
		b.refused.Add(1)
		return false
	}
	b.passed.Add(1)
	b.retries.add(now, outcome{})
	return true
}

// spent is how many retries there were, and how many there may be. The lock is held.
func (b *budget) spent(now time.Duration) (used, of float64) {
	calls, retries := b.calls.sum(now), b.retries.sum(now)
	return float64(retries.calls), b.share*float64(calls.calls) + b.floor*b.over.Seconds()
}

// Gauge shows the retries that are spent of those that are allowed.
func (b *budget) Gauge() Gauge {
	g := b.gauge(fmt.Sprintf("%s of calls and %s, over %s", sim.Share(b.share), sim.Rate(b.floor), sim.Human(b.over)))
	b.mu.Lock()
	used, of := b.spent(time.Since(b.born))
	b.mu.Unlock()
	g.Used, g.Of = used, math.Floor(of)
	g.Unit, g.Passed, g.Refused = "retries", b.passed.Load(), b.refused.Load()
	return g
}
