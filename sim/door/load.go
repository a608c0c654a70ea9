package door

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// MaxLoadTime bounds how long one load may last.
const MaxLoadTime = time.Hour

func load() Verb {
	return Verb{
		Word:     "load",
		Usage:    "load <rate>|off [use case] [arrivals=constant|poisson] [for=30s] [field=value …]",
		About:    "send requests at a fixed rate, without waiting for responses",
		Example:  "load 200/s",
		parse:    parseLoad,
		format:   formatLoad,
		complete: completeLoad,
	}
}

func parseLoad(words []string) (sim.Command, error) {
	plain, pairs, err := form.Pairs(words)
	if err != nil {
		return nil, err
	}
	if len(plain) == 0 || len(plain) > 2 {
		return nil, sim.Invalidf("load takes a rate and perhaps a use case")
	}
	var l sim.SetLoad
	if l.Rate, err = sim.ParseRate(plain[0]); err != nil {
		return nil, err
	}
	if len(plain) == 2 {
		l.UseCase = plain[1]
		if err := name(l.UseCase, "use case"); err != nil {
			return nil, err
		}
	}
	if a, ok := pairs["arrivals"]; ok {
		if l.Arrivals, err = arrivals(a); err != nil {
			return nil, err
		}
	}
	if d, ok := pairs["for"]; ok {
		if l.For, err = sim.ParseDuration(d, MaxLoadTime); err != nil {
			return nil, err
		}
	}
	delete(pairs, "arrivals")
	delete(pairs, "for")
	for _, key := range slices.Sorted(maps.Keys(pairs)) { // a misspelt parameter is no field
		if e := sim.AsError(sim.Unknown("parameter", key, []string{"arrivals", "for"})); strings.HasPrefix(e.Fix, "did you mean") && !strings.HasPrefix(pairs[key], "~") {
			return nil, e
		}
	}
	if len(pairs) > 0 {
		l.Fields = pairs
	}
	return l, nil
}

func arrivals(word string) (sim.Arrivals, error) {
	for _, a := range []sim.Arrivals{sim.Constant, sim.Poisson} {
		if a.String() == word {
			return a, nil
		}
	}
	return 0, sim.Unknown("kind of arrivals", word, []string{"constant", "poisson"})
}

func formatLoad(c sim.Command) ([]string, bool) {
	l, ok := c.(sim.SetLoad)
	words := []string{"off"}
	if l.Rate > 0 { // with all digits, so that nothing is lost on the way
		words[0] = strconv.FormatFloat(float64(l.Rate), 'g', -1, 64) + "/s"
	}
	if l.UseCase != "" {
		words = append(words, l.UseCase)
	}
	if l.Arrivals != sim.Constant {
		words = append(words, "arrivals="+l.Arrivals.String())
	}
	if l.For > 0 {
		words = append(words, "for="+l.For.String())
	}
	for _, key := range slices.Sorted(maps.Keys(l.Fields)) {
		words = append(words, key+"="+l.Fields[key])
	}
	return words, ok
}

func completeLoad(before []string, v Vocabulary) []Suggestion {
	if len(before) == 0 {
		return []Suggestion{
			{"10/s", "ten a second"},
			{"100/s", "a hundred a second"},
			{"500/s", "five hundred a second"},
			{"off", "no more"},
		}
	}
	var all []Suggestion
	if plain, _, _ := form.Pairs(before); len(plain) == 1 {
		all = each("use case", v.UseCases)
	}
	return append(all, unsaid(before, []Suggestion{
		{"arrivals=constant", "evenly spaced"},
		{"arrivals=poisson", "at random intervals, as independent users send"},
		{"for=30s", "stop after this time"},
	})...)
}
