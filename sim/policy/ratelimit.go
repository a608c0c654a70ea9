package policy

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// rateLimit is a token bucket: each call takes a token, tokens come back at a
// rate, and the bucket holds a burst of them. So in any time T at most
//
//	burst + rate · T
//
// calls leave, and the rest hear when the next token will be there.
type rateLimit struct {
	base
	rate, burst float64 // per second; tokens

	mu              sync.Mutex
	tokens          float64
	at              time.Time // when tokens was true
	passed, refused int64
}

func rateLimitForm() Form {
	return Form{
		Word: "ratelimit", About: "limit the calls per second",
		Params: []form.Param{
			{Name: "rate", Kind: form.Rate, Unit: "calls per second", Default: "100/s", Min: 0.001, Max: 1e9, About: "calls per second in the long run", Example: "50/s"},
			{Name: "burst", Kind: form.Count, Unit: "calls", Default: "10", Min: 1, Max: 100000, About: "how many calls at once after an idle time", Example: "20"},
		},
		Example: "guard order:payment ratelimit rate=50/s burst=10",
		make: func(b base) (Policy, error) {
			burst := b.values.Number("burst")
			return &rateLimit{base: b, rate: b.values.Number("rate"), burst: burst, tokens: burst, at: time.Now()}, nil
		},
	}
}

func (l *rateLimit) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			if wait, ok := l.take(); !ok {
				why := fmt.Sprintf("%s, bursts of %.0f", sim.Rate(l.rate), l.burst)
				return sim.Message{}, l.reject(ctx, "rate limit", ErrLimited, sim.Exhausted, why, wait)
			}
			return next(ctx, m)
		}
	}
}

// take takes a token, or says when there will be one.
func (l *rateLimit) take() (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refill()
	if l.tokens >= 1 {
		l.tokens--
		l.passed++
		return 0, true
	}
	l.refused++
	return max(time.Duration(math.Round((1-l.tokens)/l.rate*float64(time.Second))), 1), false
}

func (l *rateLimit) refill() {
	now := time.Now()
	l.tokens = min(l.burst, l.tokens+l.rate*now.Sub(l.at).Seconds())
	l.at = now
}

// Gauge shows the whole tokens that are left.
func (l *rateLimit) Gauge() Gauge {
	g := l.gauge(fmt.Sprintf("%s, bursts of %.0f", sim.Rate(l.rate), l.burst))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refill()
	g.Used, g.Of, g.Unit = math.Floor(l.tokens), l.burst, "tokens"
	g.Passed, g.Refused = l.passed, l.refused
	return g
}
