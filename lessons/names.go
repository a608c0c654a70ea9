package lessons

import (
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/msc-sim/msc-sim/sim"
)

// worldWords are the names in a world file, so that a lesson that names what its
// world does not have is refused when it is read.
type worldWords struct {
	name                      string
	services, links, useCases []string
	brokers                   []string
	topics                    []string
	heard                     []string            // links from a topic to whoever may hear of it
	fields                    map[string][]string // of a use case
}

// allLinks adds the ways from topics to those who hear, and those in which
// somebody outside comes in.
func (w worldWords) allLinks() []string {
	all := slices.Concat(w.links, w.heard)
	for _, s := range w.services {
		all = append(all, string(sim.Link(sim.Outside, s)))
	}
	return all
}

// readWorldWords takes the names from a world file and leaves the rest to sim/world.
func readWorldWords(file string, data []byte) (w worldWords, lines int, err error) {
	s, err := read(file, data)
	if err != nil {
		return w, 0, err
	}
	var doc struct {
		Name     string `yaml:"name"`
		Services map[string]struct {
			Calls yaml.Node `yaml:"calls"`
		} `yaml:"services"`
		Brokers  []string             `yaml:"brokers"`
		Links    map[string]yaml.Node `yaml:"links"`
		Topics   map[string]yaml.Node `yaml:"topics"`
		UseCases map[string]struct {
			From   string               `yaml:"from"`
			To     string               `yaml:"to"`
			Ask    string               `yaml:"ask"`
			Tell   string               `yaml:"tell"`
			Fields map[string]yaml.Node `yaml:"fields"`
		} `yaml:"use_cases"`
	}
	if err := yaml.NewDecoder(strings.NewReader(string(data))).Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return w, 0, spot{file: file}.invalid("%s", strings.TrimPrefix(firstLine(err.Error()), "yaml: "))
	}
	w = worldWords{
		name: doc.Name, brokers: doc.Brokers, services: slices.Sorted(maps.Keys(doc.Services)),
		useCases: slices.Sorted(maps.Keys(doc.UseCases)), fields: map[string][]string{},
		topics: slices.Sorted(maps.Keys(doc.Topics)),
	}
	for i, b := range w.brokers { // nats nodes=3
		w.brokers[i], _, _ = strings.Cut(b, " ")
	}
	w.hear()
	for l := range doc.Links {
		id, err := sim.ParseLink(l)
		if err != nil {
			return w, 0, spot{file: file}.wrap(err)
		}
		w.links = append(w.links, string(id))
	}
	for name, s := range doc.Services {
		for _, to := range scalars(&s.Calls) {
			w.links = append(w.links, string(sim.Link(name, to)))
		}
	}
	for name, u := range doc.UseCases {
		w.fields[name] = slices.Sorted(maps.Keys(u.Fields))
		to, _, _ := strings.Cut(u.To+u.Ask+u.Tell, ".")
		w.links = append(w.links, string(sim.Link(u.From, to)))
	}
	slices.Sort(w.links)
	w.links = slices.Compact(w.links)
	for _, l := range s.lines {
		if t := strings.TrimSpace(l); t != "" && !strings.HasPrefix(t, "#") {
			lines++
		}
	}
	return w, lines, nil
}

// hear names the links from every topic to every service.
func (w *worldWords) hear() {
	for _, t := range w.topics {
		for _, s := range w.services {
			w.heard = append(w.heard, string(sim.Link(t, s)))
		}
	}
}

// scalars are the words in a list of lists.
func scalars(n *yaml.Node) (all []string) {
	if n.Kind == yaml.ScalarNode {
		return []string{n.Value}
	}
	for _, c := range n.Content {
		all = append(all, scalars(c)...)
	}
	return all
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
	case sim.Kill:
		return service(c.Target)
	case sim.Start:
		return service(c.Target)
	case sim.Restart:
		return service(c.Target)
	case sim.Pause:
		return service(c.Target)
	case sim.Resume:
		return service(c.Target)
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
