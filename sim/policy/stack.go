package policy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// Stack is the policies of a link, outermost first, at most one of each word. A
// stack never changes; With and Without make another that shares the policies,
// and so their state. The zero value lets everything through.
type Stack []Policy

// With puts p in its place in the order of [Forms]; one with the same word makes room.
func (s Stack) With(p Policy) Stack {
	all := append(s.Without(p.Name()), p)
	slices.SortStableFunc(all, func(a, b Policy) int { return cmp.Compare(depth(a.Name()), depth(b.Name())) })
	return all
}

// Without leaves out the policy of a word.
func (s Stack) Without(word string) Stack {
	return slices.DeleteFunc(slices.Clone(s), func(p Policy) bool { return p.Name() == word })
}

// Find finds the policy of a word.
func (s Stack) Find(word string) (Policy, bool) {
	for _, p := range s {
		if p.Name() == word {
			return p, true
		}
	}
	return nil, false
}

func depth(word string) int {
	return slices.IndexFunc(Forms(), func(f Form) bool { return f.Word == word })
}

// Around is the stack as one middleware.
func (s Stack) Around() sim.Middleware {
	all := make([]sim.Middleware, len(s))
	for i, p := range s {
		all[i] = p.Around()
	}
	return func(next sim.Handler) sim.Handler { return sim.Chain(next, all...) }
}

// String writes the order as nesting: "retry(breaker(call))"; "call" for none.
func (s Stack) String() string {
	var b strings.Builder
	for _, p := range s {
		b.WriteString(p.Name() + "(")
	}
	return b.String() + "call" + strings.Repeat(")", len(s))
}

// Lines are the policies as a person would write them, outermost first.
func (s Stack) Lines() []string {
	lines := make([]string, len(s))
	for i, p := range s {
		lines[i] = p.Text()
	}
	return lines
}

// Gauges are how the policies are doing, outermost first.
func (s Stack) Gauges() []Gauge {
	all := make([]Gauge, len(s))
	for i, p := range s {
		all[i] = p.Gauge()
	}
	return all
}

// Guard puts a policy in its place or, with the word preset=NAME, a whole preset
// in the place of everything. said names the preset in words, "" for a policy.
func (s Stack) Guard(word string, params map[string]string, d Deps) (next Stack, said string, err error) {
	if name, ok := strings.CutPrefix(word, "preset="); ok {
		p, err := FindPreset(name)
		if err != nil {
			return nil, "", err
		}
		return p.Make(params, d)
	}
	p, err := Make(word, params, d)
	if err != nil {
		return nil, "", err
	}
	return s.With(p), "", nil
}
