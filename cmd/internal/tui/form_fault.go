package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/dialog"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/fault"
	"github.com/msc-sim/msc-sim/sim/form"
)

// faultTable makes inject: what goes wrong on purpose.
type faultTable struct{ links, services []string }

func (faultTable) title() string { return "break" }
func (t faultTable) targets() []string {
	return append(append([]string(nil), t.links...), t.services...)
}

func (faultTable) now(string) string { return "inject a fault into a link, service, queue or broker" }

func (faultTable) undo(formLine) string {
	return "c clears it again; its receipt stands in the panel of faults"
}

// words lists the faults by where they stand; within that in their own order.
func (faultTable) words(at string) (words []formWord) {
	forms := fault.Forms()
	slices.SortStableFunc(forms, func(a, b fault.Form) int { return int(a.Level) - int(b.Level) })
	for _, f := range forms {
		if !f.Row().Aims(form.Target(at)) {
			continue
		}
		words = append(words, formWord{
			Word:   dialog.Word{Word: f.Word, About: f.About + ".", Group: f.Level.String(), Kind: "counted per " + f.Unit},
			fields: dialog.Fields(f.Params),
		})
	}
	return words
}

func (faultTable) make(f formLine) sim.Command {
	return sim.Inject{Target: f.at, Fault: f.word, Params: f.values}
}

func (faultTable) check(f formLine) error {
	_, err := fault.Make(f.word, f.values)
	return err
}

// openFault opens the form of faults on what is selected.
func (m *Model) openFault(string) tea.Cmd {
	t := faultTable{links: m.run.world.Spec().Names().Links}
	for _, s := range m.run.world.Spec().Services {
		if s.Kind != "client" {
			t.services = append(t.services, s.Name)
		}
	}
	at := string(m.run.link())
	if b := m.run.sel.Box; b.Service != "" {
		at = b.String()
		if spec, ok := m.run.world.Spec().Service(b.Service); ok && spec.Instances < 2 {
			at = b.Service
		} else {
			t.services = append([]string{at}, t.services...)
		}
	}
	return m.openForm(t, at)
}
