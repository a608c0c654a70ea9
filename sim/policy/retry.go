package policy

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// retry asks again when there was no answer, if that is [allowed] and there is
// time. Tries count with the first one: tries=3 is 1 + 2.
//
//	ask ──▶ ×   wait   ask ──▶ ×   wait   ask ──▶ ✓
//
// It waits as [backoff] says, and longer than its cap where the other side asked
// for that (Retry-After), unless retryafter=ignore. It ends when a policy inside it said no (an open breaker, a
// spent budget, a limit), and when the deadline is nearer than the next wait:
// then the last failure is the result, with the reason added.
type retry struct {
	base
	tries   int
	backoff backoff
	unsafe  bool
	obeys   bool // Retry-After may make a wait longer
	run     failsafe.Executor[attempt]
	tokens  *tokens // nil = they are not counted

	again, gaveUp atomic.Int64
}

// attempt is how one of them ended, and what comes of it.
type attempt struct {
	reply sim.Message
	err   error
	again bool
	wait  time.Duration // before the next one
}

func retryForm() Form {
	return Form{
		Word: "retry", About: "retry a failed call where a repeat is safe",
		Params: []form.Param{
			{Name: "tries", Kind: form.Count, Unit: "tries", Default: "3", Min: 1, Max: 10, About: "attempts at most, including the first", Example: "3"},
			{Name: "backoff", Kind: form.Choice, Unit: "word", Default: "exponential", Choices: []string{"exponential", "constant"}, About: "how the wait grows", Example: "constant"},
			{Name: "base", Kind: form.Duration, Unit: "time", Default: "100ms", Max: form.Minute, About: "the first wait, before jitter", Example: "500ms"},
			{Name: "cap", Kind: form.Duration, Unit: "time", Default: "2s", Max: 10 * form.Minute, About: "the longest wait, unless a response has a longer Retry-After", Example: "2s"},
			{Name: "jitter", Kind: form.Choice, Unit: "word", Default: "full", Choices: []string{"none", "full", "equal", "decorrelated"}, About: "how waits vary, so that callers do not retry together", Example: "equal"},
			{Name: "retryafter", Kind: form.Choice, Unit: "word", Default: "obey", Choices: []string{"obey", "ignore"}, About: "whether a response can ask for a longer wait, also above cap", Example: "ignore"},
			{Name: "tokens", Kind: form.Count, Unit: "tokens", Default: "0", Max: 1000, About: "a failure takes one, and retries stop at half of them (gRPC's retry throttling); 0 = no such limit", Example: "10"},
			{Name: "ratio", Kind: form.Factor, Unit: "tokens", Default: "0.1", Min: 0.001, Max: 10, About: "how much of a token a success gives back", Example: "0.5"},
			{Name: "unsafe", Kind: form.Choice, Unit: "word", Default: "no", Choices: []string{"no", "yes"}, About: "retry even where the work may be done twice", Example: "yes"},
		},
		Example: "guard order:payment retry tries=3",
		make:    makeRetry,
	}
}

func makeRetry(b base) (Policy, error) {
	v := b.values
	r := &retry{base: b, tries: v.Count("tries"), unsafe: v.Text("unsafe") == "yes", obeys: v.Text("retryafter") == "obey", backoff: backoff{
		exponential: v.Text("backoff") == "exponential", base: v.Duration("base"), cap: v.Duration("cap"), jitter: v.Text("jitter"),
	}}
	if r.backoff.exponential && r.backoff.cap < r.backoff.base {
		return nil, sim.Invalidf("cap=%s is below base=%s", v.Text("cap"), v.Text("base")).WithFix("cap is the longest wait, base the first one")
	}
	if most := v.Number("tokens"); most > 0 {
		r.tokens = &tokens{most: most, ratio: v.Number("ratio"), left: most}
	}
	r.run = failsafe.With(retrypolicy.NewBuilder[attempt]().
		WithMaxAttempts(r.tries).
		ReturnLastFailure().
		HandleIf(func(a attempt, _ error) bool { return a.again }).
		WithDelayFunc(func(e failsafe.ExecutionAttempt[attempt]) time.Duration { return e.LastResult().wait }).
		Build())
	return r, nil
}

func (r *retry) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			last := r.try(ctx, m, next, attempt{}, 1)
			if !last.again { // the executor is dear, and mostly there is nothing to do for it
				return last.reply, last.err
			}
			_, _ = r.run.WithContext(ctx).GetWithExecution(func(e failsafe.Execution[attempt]) (attempt, error) {
				if n := e.Attempts(); n > 1 {
					last = r.try(ctx, m, next, last, n)
				}
				return last, nil
			})
			return last.reply, last.err // not what the executor returns: it forgets that when ctx ends
		}
	}
}

// try makes the n-th attempt and judges it. last is how the one before ended.
func (r *retry) try(ctx context.Context, m sim.Message, next sim.Handler, last attempt, n int) attempt {
	reply, err := next(withTry(ctx, n), m)
	if errors.Is(err, ErrBudget) {
		return attempt{reply: last.reply, err: r.gives(last.err, "the retry budget is used up")}
	}
	return r.judge(ctx, m, attempt{reply: reply, err: err, wait: last.wait}, n)
}

// judge decides what comes after the n-th attempt. On the way in, a.wait is how
// long the wait before it was.
func (r *retry) judge(ctx context.Context, m sim.Message, a attempt, n int) attempt {
	if innocent(ctx, a.err) {
		return a
	}
	enough := r.tokens.count(sim.CodeOf(a.err).Answers())
	if sim.CodeOf(a.err).Answers() || n >= r.tries {
		return a
	}
	why, ok := allowed(m, a.err, r.unsafe)
	if !ok {
		a.err = r.gives(a.err, why)
		return a
	}
	switch {
	case !enough:
		a.err = r.gives(a.err, "half of the retry tokens are used up")
		return a
	case r.obeys && sim.AsError(a.err).RetryAfter < 0:
		a.err = r.gives(a.err, "the response asks for no retry")
		return a
	}
	wait := r.backoff.wait(n-1, a.wait, r.Draw())
	if r.obeys {
		wait = max(wait, sim.AsError(a.err).RetryAfter)
	}
	if at, has := ctx.Deadline(); has && time.Until(at) <= wait {
		a.err = r.gives(a.err, "the deadline comes before the next attempt")
		return a
	}
	r.again.Add(1)
	r.Report(ctx, sim.Waited{For: wait, Try: n + 1, Why: why})
	a.again, a.wait = true, wait
	return a
}

// gives up: the failure stays what it was, and says why nobody asked again.
func (r *retry) gives(err error, why string) error {
	r.gaveUp.Add(1)
	e := *sim.AsError(err)
	e.Message, e.Err = e.Message+"; not retried: "+why, err
	return &e
}

// Gauge counts as passed the attempts that it added, as refused the calls on
// which it gave up early.
func (r *retry) Gauge() Gauge {
	after := "obeys Retry-After"
	if !r.obeys {
		after = "ignores Retry-After"
	}
	g := r.gauge(fmt.Sprintf("tries %d (1 + %d), %s, %s", r.tries, r.tries-1, r.backoff, after))
	g.Passed, g.Refused = r.again.Load(), r.gaveUp.Load()
	if r.tokens != nil {
		g.Used, g.Of, g.Unit = r.tokens.now(), r.tokens.most, "tokens"
	}
	return g
}

// tokens throttle the retries of a link as gRPC does (gRFC A6): a failure takes one, a
// success gives a part of one back, and more than half must be left for a retry.
type tokens struct {
	most, ratio float64

	mu   sync.Mutex
	left float64
}

// count notes how an attempt ended, and reports whether another may follow. nil counts
// nothing and always allows one.
func (t *tokens) count(fine bool) (enough bool) {
	if t == nil {
		return true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if fine {
		t.left = min(t.most, t.left+t.ratio)
	} else {
		t.left = max(0, t.left-1)
	}
	return t.left > t.most/2
}

func (t *tokens) now() float64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return math.Floor(t.left)
}

// tryKey finds which attempt of a call this is.
type tryKey struct{}

func withTry(ctx context.Context, n int) context.Context {
	if n == 1 {
		return ctx
	}
	return context.WithValue(ctx, tryKey{}, n)
}

// isRetry reports whether the attempt of ctx is not the first one of its call on this link.
func isRetry(ctx context.Context) bool { return ctx.Value(tryKey{}) != nil }
