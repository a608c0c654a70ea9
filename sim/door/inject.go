package door

import (
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

func inject() Verb {
	return Verb{
		Word:     "inject",
		Usage:    "inject <link>|<service>[#instance] <fault> [parameter=value …] [share=30%] [first=2] [every=5] [for=10s]",
		About:    "inject a fault into a link, service, queue or broker",
		Example:  "inject order:payment latency delay=300ms",
		parse:    parseInject,
		format:   formatInject,
		complete: completeInject,
	}
}

func clear() Verb {
	return Verb{
		Word:    "clear",
		Usage:   "clear <id>|<link>|<service>[#instance]|all",
		About:   "remove one fault, all faults of a target, or all faults",
		Example: "clear f1",
		parse: func(words []string) (sim.Command, error) {
			if len(words) != 1 {
				return nil, sim.Invalidf("clear takes one fault or target, or all")
			}
			t, err := aim(words[0])
			if err != nil {
				return nil, err
			}
			return sim.Clear{Target: t}, nil
		},
		format: func(c sim.Command) ([]string, bool) {
			f, ok := c.(sim.Clear)
			return []string{f.Target}, ok
		},
		complete: func(before []string, v Vocabulary) []Suggestion {
			if len(before) > 0 {
				return nil
			}
			return append(each("armed fault", v.Armed), Suggestion{"all", "all faults"})
		},
	}
}

func parseInject(words []string) (sim.Command, error) {
	plain, pairs, err := form.Pairs(words)
	if err != nil {
		return nil, err
	}
	if len(plain) != 2 {
		return nil, sim.Invalidf("inject takes a target and a fault")
	}
	at, err := aim(plain[0])
	if err != nil {
		return nil, err
	}
	if err := name(plain[1], "fault"); err != nil {
		return nil, err
	}
	return sim.Inject{Target: at, Fault: plain[1], Params: pairs}, nil
}

func formatInject(c sim.Command) ([]string, bool) {
	i, ok := c.(sim.Inject)
	words := []string{i.Target, i.Fault}
	for key, v := range i.Params {
		words = append(words, key+"="+v)
	}
	slices.Sort(words[2:])
	return words, ok
}

// aim reads what a fault is aimed at: a link, a service or an instance.
func aim(w string) (string, error) {
	if strings.ContainsAny(w, ":→>") || strings.HasSuffix(w, "-") {
		link, err := sim.ParseLink(w)
		return string(link), err
	}
	return target([]string{w})
}

func completeInject(before []string, v Vocabulary) []Suggestion {
	switch len(before) {
	case 0:
		return append(each("link", v.Links), each("service", v.Services)...)
	case 1:
		return aimable(v.Faults, before[0])
	}
	return unsaid(before[2:], valuesOf(before[1], v.Faults))
}

// aimable lists the faults that can be aimed at what was written.
func aimable(faults []form.Form, at string) (all []Suggestion) {
	for _, f := range faults {
		if f.Aims(form.Target(at)) {
			all = append(all, Suggestion{f.Word, f.About})
		}
	}
	return all
}
