package worldfile

import (
	"maps"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/usecase"
	"go.yaml.in/yaml/v3"
)

// meaning checks what fits together within the file, and adds what is understood:
// the links of generic services.
func (p *parser) meaning(w *sim.WorldSpec) {
	if len(w.Services) == 0 {
		if len(p.errs) == 0 {
			p.note(p.at(p.place["world"], sim.Invalidf("a world needs services")))
		}
		return
	}
	names := w.Names().Services
	known := func(n *yaml.Node, s string) error {
		if slices.Contains(names, s) || slices.Contains(p.bad, s) {
			return nil
		}
		return p.at(n, sim.Unknown("service", s, names))
	}
	for _, s := range w.Services {
		for _, group := range s.Calls {
			for _, to := range group {
				if err := known(p.place["call "+s.Name+":"+to], to); err != nil {
					p.note(err)
					continue
				}
				w.AddLink(s.Name, to)
			}
		}
	}
	p.note(p.circle(w))
	for _, t := range w.Topics {
		p.note(p.topicMeaning(t, names, known))
	}
	for _, l := range w.Links {
		ends := []string{l.ID.From(), l.ID.To()}
		if _, ok := w.Topic(l.ID.To()); ok {
			ends = ends[:1]
		}
		for _, end := range ends {
			if n, ok := p.place["link "+string(l.ID)]; ok {
				p.note(known(n, end))
			}
		}
	}
	for i := range w.UseCases {
		p.note(p.useCaseMeaning(w, &w.UseCases[i], known))
	}
}

// circle refuses services that wait for each other's answers in a circle: one
// request would cause calls without end.
func (p *parser) circle(w *sim.WorldSpec) error {
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
					return p.at(p.place["call "+name+":"+to], sim.Invalidf("%s call each other in a circle, so one request would never end", strings.Join(round, "→")).
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

func (p *parser) topicMeaning(t sim.TopicSpec, services []string, known func(*yaml.Node, string) error) error {
	n := p.place["topic "+t.Name]
	if slices.Contains(services, t.Name) {
		return p.at(n, sim.Invalidf("%s is the name of a service already", t.Name))
	}
	for _, to := range t.To {
		p.note(known(n, to))
	}
	return nil
}

func (p *parser) useCaseMeaning(w *sim.WorldSpec, u *sim.UseCase, known func(*yaml.Node, string) error) error {
	n := p.place["use case "+u.Name]
	if u.From == "" || u.To == "" {
		return p.at(n, sim.Invalidf("use case %s does not say from whom to whom", u.Name).WithFix("it needs from, and one of ask, tell, raw with to"))
	}
	if err := known(n, u.From); err != nil {
		return err
	}
	if err := known(n, u.To); err != nil {
		return err
	}
	if to, _ := w.Service(u.To); to.Kind == "client" {
		return p.at(n, sim.Invalidf("%s is a client: it only sends", u.To))
	}
	for _, f := range usecase.Fields(u) {
		if _, ok := u.Fields[f]; !ok {
			return p.at(n, sim.Unknown("field", f, slices.Sorted(maps.Keys(u.Fields))))
		}
	}
	w.AddLink(u.From, u.To)
	return nil
}
