package policy

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go/bulkhead"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// bulkheads lets only so many calls of a link be under way at once, so that one
// slow neighbour cannot take all that a service has. Some more may wait for a
// place, for a while; the rest hear no at once. (Envoy calls this limit a circuit
// breaker.)
type bulkheads struct {
	base
	most, queue int
	longest     time.Duration
	places      bulkhead.Bulkhead[any]

	used, waiting   atomic.Int64
	passed, refused atomic.Int64
}

func bulkheadForm() Form {
	return Form{
		Word: "bulkhead", About: "limit the number of concurrent calls",
		Params: []form.Param{
			{Name: "max", Kind: form.Count, Unit: "calls", Default: "10", Min: 1, Max: 10000, About: "how many concurrent calls", Example: "25"},
			{Name: "queue", Kind: form.Count, Unit: "calls", Default: "0", Max: 10000, About: "how many further calls may wait", Example: "10"},
			{Name: "wait", Kind: form.Duration, Unit: "time", Default: "1s", Min: form.Millisecond, Max: form.Minute, About: "how long a call waits at most", Example: "500ms"},
		},
		Example: "guard order:payment bulkhead max=10 queue=5",
		make: func(b base) (Policy, error) {
			v := b.values
			return &bulkheads{
				base: b, most: v.Count("max"), queue: v.Count("queue"), longest: v.Duration("wait"),
				places: bulkhead.New[any](uint(v.Count("max"))),
			}, nil
		},
	}
}

func (b *bulkheads) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			if err := b.enter(ctx); err != nil {
				return sim.Message{}, err
			}
			b.used.Add(1)
			b.passed.Add(1)
			defer func() {
				b.used.Add(-1)
				b.places.ReleasePermit()
			}()
			return next(ctx, m)
		}
	}
}

// enter takes a place, waiting for one if it may.
func (b *bulkheads) enter(ctx context.Context) error {
	if b.places.TryAcquirePermit() {
		return nil
	}
	defer b.waiting.Add(-1)
	if b.waiting.Add(1) > int64(b.queue) {
		return b.full(ctx, fmt.Sprintf("%d calls run, and %d wait", b.most, b.queue))
	}
	err := b.places.AcquirePermitWithMaxWait(ctx, b.longest)
	switch {
	case errors.Is(err, bulkhead.ErrFull):
		return b.full(ctx, "no free slot within "+sim.Human(b.longest))
	case err != nil:
		return b.full(ctx, "no free slot in time")
	}
	return nil
}

func (b *bulkheads) full(ctx context.Context, why string) error {
	b.refused.Add(1)
	return b.reject(ctx, "bulkhead", ErrFull, sim.Unavailable, why, 0)
}

// Gauge shows the places that are taken.
func (b *bulkheads) Gauge() Gauge {
	g := b.gauge(fmt.Sprintf("%d at once, %d may wait up to %s", b.most, b.queue, sim.Human(b.longest)))
	g.Used, g.Of, g.Unit = float64(b.used.Load()), float64(b.most), "at once"
	g.Waiting = min(b.waiting.Load(), int64(b.queue))
	g.Passed, g.Refused = b.passed.Load(), b.refused.Load()
	return g
}
