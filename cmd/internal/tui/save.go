package tui

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// saveWord begins a line of the palette that saves the session.
const saveWord = "save"

// keptDeeds is how many lines of a session are remembered.
const keptDeeds = 500

// deed is a line of the door that took effect.
type deed struct {
	at   time.Duration // on the world's clock
	line string
}

// savedMsg says where a session was saved, or why not.
type savedMsg struct {
	path string
	err  error
}

// remember keeps what changed the world, for a session that is saved.
func (r *running) remember(c sim.Command) {
	switch c.(type) {
	case sim.Show, sim.Send, sim.Predict, sim.AnswerTask, sim.Enter, sim.Next, sim.Back, sim.Hint, sim.Solve:
		return
	}
	r.deeds = append(r.deeds, deed{r.world.Now(), door.Format(c)})
	r.deeds = r.deeds[max(len(r.deeds)-keptDeeds, 0):]
}

// openSave opens the palette with a line that saves.
func (m *Model) openSave(string) tea.Cmd {
	m.openPalette("")
	o := m.over.(*paletteOver)
	o.input.SetValue(saveWord + " " + m.run.world.Spec().Name + "-1.yaml")
	o.input.CursorEnd()
	o.refresh(m)
	return nil
}

// savePath is the path of a line that saves.
func savePath(line string) (path string, ok bool) {
	word, rest, _ := strings.Cut(line, " ")
	return strings.TrimSpace(rest), word == saveWord
}

// save writes the session as a world file. A file that is there is asked about
// first: the same line again overwrites it.
func (m *Model) save(o *paletteOver, path string) tea.Cmd {
	switch {
	case path == "":
		m.trouble(sim.Invalidf("save takes the path of a file").WithFix("such as: save checkout-1.yaml"))
		return nil
	case filepath.Ext(path) != ".yaml" && filepath.Ext(path) != ".yml":
		m.trouble(sim.Invalidf("%q is not the name of a world file", path).WithFix("let it end in .yaml, so that it can be opened again"))
		return nil
	}
	over := o.again == path
	if _, err := os.Lstat(path); err == nil && !over {
		o.again = path
		m.trouble(sim.Errorf(sim.Conflict, "%s is there already", path).WithFix("enter again overwrites it, esc leaves it as it is"))
		return nil
	}
	data, err := m.run.session()
	if err != nil {
		m.trouble(err)
		return nil
	}
	m.over = nil
	return func() tea.Msg { return savedMsg{path, writeFile(path, data, over)} }
}

// saved says how it went.
func (m *Model) saved(msg savedMsg) tea.Cmd {
	if msg.err != nil {
		m.trouble(msg.err)
		return nil
	}
	m.say("saved; open it with: msc-sim playground " + sim.Visible(msg.path))
	return nil
}

// session is the world as it is now, as a file, and what was done as comments.
func (r *running) session() ([]byte, error) {
	data, err := worldfile.Write(r.changed())
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	line := func(format string, args ...any) {
		b.WriteString(strings.TrimRight("# "+fmt.Sprintf(format, args...), " ") + "\n")
	}
	line("A session in the world %s, saved after %s.", r.world.Spec().Name, sim.Human(r.world.Now()))
	line("Transports, policies and topics stand in the file as they were then.")
	if now := r.stillOn(); len(now) > 0 {
		line("")
		line("What went on then, and comes back with these lines of the door (each after a :")
		line("in the playground, or after msc-sim ctl):")
		for _, s := range now {
			line("  %s", sim.Visible(s))
		}
	}
	if len(r.deeds) > 0 {
		line("")
		line("All that was done:")
		for _, d := range r.deeds {
			line("  %9.3f s  %s", d.at.Seconds(), sim.Visible(d.line))
		}
	}
	return append([]byte(b.String()+"\n"), data...), nil
}

// changed is the world's description with the transports, policies and topics of now.
func (r *running) changed() *sim.WorldSpec {
	spec := *r.world.Spec()
	spec.Topics, spec.Links = r.world.Topics(), slices.Clone(spec.Links)
	for i := range spec.Links {
		l := &spec.Links[i]
		for _, c := range r.world.Choices(l.ID) {
			if c.Now {
				l.Transport = c.Transport
			}
		}
		for _, g := range r.world.Guards() {
			if g.Link != l.ID {
				continue
			}
			l.Policies = nil
			for _, p := range g.Policies {
				l.Policies = append(l.Policies, p.Text)
			}
		}
	}
	return &spec
}

// stillOn are the lines that bring back what a file cannot say: how many
// instances there are, faults that are armed, and load.
func (r *running) stillOn() (lines []string) {
	sizes := map[string]string{}
	for _, d := range r.deeds {
		if f := strings.Fields(d.line); len(f) == 3 && f[0] == "scale" {
			sizes[f[1]] = d.line
		}
	}
	for _, s := range r.world.Spec().Services {
		if l := sizes[s.Name]; l != "" {
			lines = append(lines, l)
		}
	}
	for _, f := range r.world.Receipts() {
		if f.Armed {
			lines = append(lines, "inject "+f.Target+" "+f.Text)
		}
	}
	for _, load := range r.player.Newest().Loads() {
		for _, d := range r.deeds { // the last one that began it knows its fields
			c, _ := door.Parse(d.line)
			if s, is := c.(sim.SetLoad); is && s.Rate == load.Rate && (s.UseCase == load.UseCase || s.UseCase == "") {
				s.UseCase, s.For = load.UseCase, 0
				load = s
			}
		}
		lines = append(lines, door.Format(load))
	}
	return lines
}

// writeFile writes a whole file or nothing. Without over, a file that is there
// stays as it is, also one that appeared a moment ago.
func writeFile(path string, data []byte, over bool) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".save-*")
	if err != nil {
		return unsaved(path, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return unsaved(path, err)
	}
	if over {
		err = os.Rename(f.Name(), path)
	} else {
		err = os.Link(f.Name(), path)
	}
	if err != nil {
		return unsaved(path, err)
	}
	return nil
}

func unsaved(path string, err error) error {
	if errors.Is(err, fs.ErrExist) {
		return sim.Errorf(sim.Conflict, "%s is there already", path).WithFix("give another name, or save again and say that it may go")
	}
	return sim.Errorf(sim.Unavailable, "%s was not saved: %w", path, err).WithFix("give the path of a file in a folder that can be written to")
}
