package policy

import "fmt"

// Gauge is how a policy is doing, for the screen and for show policies. A gauge
// with Of above 0 fills: Used of Of.
type Gauge struct {
	Policy  string   `json:"policy"`            // its word
	Text    string   `json:"text"`              // as a person would write it
	About   string   `json:"about"`             // what it is set to, in words: "tries 3 (1 + 2)"
	State   string   `json:"state,omitempty"`   // of a breaker: closed, open, half_open, forced_open, forced_closed
	Used    float64  `json:"used"`              // what fills the gauge
	Of      float64  `json:"of"`                // what it can hold; 0 = it does not fill
	Unit    string   `json:"unit,omitempty"`    // of both: "failed", "at once", "tokens"
	Left    *float64 `json:"left_ms"`           // until its state changes by itself; null = it does not
	Waiting int64    `json:"waiting,omitempty"` // calls that wait for a place
	Passed  int64    `json:"passed"`            // what it let through, or did
	Refused int64    `json:"refused"`           // what it said no to
}

// Did says in words what Passed and Refused count: "2 further tries, gave up on 0".
func (g Gauge) Did() string {
	form := "%d passed, %d refused"
	switch g.Policy {
	case "fallback":
		form = "%d answered, %d degraded"
	case "retry":
		form = "%d retries, %d calls failed after the last"
	case "budget":
		form = "%d retries, %d refused"
	case "cache":
		form = "%d requests, %d calls needed none"
	case "hedge":
		form = "%d hedges sent, %d were first"
	case "timeout":
		form = "%d in time, %d too late"
	}
	return fmt.Sprintf(form, g.Passed, g.Refused)
}
