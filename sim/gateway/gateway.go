// Package gateway is what an API gateway does with a request: a chain of steps,
// each a [sim.Middleware] with a row in [Forms], around one handler that finds
// the route and calls the service behind it.
//
//	request ─▶ requestid ▸ limits ▸ auth ▸ ratelimit ▸ … ▸ forward ─▶ service
//
// Steps and routes are lines of a world file. The order of the steps is the order
// of the file, because the order can be taught: a rate limit before
// authentication counts addresses, one after it counts clients.
//
// REST brings requests as they are ([sim.TypeRaw]), gRPC brings them by their
// contracts; a call by gRPC takes the route of the path that its contract gives it.
package gateway

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// Gateway is one instance. Many goroutines may call its handler.
type Gateway struct {
	env    *sim.Env
	name   string
	routes []*Route
	stats  stats

	setting sync.Mutex            // one change of the steps after another
	chain   atomic.Pointer[chain] // the steps as they are now
	making  *step                 // the step that is being made
}

// chain is the steps in their order.
type chain struct {
	steps   []*step
	handler sim.Handler
}

// DefaultSteps are those of a gateway whose file names none.
func DefaultSteps() []string { return []string{"requestid", "limits", "timeout"} }

// New makes a gateway of the lines of its world file, which were checked when it
// was read: a line that is wrong is left out.
func New(env *sim.Env, spec sim.ServiceSpec) *Gateway {
	g := &Gateway{env: env, name: spec.Name}
	for _, line := range spec.Routes {
		if r, err := ParseRoute(line); err == nil {
			g.routes = append(g.routes, r)
		}
	}
	lines := spec.Steps
	if len(lines) == 0 {
		lines = DefaultSteps()
	}
	right := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return ParseStep(line) != nil })
	_ = g.SetSteps(right) // each of them was parsed
	return g
}

// SetSteps lets requests take other steps, or the same in another order, from the
// next request on. A step that stays as it was keeps its state.
func (g *Gateway) SetSteps(lines []string) error {
	g.setting.Lock()
	defer g.setting.Unlock()
	before, now := g.chain.Load(), &chain{}
	around := []sim.Middleware{}
	for _, line := range lines {
		f, v, err := parseStep(line)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(now.steps, func(s *step) bool { return s.word == f.Word }) {
			return sim.Invalidf("%s stands here twice", f.Word)
		}
		s := before.find(line)
		if s == nil {
			s = &step{word: f.Word, text: line}
			g.making = s
			s.around = s.counted(f.make(g, v))
		}
		now.steps, around = append(now.steps, s), append(around, s.around)
	}
	now.handler = sim.Chain(g.forward, around...)
	g.chain.Store(now)
	return nil
}

// find finds the step of a line; nil = there is none.
func (c *chain) find(line string) *step {
	if c == nil {
		return nil
	}
	i := slices.IndexFunc(c.steps, func(s *step) bool { return s.text == line })
	if i < 0 {
		return nil
	}
	return c.steps[i]
}

// fill lets the step that is being made say what it holds.
func (g *Gateway) fill(by func(*policy.Gauge)) { g.making.fill = by }

// Handlers implements [sim.Service]: one handler for everything.
func (g *Gateway) Handlers() map[string]sim.Handler {
	return map[string]sim.Handler{sim.TypeRaw: func(ctx context.Context, m sim.Message) (sim.Message, error) {
		began := g.env.Now()
		x, err := newExchange(g, m)
		var reply sim.Message
		if err == nil {
			reply, err = g.chain.Load().handler(context.WithValue(ctx, exchangeKey{}, x), m)
		}
		if err != nil {
			reply, err = sim.Message{}, problem(x, sim.AsError(err))
		}
		g.done(ctx, x, began, reply, err)
		return reply, err
	}}
}

// OnAnswer implements [sim.Service]: a gateway waits for its answers.
func (g *Gateway) OnAnswer() map[string]sim.Handler { return nil }

// Form is one row of the table of steps.
type Form struct {
	form.Form
	check func(form.Values) error // what its parameters must be together; nil = nothing
	make  func(*Gateway, form.Values) sim.Middleware
}

// Forms is the table, in the order in which steps usually stand.
func Forms() []Form {
	return []Form{
		requestIDForm(), headersForm(), corsForm(), limitsForm(), concurrencyForm(), authForm(), rateLimitForm(), timeoutForm(), cacheForm(), openAPIForm(),
	}
}

// ParseStep checks a line such as "limits body=64KiB".
func ParseStep(line string) error {
	_, _, err := parseStep(line)
	return err
}

func parseStep(line string) (Form, form.Values, error) {
	words, err := form.Words(line)
	if err != nil || len(words) == 0 {
		return Form{}, nil, sim.Invalidf("%q is not a step", sim.Visible(line)).WithFix("write its word and its parameters, such as: limits body=64KiB")
	}
	f, err := form.Find("step", words[0], Forms())
	if err != nil {
		return f, nil, err
	}
	plain, pairs, err := form.Pairs(words[1:])
	if err != nil {
		return f, nil, err
	}
	if len(plain) > 0 {
		return f, nil, form.NoPair(plain[0])
	}
	v, err := f.Read(pairs)
	if err == nil && f.check != nil {
		err = f.check(v)
	}
	return f, v, err
}

// Targets are the services that a gateway calls, each once, in the order of its lines.
func Targets(spec sim.ServiceSpec) (all []string) {
	add := func(name string) {
		for _, have := range all {
			if have == name {
				return
			}
		}
		all = append(all, name)
	}
	for _, line := range spec.Steps {
		if f, v, err := parseStep(line); err == nil && f.Word == "auth" {
			add(v.Text("keys"))
		}
	}
	for _, line := range spec.Routes {
		r, err := ParseRoute(line)
		if err != nil {
			continue
		}
		for _, t := range r.targets() {
			add(t)
		}
	}
	return all
}

// addrs are the addresses of all instances of the gateway, its own first.
func (g *Gateway) addrs() []string {
	if g.env.Addrs == nil {
		return nil
	}
	return g.env.Addrs("rest")
}

// commas reads words that commas part.
func commas(s string) (all []string) {
	for w := range strings.SplitSeq(s, ",") {
		if w = strings.TrimSpace(w); w != "" {
			all = append(all, w)
		}
	}
	return all
}
