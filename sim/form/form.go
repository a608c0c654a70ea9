// Package form is how msc-sim asks for things: a word with parameters, such as a
// fault, a policy or a kind of service. Parsing, bounds, errors, help, completion
// and the fields of dialogs are made from its rows, so that they agree.
//
//	latency delay=300ms share=30%
//	 word    parameter
package form

import (
	"maps"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// Form is a word with its parameters.
type Form struct {
	Word    string
	About   string   // what it does, in a few words
	Targets []string // what it can be aimed at; nil = at anything
	Params  []Param
	Example string // a line of the door that works in the world checkout
}

// What a form can be aimed at.
const (
	Link     = "link"
	Service  = "service"
	Instance = "instance"
	Broker   = "broker" // or a node of it: "kafka#2"
)

// Target says what a name is the name of: "order:payment" is a link, "payment#2"
// an instance, and what else there is a service.
func Target(name string) string {
	switch {
	case strings.ContainsAny(name, ":→>"):
		return Link
	case strings.Contains(name, "#"):
		return Instance
	default:
		return Service
	}
}

// Row is the form itself, for [Find] and [All]: a row of a table may know more.
func (f Form) Row() Form { return f }

// Aims reports whether the form can be aimed at a target; without any, at all.
func (f Form) Aims(target string) bool { return f.Targets == nil || slices.Contains(f.Targets, target) }

// Rower is a row of a table of words.
type Rower interface{ Row() Form }

// All are the forms of a table.
func All[R Rower](rows []R) []Form {
	all := make([]Form, len(rows))
	for i, r := range rows {
		all[i] = r.Row()
	}
	return all
}

// Find finds the row of a word; the error names the nearest one. What names the
// kind of row: "fault".
func Find[R Rower](what, word string, rows []R) (found R, err error) {
	words := make([]string, len(rows))
	for i, r := range rows {
		if words[i] = r.Row().Word; words[i] == word {
			return r, nil
		}
	}
	return found, sim.Unknown(what, shown(word), words)
}

// Has reports whether the form has a parameter of that name.
func (f Form) Has(name string) bool { return slices.Contains(f.names(), name) }

func (f Form) names() []string {
	names := make([]string, len(f.Params))
	for i, p := range f.Params {
		names[i] = p.Name
	}
	return names
}

// Read checks what was given for the parameters, and fills in the defaults. What
// is wrong is an [*sim.Error] that names the nearest parameter, or the bounds.
func (f Form) Read(given map[string]string) (Values, error) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !f.Has(name) {
			return nil, sim.Unknown("parameter of "+f.Word, shown(name), f.names())
		}
	}
	v := Values{}
	for _, p := range f.Params {
		s, said := given[p.Name]
		if !said {
			s = p.Default
		}
		if s == "" && !said {
			continue
		}
		n, err := p.Read(s)
		if err != nil {
			return nil, err
		}
		v[p.Name] = value{s, n}
	}
	return v, nil
}

// Text is the form as a person would write it and the door reads it, parameters
// in the order of the form.
func (f Form) Text(given map[string]string) string {
	words := []string{f.Word}
	for _, p := range f.Params {
		if s, ok := given[p.Name]; ok {
			words = append(words, p.Name+"="+s)
		}
	}
	return Join(words)
}
