package worldfile

import (
	"maps"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/gateway"
	"github.com/msc-sim/msc-sim/sim/mapping"
	"github.com/msc-sim/msc-sim/sim/usecase"
	"go.yaml.in/yaml/v3"
)

// meaning checks what fits together within the file, and adds what is understood:
// the links of generic services.
func meaning(p *mapping.Reader, w *sim.WorldSpec) {
	if len(w.Services) == 0 {
		if len(p.Errors) == 0 {
			p.Note(p.At(p.Places["world"], sim.Invalidf("a world needs services")))
		}
		return
	}
	names := w.Names().Services
	known := func(n *yaml.Node, s string) error {
		if slices.Contains(names, s) || slices.Contains(p.Refused, s) {
			return nil
		}
		return p.At(n, sim.Unknown("service", s, names))
	}
	for _, s := range w.Services {
		for _, group := range s.Calls {
			for _, to := range group {
				if err := known(p.Places["call "+s.Name+":"+to], to); err != nil {
					p.Note(err)
					continue
				}
				w.AddLink(s.Name, to)
			}
		}
	}
	for _, s := range w.Services {
		for _, to := range gateway.Targets(s) {
			if err := known(p.Places["routes "+s.Name], to); err != nil {
				p.Note(err)
				continue
			}
			w.AddLink(s.Name, to)
		}
	}
	p.Note(circle(p, w))
	for _, t := range w.Topics {
		p.Note(topicMeaning(p, t, names, known))
	}
	for _, l := range w.Links {
		ends := []string{l.ID.From(), l.ID.To()}
		if _, ok := w.Topic(l.ID.To()); ok {
			ends = ends[:1]
		}
		for _, end := range ends {
			if n, ok := p.Places["link "+string(l.ID)]; ok {
				p.Note(known(n, end))
			}
		}
	}
	for i := range w.UseCases {
		p.Note(useCaseMeaning(p, w, &w.UseCases[i], known))
	}
}

// circle refuses services that wait for each other's answers in a circle: one
// request would cause calls without end.
func circle(p *mapping.Reader, w *sim.WorldSpec) error {
	const (
		unseen = iota
		open   // on the path that is looked at
		done
	)
	state := map[string]int{}
	var path []string
	var visit func(name string) error
	visit = func(name string) error {
		state[name] = open
		path = append(path, name)
		s, _ := w.Service(name)
		for _, group := range s.Calls {
			for _, to := range group {
				switch state[to] {
				case open:
					round := append(slices.Clone(path[slices.Index(path, to):]), to)
					return p.At(p.Places["call "+name+":"+to], sim.Invalidf("%s call each other in a circle, so one request would never end", strings.Join(round, "→")).
						WithFix("take one of these calls out, or publish an event instead"))
				case unseen:
					if err := visit(to); err != nil {
						return err
					}
				}
			}
		}
		path = path[:len(path)-1]
		state[name] = done
		return nil
	}
	for _, s := range w.Services {
		if state[s.Name] == unseen {
			if err := visit(s.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

func topicMeaning(p *mapping.Reader, t sim.TopicSpec, services []string, known func(*yaml.Node, string) error) error {
	n := p.Places["topic "+t.Name]
	if slices.Contains(services, t.Name) {
		return p.At(n, sim.Invalidf("%s is the name of a service already", t.Name))
	}
	for _, to := range t.To {
		p.Note(known(n, to))
	}
	return nil
}

func useCaseMeaning(p *mapping.Reader, w *sim.WorldSpec, u *sim.UseCase, known func(*yaml.Node, string) error) error {
	n := p.Places["use case "+u.Name]
	if u.From == "" || u.To == "" {
		return p.At(n, sim.Invalidf("use case %s does not say from whom to whom", u.Name).WithFix("it needs from, and one of ask, tell, raw with to"))
	}
	if err := known(n, u.From); err != nil {
		return err
	}
	if err := known(n, u.To); err != nil {
		return err
	}
	if to, _ := w.Service(u.To); to.Kind == "client" {
		return p.At(n, sim.Invalidf("%s is a client: it only sends", u.To))
	}
	for _, f := range usecase.Fields(u) {
		if _, ok := u.Fields[f]; !ok {
			return p.At(n, sim.Unknown("field", f, slices.Sorted(maps.Keys(u.Fields))))
		}
	}
	w.AddLink(u.From, u.To)
	return nil
}
