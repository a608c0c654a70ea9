package door

import (
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

func redrive() Verb {
	return Verb{
		Word:    "redrive",
		Usage:   "redrive <queue>",
		About:   "move messages from a dead-letter queue back to their queue",
		Example: "redrive order:notification",
		parse: func(words []string) (sim.Command, error) {
			if len(words) == 0 {
				return nil, sim.Invalidf("which queue?")
			}
			return sim.Redrive{Queue: strings.Join(words, " ")}, nil // "order:payment answers"
		},
		format: func(c sim.Command) ([]string, bool) {
			r, ok := c.(sim.Redrive)
			return []string{r.Queue}, ok
		},
		complete: func(before []string, v Vocabulary) []Suggestion {
			if len(before) > 0 {
				return nil
			}
			return each("queue", v.Queues)
		},
	}
}
