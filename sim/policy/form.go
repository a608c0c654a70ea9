package policy

import "github.com/msc-sim/msc-sim/sim"

// Form is one row of the table of policies: a word, what it means, and its
// parameters. Parsing, help, dialogs, completion and errors are made from it.
type Form struct {
	Word    string
	About   string // what it does, in a few words
	Params  []Param
	Example string // a line of the door that works in the world checkout

	make func(base) (Policy, error)
}

// Forms is the table, in the order of nesting, outermost first. A link has at
// most one policy of each word.
//
// Why this order: a fallback answers when all else has failed. Every attempt of
// a retry is judged anew by the budget, the breaker and the limits, so that an
// open breaker ends the retries. A breaker must not count what a limit of our
// own refused, so limits stand inside it and it looks away. A timeout is for one
// attempt, without the time spent waiting for a place.
func Forms() []Form {
	return []Form{
		fallbackForm(), retryForm(), budgetForm(), breakerForm(), rateLimitForm(), bulkheadForm(), timeoutForm(),
	}
}

// Find finds the row of a word; the error names the nearest one.
func Find(word string) (Form, error) {
	var all []string
	for _, f := range Forms() {
		if f.Word == word {
			return f, nil
		}
		all = append(all, f.Word)
	}
	return Form{}, sim.Unknown("policy", sim.Visible(clip(word)), all)
}

// Param finds a parameter by name.
func (f Form) Param(name string) (Param, bool) {
	for _, p := range f.Params {
		if p.Name == name {
			return p, true
		}
	}
	return Param{}, false
}

func (f Form) names() []string {
	names := make([]string, len(f.Params))
	for i, p := range f.Params {
		names[i] = p.Name
	}
	return names
}
