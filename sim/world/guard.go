package world

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// guarded is what stands around the calls of a link. It never changes; a command
// puts another in its place, and calls under way keep the one they entered.
type guarded struct {
	stack  policy.Stack
	preset string          // in words, when the stack is exactly that: "hystrix as published"
	around *sim.Middleware // stack, ready for use; nil = nothing
}

// Guards is what show policies says about one link.
type Guards struct {
	Link     sim.LinkID     `json:"link"`
	Nesting  string         `json:"nesting"`          // "retry(breaker(call))"; "call" = no policy
	Preset   string         `json:"preset,omitempty"` // when the policies are exactly those of a preset: which, and at what scale
	Policies []policy.Gauge `json:"policies"`         // outermost first
	Chain    string         `json:"chain,omitempty"`  // of the gateway that the link leads to: "auth ▸ ratelimit ▸ route"
	Steps    []policy.Gauge `json:"steps,omitempty"`  // and how its steps are doing, outermost first
}

// chained is implemented by a service that takes a request through steps.
type chained interface {
	Chain() string
	Gauges() []policy.Gauge
}

// Guards says what stands around the calls of every link, in the order of the world.
func (w *World) Guards() []Guards {
	all := make([]Guards, len(w.spec.Links))
	for i, l := range w.spec.Links {
		g := w.links[l.ID].guarded.Load()
		all[i] = Guards{Link: l.ID, Nesting: g.stack.String(), Preset: g.preset, Policies: g.stack.Gauges()}
		for _, to := range w.instances(l.ID.To()) {
			if c, ok := to.service.(chained); ok && !to.dead.Load() {
				all[i].Chain, all[i].Steps = c.Chain(), c.Gauges()
				break
			}
		}
	}
	return all
}

// Guard is the policies of one link as nesting, and the state of its breaker in
// the words of [sim.LinkStats].
func (w *World) Guard(id sim.LinkID) (nesting, breaker string) {
	k, ok := w.links[id]
	if !ok {
		return policy.Stack(nil).String(), "none"
	}
	stack := k.guarded.Load().stack
	if _, ok := stack.Find("breaker"); !ok {
		return stack.String(), "none"
	}
	if breaker = breakerOf(stack); breaker == policy.StateForcedClosed {
		breaker = policy.StateClosed
	}
	return stack.String(), breaker
}

// guard puts a policy, or a preset of several, on a link. Policies of other words
// keep their state; one of the same word starts anew.
func (w *World) guard(c sim.Guard) (string, error) {
	k, err := w.linkNamed(c.Link)
	if err != nil {
		return "", err
	}
	stack, preset, err := k.guarded.Load().stack.Guard(c.Policy, c.Params, k.deps())
	if err != nil {
		return "", err
	}
	k.guardWith(stack, preset)
	text := fmt.Sprintf("%s: %s", k.id, stack)
	if preset != "" {
		text += ", " + preset
	}
	return text, nil
}

// unguard takes one policy off a link, or all of them.
func (w *World) unguard(c sim.Unguard) (string, error) {
	k, err := w.linkNamed(c.Link)
	if err != nil {
		return "", err
	}
	var left policy.Stack
	if c.Policy != "" {
		if _, err := policy.Find(c.Policy); err != nil {
			return "", err
		}
		stack := k.guarded.Load().stack
		if _, ok := stack.Find(c.Policy); !ok {
			return fmt.Sprintf("%s had no %s", k.id, c.Policy), nil
		}
		left = stack.Without(c.Policy)
	}
	k.guardWith(left, "")
	return fmt.Sprintf("%s: %s", k.id, left), nil
}

// resetGuards gives every link the policies of the world's file, in their first state.
func (w *World) resetGuards() error {
	for _, l := range w.spec.Links {
		if err := w.links[l.ID].guardAs(l.Policies); err != nil {
			return err
		}
	}
	return nil
}

// guardAs gives a link the policies that stand in a world's file.
func (k *link) guardAs(lines []string) error {
	var stack policy.Stack
	var preset string
	for _, line := range lines {
		word, params, err := policy.Parse(line)
		if err != nil {
			return err
		}
		if stack, preset, err = stack.Guard(word, params, k.deps()); err != nil {
			return err
		}
	}
	k.guardWith(stack, preset)
	return nil
}

// guardWith puts policies around the calls that come from now on, and says so. A
// breaker that was replaced, or is held by hand, moves by that.
func (k *link) guardWith(stack policy.Stack, preset string) {
	next := &guarded{stack: stack, preset: preset}
	if len(stack) > 0 {
		around := stack.Around()
		next.around = &around
	}
	before := k.guarded.Swap(next)
	if before == nil {
		before = &guarded{}
	}
	if len(stack) == 0 && len(before.stack) == 0 {
		return
	}
	k.w.note(k.id, sim.Guarded{Policies: stack.String()})
	if from, to := breakerOf(before.stack), breakerOf(stack); from != to {
		k.w.note(k.id, sim.Moved{Policy: "breaker", From: from, To: to, Why: "by hand"})
	}
}

// breakerOf is the state of a stack's breaker; without one nothing is ever open.
func breakerOf(s policy.Stack) string {
	if p, ok := s.Find("breaker"); ok {
		return p.Gauge().State
	}
	return policy.StateClosed
}

// deps is what the policies of a link get from the world: the log, and draws
// that are the same in every run with the same seed.
func (k *link) deps() policy.Deps {
	draw := rand.New(&lockedSource{src: rand.NewPCG(k.w.spec.Seed, uint64(k.symbol))})
	return policy.Deps{Report: report, Go: background, Draw: draw.Float64}
}

// background does work of a call that outlives it; it ends with the caller's life.
func background(ctx context.Context, f func(context.Context)) {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return
	}
	group{c.from}.Go("", func(life context.Context) {
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		defer cancel()
		defer context.AfterFunc(life, cancel)()
		f(ctx)
	})
}

func (w *World) linkNamed(id sim.LinkID) (*link, error) {
	if k, ok := w.links[id]; ok {
		return k, nil
	}
	return nil, sim.Unknown("link", string(id), w.spec.Names().Links)
}

// outcomeOf is how a customer's request ended: what a fallback gave counts as
// degraded, and what a policy did not let leave as rejected.
func outcomeOf(reply sim.Message, err error) sim.Outcome {
	switch {
	case errors.Is(err, sim.ErrNotSent):
		return sim.WasRejected
	case err == nil && reply.Header.Get(policy.HeaderDegraded) != "":
		return sim.WasDegraded
	default:
		return sim.OutcomeOf(err)
	}
}
