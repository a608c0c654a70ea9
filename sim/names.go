package sim

import (
	"maps"
	"slices"
	"strings"
)

// Names are the names of a world, in the order of its file.
type Names struct {
	Services []string            `json:"services"`
	Links    []string            `json:"links"`
	UseCases []string            `json:"use_cases"`
	Fields   map[string][]string `json:"fields"` // of every use case
	Topics   []string            `json:"topics,omitempty"`
	Queues   []string            `json:"queues"`            // that there may be: of a link, or of who hears of a topic
	Clients  []string            `json:"clients,omitempty"` // that may log in
	Brokers  []string            `json:"-"`                 // that the file lists
}

// Names lists what the world has.
func (w *WorldSpec) Names() Names {
	n := Names{Fields: map[string][]string{}}
	for _, s := range w.Services {
		n.Services = append(n.Services, s.Name)
		for _, line := range s.Clients {
			name, _, _ := strings.Cut(line, " ")
			n.Clients = append(n.Clients, name)
		}
	}
	for _, l := range w.Links {
		n.Links = append(n.Links, string(l.ID))
		if _, published := w.Topic(l.ID.To()); !published {
			n.Queues = append(n.Queues, string(l.ID))
		}
	}
	for _, t := range w.Topics {
		n.Topics = append(n.Topics, t.Name)
		for _, service := range t.To {
			n.Queues = append(n.Queues, string(Link(t.Name, service)))
		}
	}
	for _, u := range w.UseCases {
		n.UseCases = append(n.UseCases, u.Name)
		n.Fields[u.Name] = slices.Sorted(maps.Keys(u.Fields))
	}
	for _, b := range w.Brokers {
		n.Brokers = append(n.Brokers, b.Name)
	}
	return n
}
