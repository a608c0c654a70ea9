package policy

import "time"

// NewVegas is the rule alone: it gives the limit after a call.
func NewVegas(initial, most float64) func(inFlight int, took time.Duration) float64 {
	a := &adaptive{rule: "vegas", limit: initial, min: 1, max: most}
	return func(inFlight int, took time.Duration) float64 {
		a.inFlight = inFlight
		a.leave(inFlight, took, false, false)
		return a.limit
	}
}
