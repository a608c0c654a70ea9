package worldfile

import (
	"slices"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/usecase"
)

// Check holds a world to what the program can do: the kinds of service, the
// transports, and the requests of its use cases. Every error says where in the
// file it is, and names the nearest word.
func Check(w *sim.WorldSpec, kinds, transports []string) error {
	var errs []error
	note := func(thing string, err error) {
		if err != nil {
			errs = append(errs, w.Places.At(thing, err))
		}
	}
	for _, s := range w.Services {
		if s.Kind != "client" && s.At == "" && !slices.Contains(kinds, s.Kind) {
			note("service "+s.Name, sim.Unknown("kind of service", s.Kind, append(slices.Clone(kinds), "client")))
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
	for _, u := range w.UseCases {
		_, err := usecase.Request(u, nil)
		note("use case "+u.Name, err)
	}
	return joined("the world", errs)
}
