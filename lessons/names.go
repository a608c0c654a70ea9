package lessons

import (
	"maps"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// worldWords are the names in a world file, so that a lesson that names what its
// world does not have is refused when it is read.
type worldWords struct {
	name                      string
	services, links, useCases []string
	brokers                   []string
	topics                    []string
	fields                    map[string][]string // of a use case
}

// allLinks adds the ways from topics to those who hear, and those in which
// somebody outside comes in.
func (w worldWords) allLinks() []string {
	all := slices.Clone(w.links)
	for _, t := range w.topics {
		for _, s := range w.services {
			all = append(all, string(sim.Link(t, s)))
		}
	}
	for _, s := range w.services {
		all = append(all, string(sim.Link(sim.Outside, s)))
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

// wordsOf are the names of a world.
func wordsOf(spec *sim.WorldSpec) worldWords {
	w := worldWords{name: spec.Name, fields: map[string][]string{}}
	for _, s := range spec.Services {
		w.services = append(w.services, s.Name)
	}
	for _, b := range spec.Brokers {
		w.brokers = append(w.brokers, b.Name)
	}
	for _, l := range spec.Links {
		w.links = append(w.links, string(l.ID))
	}
	for _, t := range spec.Topics {
		w.topics = append(w.topics, t.Name)
	}
	for _, u := range spec.UseCases {
		w.useCases = append(w.useCases, u.Name)
		w.fields[u.Name] = slices.Sorted(maps.Keys(u.Fields))
	}
	for _, names := range [][]string{w.services, w.links, w.topics, w.useCases} {
		slices.Sort(names)
	}
	return w
}

// check refuses a command that names what the world does not have.
func (w worldWords) check(at spot, c sim.Command) error {
	service := func(target string) error {
		in, err := sim.ParseInstance(target)
		if err != nil {
			return at.wrap(err)
		}
		if boxes := slices.Concat(w.services, w.brokers); !slices.Contains(boxes, in.Service) {
			return at.unknown("service", in.Service, boxes)
		}
		return nil
	}
	switch c := c.(type) {
	case sim.Send:
		return w.useCase(at, c.UseCase, c.Fields)
	case sim.SetLoad:
		if c.UseCase == "" {
			return nil
		}
		return w.useCase(at, c.UseCase, nil)
	case sim.Aimed:
		return service(c.Aim())
	case sim.Scale:
		return service(c.Service)
	case sim.Subscribe:
		return w.subscription(at, c.Topic, c.Service)
	case sim.Unsubscribe:
		return w.subscription(at, c.Topic, c.Service)
	case sim.AlterTopic:
		return w.topic(at, c.Topic)
	case sim.Swap:
		if !slices.Contains(w.links, string(c.Link)) {
			return at.unknown("link", string(c.Link), w.links)
		}
		return nil
	default:
		return nil
	}
}

func (w worldWords) topic(at spot, topic string) error {
	if !slices.Contains(w.topics, topic) {
		return at.unknown("topic", topic, w.topics)
	}
	return nil
}

func (w worldWords) subscription(at spot, topic, service string) error {
	if err := w.topic(at, topic); err != nil {
		return err
	}
	if !slices.Contains(w.services, service) {
		return at.unknown("service", service, w.services)
	}
	return nil
}

func (w worldWords) useCase(at spot, name string, fields map[string]string) error {
	if !slices.Contains(w.useCases, name) {
		return at.unknown("use case", name, w.useCases)
	}
	for f := range fields {
		if !slices.Contains(w.fields[name], f) {
			return at.unknown("field of "+name, f, w.fields[name])
		}
	}
	return nil
}
