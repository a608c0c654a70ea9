package door

import (
	"strconv"

	"github.com/msc-sim/msc-sim/sim"
)

func scale() Verb {
	return Verb{
		Word:    "scale",
		Usage:   "scale <service> <n>",
		About:   "run n instances of a service",
		Example: "scale payment 3",
		parse: func(words []string) (sim.Command, error) {
			if len(words) != 2 {
				return nil, sim.Invalidf("scale takes a service and a number")
			}
			if err := name(words[0], "service"); err != nil {
				return nil, err
			}
			n, err := count(words[1], "instances", sim.MaxInstances)
			return sim.Scale{Service: words[0], N: n}, err
		},
		format: func(c sim.Command) ([]string, bool) {
			s, ok := c.(sim.Scale)
			return []string{s.Service, strconv.Itoa(s.N)}, ok
		},
		complete: func(before []string, v Vocabulary) []Suggestion {
			if len(before) == 1 {
				return each("instances", []string{"1", "2", "3"})
			}
			return completeService(before, v)
		},
	}
}
