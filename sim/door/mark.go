package door

import "github.com/msc-sim/msc-sim/sim"

func mark() Verb {
	return Verb{
		Word:    "mark",
		Usage:   "mark <text>",
		About:   "write a note into the event log",
		Example: "mark the cache is empty now",
		parse: func(words []string) (sim.Command, error) {
			t, err := text(words)
			return sim.Mark{Text: t}, err
		},
		format: func(c sim.Command) ([]string, bool) {
			m, ok := c.(sim.Mark)
			return textWords(m.Text), ok
		},
	}
}
