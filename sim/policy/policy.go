package policy

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
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
	// Draw draws evenly from 0 to below 1; many may call it at once. nil = math/rand/v2.
	Draw func() float64
}

// base is what all policies are made of.
type base struct {
	Deps
	word, text string
	values     values
}

func (b *base) Name() string { return b.word }
func (b *base) Text() string { return b.text }

// gauge begins the gauge of a policy.
func (b *base) gauge(about string) Gauge { return Gauge{Policy: b.word, Text: b.text, About: about} }

// Make makes a policy of what a person wrote: its word and its parameters. What
// is wrong is an [*sim.Error] that names the nearest word, or the bounds.
func Make(word string, params map[string]string, d Deps) (Policy, error) {
	form, err := Find(word)
	if err != nil {
		return nil, err
	}
	if d.Report == nil {
		d.Report = func(context.Context, sim.Fact) {}
	}
	if d.Draw == nil {
		d.Draw = rand.Float64
	}
	v, err := form.read(params)
	if err != nil {
		return nil, err
	}
	return form.make(base{Deps: d, word: word, text: form.text(params), values: v})
}

// read fills in the defaults and checks every parameter.
func (f Form) read(params map[string]string) (values, error) {
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !slices.Contains(f.names(), name) {
			return nil, sim.Unknown("parameter of "+f.Word, sim.Visible(clip(name)), f.names())
		}
	}
	v := values{}
	for _, p := range f.Params {
		s, given := params[p.Name]
		if !given {
			s = p.Default
		}
		if s == "" && !given {
			continue
		}
		got, err := p.read(s)
		if err != nil {
			return nil, err
		}
		v[p.Name] = got
	}
	return v, nil
}

// text is the policy as a person would write it and as [Parse] reads it, parameters
// in the order of the form.
func (f Form) text(params map[string]string) string {
	var b strings.Builder
	b.WriteString(f.Word)
	for _, p := range f.Params {
		if s, ok := params[p.Name]; ok {
			b.WriteString(" " + p.Name + "=" + sim.Quote(s))
		}
	}
	return b.String()
}
