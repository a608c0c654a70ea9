package policy

import (
	"context"
	"math/rand/v2"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Policy is one policy of one link, with its state. All methods may be called
// by many goroutines.
type Policy interface {
	// Name is its word: "retry".
	Name() string
	// Text is the policy as a person would write it: "retry tries=3".
	Text() string
	// Around is the policy as a middleware. All that it surrounds share its state.
	Around() sim.Middleware
	// Gauge is how it is doing now.
	Gauge() Gauge
}

// Deps is what a policy gets from the world that runs it. The zero value works.
type Deps struct {
	// Report records what a policy did to the call of ctx. It never blocks; nil = nobody listens.
	Report func(ctx context.Context, f sim.Fact)
	// Go does work of the call of ctx that its caller does not wait for, with a context
	// that outlives the call, and ends with whoever made it. nil = it is waited for.
	Go func(ctx context.Context, f func(ctx context.Context))
	// Draw draws evenly from 0 to below 1; many may call it at once. nil = math/rand/v2.
	Draw func() float64
}

// base is what all policies are made of.
type base struct {
	Deps
	word, text string
	values     form.Values
}

func (b *base) Name() string { return b.word }
func (b *base) Text() string { return b.text }

// gauge begins the gauge of a policy.
func (b *base) gauge(about string) Gauge { return Gauge{Policy: b.word, Text: b.text, About: about} }

// Make makes a policy of what a person wrote: its word and its parameters. What
// is wrong is an [*sim.Error] that names the nearest word, or the bounds.
func Make(word string, params map[string]string, d Deps) (Policy, error) {
	row, err := Find(word)
	if err != nil {
		return nil, err
	}
	if d.Report == nil {
		d.Report = func(context.Context, sim.Fact) {}
	}
	if d.Go == nil {
		d.Go = func(ctx context.Context, f func(context.Context)) { f(context.WithoutCancel(ctx)) }
	}
	if d.Draw == nil {
		d.Draw = rand.Float64
	}
	v, err := row.Row().Read(params)
	if err != nil {
		return nil, err
	}
	return row.make(base{Deps: d, word: word, text: row.Row().Text(params), values: v})
}
