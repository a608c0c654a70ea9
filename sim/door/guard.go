package door

import (
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// presetKey stands before the name of a preset: preset=hystrix.
const presetKey = "preset"

func guard() Verb {
	return Verb{
		Word:     "guard",
		Usage:    "guard <link> <policy>|preset=<name> [parameter=value …]",
		About:    "apply a policy, or a preset of several, to the calls of a link",
		Example:  "guard order:payment retry tries=3",
		parse:    parseGuard,
		format:   formatGuard,
		complete: completeGuard,
	}
}

func unguard() Verb {
	return Verb{
		Word:    "unguard",
		Usage:   "unguard <link> [policy]",
		About:   "remove one policy from a link, or all of them",
		Example: "unguard order:payment retry",
		parse:   parseUnguard,
		format: func(c sim.Command) ([]string, bool) {
			u, ok := c.(sim.Unguard)
			words := []string{string(u.Link)}
			if u.Policy != "" {
				words = append(words, u.Policy)
			}
			return words, ok
		},
		complete: func(before []string, v Vocabulary) []Suggestion {
			switch len(before) {
			case 0:
				return each("link", v.Links)
			case 1:
				return policyWords(v)
			default:
				return nil
			}
		},
	}
}

func parseGuard(words []string) (sim.Command, error) {
	plain, pairs, err := form.Pairs(words)
	if err != nil {
		return nil, err
	}
	preset, given := pairs[presetKey]
	if given {
		plain = append(plain, presetKey+"="+preset)
		delete(pairs, presetKey)
	}
	if len(plain) != 2 {
		return nil, sim.Invalidf("guard takes a link, and a policy or preset=<name>")
	}
	link, err := sim.ParseLink(plain[0])
	if err != nil {
		return nil, err
	}
	what := plain[1]
	if given {
		what = preset
	}
	if err := name(what, "policy"); err != nil {
		return nil, err
	}
	if len(pairs) == 0 {
		pairs = nil
	}
	return sim.Guard{Link: link, Policy: plain[1], Params: pairs}, nil
}

func formatGuard(c sim.Command) ([]string, bool) {
	g, ok := c.(sim.Guard)
	words := []string{string(g.Link), g.Policy}
	var pairs []string
	for key, v := range g.Params {
		pairs = append(pairs, key+"="+v)
	}
	slices.Sort(pairs)
	return append(words, pairs...), ok
}

func parseUnguard(words []string) (sim.Command, error) {
	if len(words) == 0 || len(words) > 2 {
		return nil, sim.Invalidf("unguard takes a link and perhaps a policy")
	}
	link, err := sim.ParseLink(words[0])
	if err != nil {
		return nil, err
	}
	u := sim.Unguard{Link: link}
	if len(words) == 2 {
		u.Policy = words[1]
		err = name(u.Policy, "policy")
	}
	if err != nil {
		return nil, err
	}
	return u, nil
}

func completeGuard(before []string, v Vocabulary) []Suggestion {
	switch {
	case len(before) == 0:
		return each("link", v.Links)
	case len(before) == 1:
		all := policyWords(v)
		for _, p := range v.Presets {
			all = append(all, Suggestion{presetKey + "=" + p.Word, p.About})
		}
		return all
	}
	if preset, ok := strings.CutPrefix(before[1], presetKey+"="); ok {
		return unsaid(before[2:], valuesOf(preset, v.Presets))
	}
	return unsaid(before[2:], valuesOf(before[1], v.Policies))
}

func policyWords(v Vocabulary) (all []Suggestion) {
	for _, p := range v.Policies {
		all = append(all, Suggestion{p.Word, p.About})
	}
	return all
}
