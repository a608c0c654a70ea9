package lab

import (
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/policy"
)

// Policies are the policies that guard can put on a link, for whoever completes a
// line of the door.
func Policies() []door.Word {
	var all []door.Word
	for _, f := range policy.Forms() {
		w := door.Word{Word: f.Word, About: f.About}
		for _, p := range f.Params {
			w.Params = append(w.Params, door.Suggestion{Text: p.Name + "=" + p.Example, About: p.About})
		}
		all = append(all, w)
	}
	return all
}

// Presets are the presets that guard can put on a link.
func Presets() []door.Word {
	var all []door.Word
	for _, p := range policy.Presets() {
		all = append(all, door.Word{Word: p.Word, About: p.About})
	}
	return all
}

// Faults are the words of inject, from the table of faults.
func Faults() []door.Word {
	var all []door.Word
	for _, f := range fault.Forms() {
		w := door.Word{Word: f.Word, About: f.About}
		for _, t := range f.Targets {
			w.Targets = append(w.Targets, string(t))
		}
		for _, p := range f.Params {
			values := p.Choices
			if len(values) == 0 {
				values = []string{p.Example}
			}
			for _, v := range values {
				w.Params = append(w.Params, door.Suggestion{Text: p.Name + "=" + v, About: p.About + " (" + p.Bounds() + ")"})
			}
		}
		all = append(all, w)
	}
	return all
}
