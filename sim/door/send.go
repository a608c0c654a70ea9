package door

import (
	"maps"
	"slices"
	"strconv"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

func send() Verb {
	return Verb{
		Word:     "send",
		Usage:    "send <use case> [n] [field=value …]",
		About:    "send the request of a use case, once or n times in a row",
		Example:  "send order.place item=101 qty=2",
		parse:    parseSend,
		format:   formatSend,
		complete: completeSend,
	}
}

func parseSend(words []string) (sim.Command, error) {
	plain, fields, err := form.Pairs(words)
	if err != nil {
		return nil, err
	}
	if len(plain) == 0 || len(plain) > 2 {
		return nil, sim.Invalidf("send takes a use case and perhaps a number")
	}
	if err := name(plain[0], "use case"); err != nil {
		return nil, err
	}
	n := 1
	if len(plain) == 2 {
		if n, err = count(plain[1], "requests", MaxSends); err != nil {
			return nil, err
		}
	}
	return sim.Send{UseCase: plain[0], N: n, Fields: fields}, nil
}

func formatSend(c sim.Command) ([]string, bool) {
	s, ok := c.(sim.Send)
	words := []string{s.UseCase}
	if s.N > 1 {
		words = append(words, strconv.Itoa(s.N))
	}
	for _, key := range slices.Sorted(maps.Keys(s.Fields)) {
		words = append(words, key+"="+s.Fields[key])
	}
	return words, ok
}

func completeSend(before []string, v Vocabulary) []Suggestion {
	if len(before) == 0 {
		return each("use case", v.UseCases)
	}
	if v.Fields == nil {
		return nil
	}
	var fields []Suggestion
	for _, f := range v.Fields(before[0]) {
		fields = append(fields, Suggestion{f + "=", "field"})
	}
	return unsaid(before, fields)
}
