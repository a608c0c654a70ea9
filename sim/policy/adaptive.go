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

// adaptive limits concurrent calls, and finds the limit from what it sees: more calls
// than the other side can work on only wait there, and that shows in the time they
// take, or in failures. The rules are those of Netflix concurrency-limits:
//
//	aimd      a failure, or a call longer than timeout=: limit × backoff.
//	          Else, while at least half of the limit is used: limit + 1.
//	vegas     queue = limit · (1 − shortest time / this time): how many calls only wait.
//	          The limit is moved so that a few do, 3 to 6 below a limit of 100.
//	gradient  each second: limit × (1.5 · long-term time / time of this second) + 4,
//	          smoothed (Gradient2; the factor stays between 0.5 and 1)
//
// They are ours since failsafe-go has neither aimd nor gradient, and moves its limit by
// windows of its own clock.
type adaptive struct {
	base
	rule     string
	min, max float64
	timeout  time.Duration
	backoff  float64

	mu              sync.Mutex
	limit           float64
	inFlight        int
	least           float64 // the shortest time, in seconds; vegas
	second          gradient
	passed, refused int64
}

func adaptiveForm() Form {
	return Form{
		Word: "adaptive", About: "limit concurrent calls to what the other side can work on, found from times and failures",
		Params: []form.Param{
			{Name: "rule", Kind: form.Choice, Unit: "word", Default: "vegas", Choices: []string{"vegas", "aimd", "gradient"}, About: "how the limit is found", Example: "gradient"},
			{Name: "initial", Kind: form.Count, Unit: "calls", Default: "20", Min: 1, Max: 1000, About: "the limit before anything is known", Example: "10"},
			{Name: "min", Kind: form.Count, Unit: "calls", Default: "1", Min: 1, Max: 1000, About: "the lowest limit", Example: "5"},
			{Name: "max", Kind: form.Count, Unit: "calls", Default: "200", Min: 1, Max: 10000, About: "the highest limit", Example: "100"},
			{Name: "timeout", Kind: form.Duration, Unit: "time", Default: "5s", Min: form.Millisecond, Max: form.Minute, About: "rule=aimd: a longer call lowers the limit", Example: "100ms"},
			{Name: "backoff", Kind: form.Share, Unit: "share of the limit", Default: "90%", Min: 0.5, Max: 0.99, About: "rule=aimd: what remains of the limit when it is lowered", Example: "80%"},
		},
		Example: "guard order:payment adaptive max=100",
		make:    makeAdaptive,
	}
}

func makeAdaptive(b base) (Policy, error) {
	v := b.values
	a := &adaptive{
		base: b, rule: v.Text("rule"), limit: v.Number("initial"), min: v.Number("min"), max: v.Number("max"),
		timeout: v.Duration("timeout"), backoff: v.Number("backoff"),
	}
	if a.min > a.max {
		return nil, sim.Invalidf("min=%s is above max=%s", v.Text("min"), v.Text("max")).WithFix("min is the lowest limit")
	}
	a.limit = min(max(a.limit, a.min), a.max)
	return a, nil
}

func (a *adaptive) Around() sim.Middleware {
	return func(next sim.Handler) sim.Handler {
		return func(ctx context.Context, m sim.Message) (sim.Message, error) {
			used, ok := a.enter()
			if !ok {
				return sim.Message{}, a.reject(ctx, "adaptive limit", ErrAdaptive, sim.Unavailable, fmt.Sprintf("%d calls run, and that is the limit now", used), 0)
			}
			began := time.Now()
			reply, err := next(ctx, m)
			a.leave(used, time.Since(began), !sim.CodeOf(err).Answers(), innocent(ctx, err))
			return reply, err
		}
	}
}

// enter takes a place; used is how many are taken then.
func (a *adaptive) enter() (used int, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.inFlight >= int(a.limit) {
		a.refused++
		return a.inFlight, false
	}
	a.inFlight++
	a.passed++
	return a.inFlight, true
}

// leave gives the place back and learns from the call.
func (a *adaptive) leave(used int, took time.Duration, failed, nothing bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inFlight--
	if nothing {
		return
	}
	switch a.rule {
	case "aimd":
		a.limit = a.aimd(used, failed || took > a.timeout)
	case "vegas":
		a.limit = a.vegas(used, failed, took.Seconds())
	case "gradient":
		if !failed {
			a.limit = a.second.next(a.limit, used, took.Seconds(), time.Now())
		}
	}
	a.limit = min(max(a.limit, a.min), a.max)
}

// aimd is AIMDLimit of concurrency-limits.
func (a *adaptive) aimd(used int, dropped bool) float64 {
	switch {
	case dropped:
		return math.Trunc(a.limit * a.backoff)
	case 2*used >= int(a.limit):
		return a.limit + 1
	default:
		return a.limit
	}
}

// vegas is VegasLimit of concurrency-limits, without its probing: the shortest time of
// all stands for an empty service.
func (a *adaptive) vegas(used int, dropped bool, took float64) float64 {
	step := max(1, math.Trunc(math.Log10(a.limit)))
	if a.least == 0 || took < a.least {
		a.least = took
		return a.limit
	}
	if dropped {
		return a.limit - step
	}
	if 2*used < int(a.limit) || took <= 0 {
		return a.limit
	}
	queue := math.Ceil(a.limit * (1 - a.least/took))
	switch {
	case queue <= step:
		return a.limit + 6*step
	case queue < 3*step:
		return a.limit + step
	case queue > 6*step:
		return a.limit - step
	default:
		return a.limit
	}
}

// Gauge shows the calls in flight of the limit that holds now.
func (a *adaptive) Gauge() Gauge {
	a.mu.Lock()
	defer a.mu.Unlock()
	g := a.gauge(fmt.Sprintf("%s, between %.0f and %.0f", a.rule, a.min, a.max))
	g.Used, g.Of, g.Unit = float64(a.inFlight), math.Floor(a.limit), "at once"
	g.Passed, g.Refused = a.passed, a.refused
	return g
}
