package lab

import (
	"github.com/msc-sim/msc-sim/sim/door"
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
