package door

import "github.com/msc-sim/msc-sim/sim"

func reset() Verb {
	return alone(Verb{
		Word: "reset", About: "restart all instances, stop the load, reset all counters", Example: "reset",
	}, sim.ResetWorld{})
}

// alone completes the row of a verb that takes no parameters.
func alone(v Verb, is sim.Command) Verb {
	v.Usage = v.Word
	v.parse = func(words []string) (sim.Command, error) {
		if len(words) > 0 {
			return nil, sim.Invalidf("%s takes nothing more, but %q follows", v.Word, words[0]).WithFix("write only: %s", v.Word)
		}
		return is, nil
	}
	v.format = func(c sim.Command) ([]string, bool) { return nil, c == is }
	return v
}
