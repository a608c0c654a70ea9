package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/part"
	"github.com/msc-sim/msc-sim/cmd/internal/tui/scene/dialog"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// wayTable makes swap: how the messages of a link travel.
type wayTable struct {
	links []string
	world World
}

func (wayTable) title() string       { return "travel" }
func (t wayTable) targets() []string { return t.links }

func (t wayTable) now(at string) string {
	for _, c := range t.world.Choices(sim.LinkID(at)) {
		if c.Now {
			return "uses " + part.TransportWord(c.Transport) + "; a swap loses no call"
		}
	}
	return ""
}

func (t wayTable) words(at string) (words []formWord) {
	for _, c := range t.world.Choices(sim.LinkID(at)) {
		w := dialog.Word{Word: c.Transport, About: lab.Can(c.Transport).About, Why: sim.Visible(c.Why), On: c.Now}
		if c.Why == "" {
			w.About += promised(c.Promise)
		}
		if c.Now {
			w.Kind = "uses it now"
		}
		words = append(words, formWord{Word: w})
	}
	return words
}

// promised lists what a transport promises of a message.
func promised(p sim.Promise) string {
	text := "\n"
	for _, x := range [...]struct{ what, is string }{
		{"stored in", p.Keeper}, {"sequence", p.Order}, {"delivered twice", p.Again}, {"replay", p.Replay},
	} {
		if x.is != "" {
			text += "\n- **" + x.what + "**: " + sim.Visible(x.is)
		}
	}
	return text
}

// changedBy says in a line what a swap changed for the messages of a link.
func changedBy(changes []string) string {
	if len(changes) == 0 {
		return ""
	}
	var what []string
	for _, c := range changes {
		name, _, _ := strings.Cut(c, ":")
		what = append(what, name)
	}
	return "changed for its messages: " + strings.Join(what, ", ") + "; t says how it is now"
}

func (wayTable) make(f formLine) sim.Command {
	return sim.Swap{Link: sim.LinkID(f.at), Transport: f.word}
}

// check says why a link cannot take a transport.
func (t wayTable) check(f formLine) error {
	for _, c := range t.world.Choices(sim.LinkID(f.at)) {
		if c.Transport == f.word && c.Why != "" {
			return sim.Invalidf("%s", c.Why)
		}
	}
	return nil
}

func (t wayTable) undo(f formLine) string {
	for _, c := range t.world.Choices(sim.LinkID(f.at)) {
		if c.Now && c.Transport == f.word {
			return "it takes this way already"
		}
		if c.Now {
			return "undo with :swap " + f.at + " " + c.Transport
		}
	}
	return ""
}

// ways are the transports that a link could be swapped to, for the palette.
func (r *running) ways(link string) (all []door.Suggestion) {
	for _, c := range r.world.Choices(sim.LinkID(link)) {
		if !c.Now && c.Why == "" {
			all = append(all, door.Suggestion{Text: c.Transport, About: "a transport that " + link + " can take"})
		}
	}
	return all
}

// openWay opens the form of transports on the selected link.
func (m *Model) openWay(string) tea.Cmd {
	return m.openForm(wayTable{m.run.world.Spec().Names().Links, m.run.world}, m.run.nearestLink())
}
