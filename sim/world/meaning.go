package world

import (
	"slices"

	"github.com/msc-sim/msc-sim/sim"
	"go.yaml.in/yaml/v3"
)

// meaning checks what fits together, and adds what is understood: the links of
// generic services, and a name.
func (p *parser) meaning(w *sim.WorldSpec) error {
	if len(w.Services) == 0 {
		return p.at(p.place["world"], sim.Invalidf("a world needs services"))
	}
	names := make([]string, len(w.Services))
	for i, s := range w.Services {
		names[i] = s.Name
	}
	known := func(n *yaml.Node, s string) error {
		if !slices.Contains(names, s) {
			return p.at(n, sim.Unknown("service", s, names))
		}
		return nil
	}
	for _, s := range w.Services {
		for _, group := range s.Calls {
			for _, to := range group {
				if err := known(p.place["call "+s.Name+":"+to], to); err != nil {
					return err
				}
				w.AddLink(s.Name, to)
			}
		}
	}
	for _, t := range w.Topics {
		if err := p.topicMeaning(t, names, known); err != nil {
			return err
		}
	}
	for _, l := range w.Links {
		ends := []string{l.ID.From(), l.ID.To()}
		if _, ok := w.Topic(l.ID.To()); ok {
			ends = ends[:1]
		}
		for _, end := range ends {
			if err := known(p.place["link "+string(l.ID)], end); err != nil {
				return err
			}
		}
	}
	for i := range w.UseCases {
		if err := p.useCaseMeaning(w, &w.UseCases[i], known); err != nil {
			return err
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
		if err := known(n, to); err != nil {
			return err
		}
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
	if u.Deadline <= 0 {
		return p.at(n, sim.Invalidf("a deadline must be above 0"))
	}
	for _, f := range fieldsOf(u) {
		if _, ok := u.Fields[f]; !ok {
			return p.at(n, sim.Unknown("field", f, keys(u.Fields)))
		}
	}
	w.AddLink(u.From, u.To)
	return nil
}
