package fault

import (
	"maps"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// Make makes a fault of what a person wrote: its word and its parameters, those
// of its scope included. What is wrong is an [*sim.Error] of code Invalid or
// NotFound that names the nearest word, or the bounds. Every parameter is
// bounded, so that no fault can do harm outside its world.
func Make(word string, params map[string]string) (Fault, error) {
	form, err := Find(word)
	if err != nil {
		return Fault{}, err
	}
	v, err := form.read(params)
	if err != nil {
		return Fault{}, err
	}
	if err := form.consistent(params, v); err != nil {
		return Fault{}, err
	}
	return Fault{Form: form, Text: form.text(params), Scope: scopeOf(v), Effect: form.make(v)}, nil
}

// read fills in the defaults and checks every parameter.
func (f Form) read(params map[string]string) (values, error) {
	var names []string
	for _, p := range f.Params {
		names = append(names, p.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !slices.Contains(names, name) {
			return nil, sim.Unknown("parameter of "+f.Word, name, names)
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
		got, err := p.value(s)
		if err != nil {
			return nil, err
		}
		v[p.Name] = got
	}
	return v, nil
}

// consistent checks what concerns more than one parameter.
func (f Form) consistent(params map[string]string, v values) error {
	if params["jitter"] != "" && params["dist"] == "fixed" {
		return sim.Invalidf("dist=fixed has no jitter").WithFix("remove jitter, or choose dist=uniform, normal or pareto")
	}
	if params["direction"] != "" && f.Word == "latency" && v["on"].text != "wire" {
		return sim.Invalidf("a message has no direction").WithFix("use on=wire to delay bytes of one direction")
	}
	return nil
}

// scopeOf reads the parameters that every fault has.
func scopeOf(v values) Scope {
	s := Scope{Share: 1, Every: v.count("every"), First: v.count("first"), For: v.duration("for"), Seed: v.seed()}
	if share, ok := v["share"]; ok {
		s.Share = share.share
	}
	return s
}

// text is the fault as a person would write it and the door reads it, parameters in
// the order of the form.
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
