package policy

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/hedgepolicy"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// hedge sends the request once more while the first is still in flight, and uses the
// response that comes first; the others are cancelled. So the slowest of the calls
// become as fast as the faster of two.
//
//	ask ─────────────────────────▶ (cancelled)
//	       after ── ask again ──▶ ✓
//
// Only what may be repeated is hedged (as in retry: GET, a key, unsafe=yes), and no
// stream. A hedge that the budget refuses is not sent, and the first goes on. The
// timing is failsafe-go's. gRPC (A6) sends the next hedge at once when an attempt
// fails; this waits for its time.
type hedge struct {
	base
	after      time.Duration
	percentile float64 // 0 = a fixed wait
	tries      int
	unsafe     bool
	run        failsafe.Executor[sim.Message]

	sent, won atomic.Int64
}

// Figures of a wait by percentile: how many calls it looks back, and how many it needs.
const hedgeAge, hedgeNeeds = 200, 20

func hedgeForm() Form {
	return Form{
		Word: "hedge", About: "send a second request while the first is slow; only where a repeat is safe",
		Params: []form.Param{
			{Name: "after", Kind: form.Duration, Unit: "time", Default: "100ms", Min: form.Millisecond, Max: form.Minute, About: "how long the earlier request may take before the next is sent", Example: "30ms"},
			{Name: "percentile", Kind: form.Share, Unit: "share of calls", Default: "0%", Max: 0.999, About: fmt.Sprintf("wait for this percentile of the last %d calls instead (after %d of them); 0%% = wait for after=", hedgeAge, hedgeNeeds), Example: "95%"},
			{Name: "tries", Kind: form.Count, Unit: "requests", Default: "2", Min: 2, Max: 5, About: "requests at most, including the first", Example: "3"},
			{Name: "unsafe", Kind: form.Choice, Unit: "word", Default: "no", Choices: []string{"no", "yes"}, About: "hedge even where the work may be done twice", Example: "yes"},
		},
		Example: "guard order:product hedge after=30ms",
		make:    makeHedge,
	}
}

func makeHedge(b base) (Policy, error) {
	v := b.values
	h := &hedge{base: b, after: v.Duration("after"), percentile: v.Number("percentile"), tries: v.Count("tries"), unsafe: v.Text("unsafe") == "yes"}
	build := hedgepolicy.NewBuilderWithDelay[sim.Message](h.after)
	if h.percentile > 0 {
		build = hedgepolicy.NewBuilderWithDelayQuantile[sim.Message](h.percentile, hedgeAge, hedgeNeeds)
	}
	h.run = failsafe.With(build.WithMaxHedges(h.tries - 1).
		CancelIf(func(_ sim.Message, err error) bool { return sim.CodeOf(err).Answers() }).
		Build())
	return h, nil
}

func (h *hedge) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			if _, ok := allowed(m, errSlow, h.unsafe); !ok {
				return next(ctx, m)
			}
			var failed atomic.Pointer[sim.Error] // of an attempt that was sent
			reply, err := h.run.WithContext(ctx).GetWithExecution(func(e failsafe.Execution[sim.Message]) (sim.Message, error) {
				own, again := e.Context(), e.IsHedge()
				if again {
					own = withHedge(withTry(own, e.Attempts()+1))
				}
				reply, err := next(own, m)
				switch {
				case again && errors.Is(err, sim.ErrNotSent):
				case err != nil:
					failed.CompareAndSwap(nil, sim.AsError(err))
				case again:
					h.won.Add(1)
				}
				if again && !errors.Is(err, sim.ErrNotSent) {
					h.sent.Add(1)
				}
				return reply, err
			})
			if err != nil && ctx.Err() == nil {
				if e := failed.Load(); e != nil && errors.Is(err, sim.ErrNotSent) {
					return sim.Message{}, e
				}
			}
			return reply, err
		}
	}
}

// errSlow stands for an attempt that is under way: it may have been done.
var errSlow = &sim.Error{Code: sim.Timeout, Message: "slow", Remote: true}

// Gauge counts as passed the requests that it added, and as refused none: what the
// budget refuses is counted there.
func (h *hedge) Gauge() Gauge {
	about := fmt.Sprintf("after %s", sim.Human(h.after))
	if h.percentile > 0 {
		about = fmt.Sprintf("after the %s percentile of %d calls", sim.Share(h.percentile), hedgeAge)
	}
	g := h.gauge(fmt.Sprintf("%s, at most %d requests a call", about, h.tries))
	g.Passed, g.Refused = h.sent.Load(), h.won.Load()
	return g
}

// hedgeKey marks an attempt that was sent beside an earlier one.
type hedgeKey struct{}

func withHedge(ctx context.Context) context.Context { return context.WithValue(ctx, hedgeKey{}, true) }

// IsHedge reports whether the attempt of ctx was sent while an earlier one of its
// call was in flight.
func IsHedge(ctx context.Context) bool { return ctx.Value(hedgeKey{}) != nil }
