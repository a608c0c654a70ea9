package fault

import (
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// Make makes a fault of what a person wrote: its word and its parameters, those
// of its scope included. What is wrong is an [*sim.Error] of code Invalid or
// NotFound that names the nearest word, or the bounds. Every parameter is
// bounded, so that no fault can do harm outside its world.
func Make(word string, params map[string]string) (Fault, error) {
	row, err := form.Find("fault", word, Forms())
	if err != nil {
		return Fault{}, err
	}
	given, err := row.Row().Read(params)
	if err != nil {
		return Fault{}, err
	}
	v := values{given}
	if err := row.consistent(params, v); err != nil {
		return Fault{}, err
	}
	return Fault{Form: row, Text: row.Row().Text(params), Scope: scopeOf(v), Effect: row.make(v)}, nil
}

// consistent checks what concerns more than one parameter.
func (f Form) consistent(params map[string]string, v values) error {
	if params["jitter"] != "" && params["dist"] == "fixed" {
		return sim.Invalidf("dist=fixed has no jitter").WithFix("remove jitter, or choose dist=uniform, normal or pareto")
	}
	if params["direction"] != "" && f.Word == "latency" && v.Text("on") != "wire" {
		return sim.Invalidf("a message has no direction").WithFix("use on=wire to delay bytes of one direction")
	}
	return nil
}

// scopeOf reads the parameters that every fault has.
func scopeOf(v values) Scope {
	s := Scope{Share: 1, Every: v.Count("every"), First: v.Count("first"), For: v.Duration("for"), Seed: v.seed()}
	if v.Has("share") {
		s.Share = sim.Share(v.Number("share"))
	}
	return s
}
