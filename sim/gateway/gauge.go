package gateway

import (
	"context"
	"math"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// step is one step of the chain with what it did: how many requests came to it, and
// how many it let through. The rest it answered itself.
type step struct {
	word, text    string
	around        sim.Middleware
	came, through atomic.Int64
	fill          func(*policy.Gauge) // adds what the step holds; nil = it holds nothing
}

// counted surrounds a step with its counts.
func (s *step) counted(m sim.Middleware) sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		inner := m(func(ctx context.Context, m sim.Message) (sim.Message, error) {
			s.through.Add(1)
			return next(ctx, m)
		})
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			s.came.Add(1)
			return inner(ctx, m)
		}
	}
}

// Gauges are how the steps are doing, outermost first, in the form that policies have.
func (g *Gateway) Gauges() []policy.Gauge {
	steps := g.chain.Load().steps
	all := make([]policy.Gauge, len(steps))
	for i, s := range steps {
		through := s.through.Load()
		all[i] = policy.Gauge{Policy: s.word, Text: s.text, About: strconv.FormatInt(through, 10) + " passed", Passed: through, Refused: max(s.came.Load()-through, 0)}
		if s.fill != nil {
			s.fill(&all[i])
		}
	}
	return all
}

// Chain writes the steps in the order of a request: "requestid ▸ auth ▸ route".
func (g *Gateway) Chain() string {
	words := []string{}
	for _, s := range g.chain.Load().steps {
		words = append(words, s.word)
	}
	return strings.Join(append(words, "route"), " ▸ ")
}

// emptiest shows the bucket that is nearest to its end.
func (b *buckets) emptiest(g *policy.Gauge) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, share := b.now(), 2.0
	for at := b.age.Back(); at != nil; at = at.Prev() {
		k := at.Value.(*bucket)
		if now.Sub(k.used) >= k.per { // full again, and so are those behind it
			break
		}
		left := k.tokens
		if b.steady {
			left = min(float64(k.quota), left+float64(k.quota)*now.Sub(k.at).Seconds()/k.per.Seconds())
		} else if !now.Before(k.full) {
			left = float64(k.quota)
		}
		if s := left / float64(k.quota); s < share {
			share = s
			g.Used, g.Of, g.Unit = math.Floor(left), float64(k.quota), "tokens of "+k.key.who+" for "+k.key.route
		}
	}
}
