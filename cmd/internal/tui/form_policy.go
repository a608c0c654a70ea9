package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/dialog"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	"github.com/msc-sim/msc-sim/sim/world"
)

// policyTable makes guard: what stands around the calls of a link.
type policyTable struct {
	links  []string
	guards []world.Guards
}

const (
	presets   = "presets"
	presetKey = "preset="
)

func (policyTable) title() string       { return "guard" }
func (t policyTable) targets() []string { return t.links }

func (t policyTable) guard(at string) world.Guards {
	for _, g := range t.guards {
		if string(g.Link) == at {
			return g
		}
	}
	return world.Guards{Nesting: "call"}
}

func (t policyTable) now(at string) string {
	g := t.guard(at)
	if g.Preset != "" {
		return g.Nesting + "   " + g.Preset
	}
	return g.Nesting
}

func (t policyTable) words(at string) (words []formWord) {
	on := t.guard(at)
	for _, f := range policy.Forms() {
		w := formWord{Word: dialog.Word{Word: f.Word, About: f.About + ".", Group: "policies"}, fields: dialog.Fields(f.Params)}
		for _, g := range on.Policies {
			if g.Policy == f.Word {
				w.On, w.Kind = true, "stands here now"
				_, w.given, _ = policy.Parse(g.Text)
			}
		}
		words = append(words, w)
	}
	for _, p := range policy.Presets() {
		words = append(words, presetWord(p))
	}
	return words
}

func presetWord(p policy.Preset) formWord {
	return formWord{
		Word:   dialog.Word{Word: p.Word, About: p.About + ".", Group: presets, Kind: "takes the place of all policies"},
		fields: dialog.Fields(p.Row().Params),
		more: func(values map[string]string) []string {
			if values["scale"] == "classroom" {
				return append(append([]string(nil), p.Classroom...), "made small: "+p.Shrunk)
			}
			return append(append([]string(nil), p.Lines...), "as published: "+p.Source)
		},
	}
}

// preset reports whether a word of the form is one.
func (t policyTable) preset(word string) bool {
	_, err := policy.FindPreset(word)
	return err == nil
}

func (t policyTable) make(f formLine) sim.Command {
	g := sim.Guard{Link: sim.LinkID(f.at), Policy: f.word, Params: f.values}
	if t.preset(f.word) {
		g.Policy = presetKey + f.word
	}
	return g
}

func (t policyTable) check(f formLine) error {
	word := f.word
	if t.preset(word) {
		word = presetKey + word
	}
	_, _, err := policy.Stack(nil).Guard(word, f.values, policy.Deps{})
	return err
}

func (t policyTable) undo(f formLine) string {
	if t.preset(f.word) {
		return "undo with :unguard " + f.at
	}
	return "undo with :unguard " + f.at + " " + f.word
}

func unguard(at, word string) sim.Command { return sim.Unguard{Link: sim.LinkID(at), Policy: word} }

// openPolicy opens the form of policies on the selected link.
func (m *Model) openPolicy(string) tea.Cmd {
	return m.openForm(policyTable{m.run.world.Spec().Names().Links, m.run.world.Guards()}, m.run.nearestLink())
}

// nearestLink is the link that is selected, or that leads to the selected box.
func (r *running) nearestLink() string {
	box := r.sel.Box.Service
	if box == "" {
		return string(r.link())
	}
	for _, l := range r.world.Spec().Links {
		if l.ID.To() == box {
			return string(l.ID)
		}
	}
	for _, l := range r.world.Spec().Links {
		if l.ID.From() == box {
			return string(l.ID)
		}
	}
	return ""
}
