package policy

import "github.com/msc-sim/msc-sim/sim/form"

// Form is one row of the table of policies: a word, what it means, and its
// parameters. Parsing, help, dialogs, completion and errors are made from it.
type Form struct {
	Word    string
	About   string // what it does, in a few words
	Params  []form.Param
	Example string // a line of the door that works in the world checkout

	make func(base) (Policy, error)
}

// Forms is the table, in the order of nesting, outermost first. A link has at
// most one policy of each word.
//
// Why this order: a fallback answers when all else has failed, and what a cache knows
// needs no attempt. Every attempt of a retry, and every hedge, is judged anew by the
// budget, the throttle, the breaker and the limits, so that an
// open breaker ends the retries. A breaker must not count what a limit of our
// own refused, so limits stand inside it and it looks away. A timeout is for one
// attempt, without the time spent waiting for a place.
func Forms() []Form {
	return []Form{
		fallbackForm(), cacheForm(), retryForm(), hedgeForm(), budgetForm(), throttleForm(), breakerForm(), rateLimitForm(),
		adaptiveForm(), shedForm(), bulkheadForm(), timeoutForm(),
	}
}

// Row is the word with its parameters.
func (f Form) Row() form.Form {
	return form.Form{Word: f.Word, About: f.About, Targets: []string{form.Link}, Params: f.Params, Example: f.Example}
}

// Find finds the row of a word; the error names the nearest one.
func Find(word string) (Form, error) { return form.Find("policy", word, Forms()) }
