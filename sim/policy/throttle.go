package policy

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// throttle refuses calls at the caller when the other side accepts few of them, with
//
//	p = max(0, (requests − k·accepts) / (requests + 1))
//
// over a window that moves along (Google SRE book, "Handling Overload", client-side
// throttling; k=2 and two minutes there). A request counts before it is made, also one
// that is refused here, so an overloaded server receives about k times what it accepts.
// Accepted is what was answered, even with no. It is ours since failsafe-go's throttler
// draws by itself, and a run must be repeatable.
type throttle struct {
	base
	k    float64
	born time.Time

	mu              sync.Mutex
	all             *timeWindow // failed = not accepted
	passed, refused int64
}

func throttleForm() Form {
	return Form{
		Word: "throttle", About: "refuse calls at the caller while few are accepted",
		Params: []form.Param{
			{Name: "k", Kind: form.Factor, Unit: "requests", Default: "2", Min: 1, Max: 10, About: "requests that leave for each one that is accepted", Example: "1.1"},
			{Name: "over", Kind: form.Duration, Unit: "time", Default: "2m0s", Min: 100 * form.Millisecond, Max: 10 * form.Minute, About: "how far back requests are counted", Example: "10s"},
		},
		Example: "guard order:payment throttle k=2 over=10s",
		make: func(b base) (Policy, error) {
			return &throttle{base: b, k: b.values.Number("k"), born: time.Now(), all: newTimeWindow(b.values.Duration("over"))}, nil
		},
	}
}

func (t *throttle) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			if p, ok := t.enter(); !ok {
				return sim.Message{}, t.reject(ctx, "throttle", ErrThrottled, sim.Exhausted, fmt.Sprintf("few calls are accepted, so %s of them are refused", sim.Share(p)), 0)
			}
			reply, err := next(ctx, m)
			if innocent(ctx, err) {
				t.count(-1)
			} else if !sim.CodeOf(err).Answers() {
				t.count(1)
			}
			return reply, err
		}
	}
}

// enter counts a request and draws whether it may leave.
func (t *throttle) enter() (p float64, ok bool) {
	draw := t.Draw()
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Since(t.born)
	p = t.share(now)
	refused := draw < p
	t.all.add(now, outcome{failed: refused})
	if refused {
		t.refused++
		return p, false
	}
	t.passed++
	return p, true
}

// share is how many calls are refused now. The lock is held.
func (t *throttle) share(now time.Duration) float64 {
	sum := t.all.sum(now)
	requests, accepts := float64(sum.calls), float64(sum.calls-sum.failed)
	return max(0, (requests-t.k*accepts)/(requests+1))
}

// count corrects the newest bucket: 1 = a request was not accepted after all, -1 = it
// says nothing, as a policy of ours held it back.
func (t *throttle) count(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all.turn(time.Since(t.born))
	b := &t.all.ring[t.all.now%buckets]
	switch {
	case n > 0:
		b.failed++
	case b.calls > b.failed:
		b.calls--
	}
}

// Gauge shows the share that is refused now.
func (t *throttle) Gauge() Gauge {
	g := t.gauge(fmt.Sprintf("up to %.3g requests for each accepted one, over %s", t.k, sim.Human(t.all.bucket*buckets)))
	t.mu.Lock()
	defer t.mu.Unlock()
	g.Used, g.Of, g.Unit = float64(int(t.share(time.Since(t.born))*100)), 100, "% refused"
	g.Passed, g.Refused = t.passed, t.refused
	return g
}
