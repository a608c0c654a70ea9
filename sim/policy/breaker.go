package policy

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// breaker stops asking a side that mostly fails: callers hear no at once, and
// the other side gets time to recover. [circuit] decides when; an answer that
// says no (404) is no failure, and a call that its caller gave up says nothing.
// What a policy inside rejects says nothing either, unless refused=count: Hystrix,
// resilience4j, Polly and gobreaker count it as a failure.
type breaker struct {
	base
	circuit         *circuit
	counts          bool // what a policy inside rejected is a failure
	born            time.Time
	passed, refused atomic.Int64
}

func breakerForm() Form {
	return Form{
		Word: "breaker", About: "stop asking for a while when too much fails",
		Params: []form.Param{
			{Name: "window", Kind: windowKind, Unit: "calls or time", Default: "10", Min: 1, Max: 10000, About: "the last calls, or the last time, that count", Example: "10s"},
			{Name: "calls", Kind: form.Count, Unit: "calls", Default: "10", Min: 1, Max: 10000, About: "with fewer in the window it never opens", Example: "20"},
			{Name: "failed", Kind: form.Share, Unit: "share of calls", Default: "50%", Min: 0.01, Max: 1, About: "opens when this share failed", Example: "50%"},
			{Name: "row", Kind: form.Count, Unit: "failures", Default: "0", Max: 1000, About: "opens after so many failures in a row instead; 0 = by share", Example: "6"},
			{Name: "slower", Kind: form.Duration, Unit: "time", Default: "0s", Max: 10 * form.Minute, About: "calls that take longer are slow; 0s = none is", Example: "1s"},
			{Name: "slow", Kind: form.Share, Unit: "share of calls", Default: "100%", Min: 0.01, Max: 1, About: "opens when this share was slow", Example: "80%"},
			{Name: "refused", Kind: form.Choice, Unit: "word", Default: "ignore", Choices: []string{"ignore", "count"}, About: "whether a call that a limit inside the breaker rejected counts as failed", Example: "count"},
			{Name: "open", Kind: form.Duration, Unit: "time", Default: "5s", Min: form.Millisecond, Max: 10 * form.Minute, About: "how long it stays open", Example: "60s"},
			{Name: "probes", Kind: form.Count, Unit: "calls", Default: "1", Min: 1, Max: 1000, About: "how many may then try", Example: "3"},
			{Name: "state", Kind: form.Choice, Unit: "word", Default: "auto", Choices: []string{"auto", "open", "closed"}, About: "keep it open or closed, whatever happens", Example: "open"},
		},
		Example: "guard order:payment breaker window=10 failed=50% open=5s",
		make:    makeBreaker,
	}
}

func makeBreaker(b base) (Policy, error) {
	v := b.values
	r := rule{
		window: windowOf(v), calls: v.Count("calls"), failed: v.Number("failed"), row: v.Count("row"),
		slow: v.Number("slow"), slower: v.Duration("slower"), open: v.Duration("open"), probes: v.Count("probes"),
	}
	if w := v.Text("window"); !timed(w) {
		r.calls = min(r.calls, v.Count("window")) // with more it would never open
	}
	switch v.Text("state") {
	case "open":
		r.forced = StateForcedOpen
	case "closed":
		r.forced = StateForcedClosed
	}
	return &breaker{base: b, counts: v.Text("refused") == "count", circuit: newCircuit(r), born: time.Now()}, nil
}

func windowOf(v form.Values) func() window {
	if timed(v.Text("window")) {
		return func() window { return newTimeWindow(v.Duration("window")) }
	}
	return func() window { return newCountWindow(v.Count("window")) }
}

func (b *breaker) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			start := time.Since(b.born)
			t, moved, left, ok := b.circuit.enter(start)
			b.tell(ctx, moved)
			if !ok {
				b.refused.Add(1)
				return sim.Message{}, b.reject(ctx, "breaker", ErrOpen, sim.Unavailable, b.no(left), left)
			}
			b.passed.Add(1)
			home := false
			defer func() {
				if !home { // next panicked
					b.circuit.void(t)
				}
			}()
			reply, err := next(ctx, m)
			home = true
			if innocent(ctx, err) && !(b.counts && errors.Is(err, sim.ErrNotSent)) {
				b.circuit.void(t)
				return reply, err
			}
			now := time.Since(b.born)
			took := now - start
			b.tell(ctx, b.circuit.leave(now, t, outcome{
				failed: !sim.CodeOf(err).Answers(),
				slow:   b.circuit.slower > 0 && took > b.circuit.slower,
			}))
			return reply, err
		}
	}
}

func (b *breaker) tell(ctx context.Context, m *move) {
	if m != nil {
		b.Report(ctx, sim.Moved{Policy: "breaker", From: m.from, To: m.to, Why: m.why})
	}
}

// no says why nothing leaves, always in the same few words.
func (b *breaker) no(left time.Duration) string {
	switch {
	case left > 0:
		return "it is open"
	case b.circuit.forced != "":
		return "it is held open by hand"
	default:
		return "it is half-open, and its probes still run"
	}
}

// Gauge shows the failures in the window, or the probes that are home. An open
// breaker shows what opened it, and how long it stays so.
func (b *breaker) Gauge() Gauge {
	c := b.circuit
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Since(b.born)
	g := b.gauge(c.about())
	g.State, g.Passed, g.Refused = c.state, b.passed.Load(), b.refused.Load()
	t, unit := c.seen.sum(now), "failed"
	switch {
	case c.state == StateOpen:
		left := max(c.until-now, 0).Seconds() * 1e3
		g.Left, t = &left, c.last
	case c.state == StateHalfOpen:
		t, unit = tally{calls: c.probes, failed: c.home.calls}, "probes home"
	case c.rule.row > 0:
		t, unit = tally{calls: c.rule.row, failed: c.row}, "failed in a row"
	}
	g.Used, g.Of, g.Unit = float64(t.failed), float64(t.calls), unit
	return g
}

// about is the rule in words.
func (c *circuit) about() string {
	if c.forced != "" {
		return "held " + c.forced[len("forced_"):] + " by hand"
	}
	s := fmt.Sprintf("opens when %s of at least %d calls failed", sim.Share(c.failed), c.calls)
	if c.rule.row > 0 {
		s = fmt.Sprintf("opens after %d failures in a row", c.rule.row)
	}
	if c.slower > 0 {
		s += fmt.Sprintf(", or %s took longer than %s", sim.Share(c.slow), sim.Human(c.slower))
	}
	return fmt.Sprintf("%s; for %s; then %s", s, sim.Human(c.open), count(c.probes, "probe"))
}
