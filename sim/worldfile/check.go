package worldfile

import (
	"maps"
	"slices"

	"github.com/msc-sim/msc-sim/services"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
	"github.com/msc-sim/msc-sim/sim/mapping"
	"github.com/msc-sim/msc-sim/sim/usecase"
)

// Check holds a world to what the program can do: the kinds of service, the
// transports, the brokers, and the requests of its use cases. Every error says where in the
// file it is, and names the nearest word.
func Check(w *sim.WorldSpec, transports, brokers []string) error {
	var errs []error
	note := func(thing string, err error) {
		if err != nil {
			errs = append(errs, w.Places.At(thing, err))
		}
	}
	for _, s := range w.Services {
		kind, ok := services.Find(s.Kind)
		if !ok && s.Kind != "client" && s.At == "" {
			note("service "+s.Name, sim.Unknown("kind of service", s.Kind, kinds()))
		}
		for _, name := range slices.Sorted(maps.Keys(s.Settings)) {
			if !slices.ContainsFunc(kind.Settings, func(p form.Param) bool { return p.Name == name }) && ok {
				note("service "+s.Name, sim.Invalidf("%s is not a setting of the kind %s", name, s.Kind))
			}
		}
		if ok && !kind.Front && len(s.Routes)+len(s.Steps) > 0 {
			note("service "+s.Name, sim.Invalidf("only a gateway has routes and steps, and %s is of the kind %s", s.Name, s.Kind))
		}
		if ok && s.Kind != "identity" && len(s.Clients) > 0 {
			note("service "+s.Name, sim.Invalidf("only an identity service has clients, and %s is of the kind %s", s.Name, s.Kind))
		}
		if s.Queue != nil && s.Workers == 0 {
			note("service "+s.Name, sim.Invalidf("%s has a queue and no workers that would empty it", s.Name).WithFix("say how many work: workers: 10"))
		}
	}
	for _, l := range w.Links {
		if !slices.Contains(transports, l.Transport) {
			note("link "+string(l.ID), sim.Unknown("transport", l.Transport, transports))
		}
	}
	for _, b := range w.Brokers {
		if !slices.Contains(brokers, b.Name) {
			note("broker "+b.Name, sim.Unknown("broker", b.Name, brokers))
		}
	}
	for _, u := range w.UseCases {
		_, err := usecase.Request(u, nil)
		note("use case "+u.Name, err)
	}
	return mapping.Joined("the world", errs)
}

// kinds are what a service may be.
func kinds() []string {
	names := []string{"client"}
	for _, k := range services.Kinds() {
		names = append(names, k.Name)
	}
	return names
}
