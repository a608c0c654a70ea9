package form

import (
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Param is one parameter, with all that is needed to ask for it.
type Param struct {
	Name     string
	Kind     *Kind
	Unit     string  // what is counted or measured, in words: "time", "calls"
	Default  string  // as a person would write it; "" = not set
	Min, Max float64 // of a number, as its kind counts; of a text, Max bytes
	Choices  []string
	About    string
	Example  string
}

// Bounds says in words what may be given: "between 0s and 1m0s".
func (p Param) Bounds() string { return p.Kind.Bounds(p) }

// Read reads and checks a value. Texts and choices have no number.
func (p Param) Read(s string) (float64, error) { return p.Kind.Read(p, s) }

// Unreadable is the error for a value that is not of the parameter's kind.
func (p Param) Unreadable(s string) error {
	e := sim.Invalidf("%s is not %s", p.given(s), p.Kind.What)
	if p.Example == "" {
		return e.WithFix("choose %s", p.Bounds())
	}
	return e.WithFix("%s, such as %s=%s", p.Bounds(), p.Name, p.Example)
}

// Outside is the error for a value that is out of bounds.
func (p Param) Outside(s string) error {
	return sim.Invalidf("%s is not allowed", p.given(s)).WithFix("choose %s", p.Bounds())
}

// given is a value as it was given.
func (p Param) given(s string) string { return Quote(p.Name + "=" + shown(s)) }

// shown is what was typed as it may stand in a message: short, and visible.
func shown(s string) string { return sim.Visible(s[:min(len(s), 64)]) }

// Values are the parameters of one form by name, defaults filled in. What was
// neither given nor has a default is zero.
type Values map[string]value

type value struct {
	text string
	n    float64
}

func (v Values) Has(name string) bool               { _, ok := v[name]; return ok }
func (v Values) Text(name string) string            { return v[name].text }
func (v Values) Number(name string) float64         { return v[name].n }
func (v Values) Count(name string) int              { return int(v[name].n) }
func (v Values) Duration(name string) time.Duration { return time.Duration(v[name].n) }
