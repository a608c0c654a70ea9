package lessons

import (
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// worldWords are the names in a world file, so that a lesson that names what its
// world does not have is refused when it is read.
type worldWords struct {
	name string
	sim.Names
}

// allLinks adds the ways from topics to those who hear, and those in which
// somebody outside comes in.
func (w worldWords) allLinks() []string {
	all := slices.Clone(w.Links)
	for _, s := range w.Services {
		for _, t := range append([]string{sim.Outside}, w.Topics...) {
			all = append(all, string(sim.Link(t, s)))
		}
	}
	return all
}

// readWorld reads a world file, and counts the lines of it that say something.
func readWorld(file string, data []byte) (spec *sim.WorldSpec, lines int, err error) {
	s, err := read(file, data)
	if err != nil {
		return nil, 0, err
	}
	for _, l := range s.lines {
		if t := strings.TrimSpace(l); t != "" && !strings.HasPrefix(t, "#") {
			lines++
		}
	}
	spec, err = worldfile.Parse(file, data)
	return spec, lines, err
}

// check refuses a command that names what the world does not have.
func (w worldWords) check(at spot, c sim.Command) error {
	for _, n := range door.Names(c) {
		name, all := n.Name, []string(nil)
		switch n.What {
		case "service":
			all = w.Services
		case "instance":
			in, err := sim.ParseInstance(name)
			if err != nil {
				return at.wrap(err)
			}
			n.What, name, all = "service", in.Service, slices.Concat(w.Services, w.Brokers)
		case "link":
			all = w.Links
		case "topic":
			all = w.Topics
		case "use case":
			all = w.UseCases
		}
		if !slices.Contains(all, name) {
			return at.unknown(n.What, name, all)
		}
	}
	if s, ok := c.(sim.Send); ok {
		for f := range s.Fields {
			if !slices.Contains(w.Fields[s.UseCase], f) {
				return at.unknown("field of "+s.UseCase, f, w.Fields[s.UseCase])
			}
		}
	}
	return nil
}
