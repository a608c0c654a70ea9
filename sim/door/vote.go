package door

import (
	"strconv"

	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of a vote.
const (
	MaxVoted = 9    // choices
	MaxHands = 9999 // of one choice
)

func vote() Verb {
	return Verb{
		Word:    "vote",
		Usage:   "vote <votes for 1> <votes for 2> …",
		About:   "enter the votes of the room, one number for each choice of a demo's question",
		Example: "vote 9 17 5",
		Lesson:  true,
		parse:   parseVote,
		format: func(c sim.Command) ([]string, bool) {
			v, ok := c.(sim.Vote)
			words := make([]string, len(v.Hands))
			for i, n := range v.Hands {
				words[i] = strconv.Itoa(n)
			}
			return words, ok
		},
	}
}

func parseVote(words []string) (sim.Command, error) {
	if len(words) == 0 || len(words) > MaxVoted {
		return nil, sim.Invalidf("vote takes a number for each choice, not %d", len(words))
	}
	v := sim.Vote{}
	for _, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil || n < 0 || n > MaxHands {
			return nil, sim.Invalidf("%q is not a number of votes", sim.Visible(w)).WithFix("between 0 and %d", MaxHands)
		}
		v.Hands = append(v.Hands, n)
	}
	return v, nil
}
