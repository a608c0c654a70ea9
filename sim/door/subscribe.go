package door

import "github.com/msc-sim/msc-sim/sim"

func subscribe() Verb {
	return Verb{
		Word:    "subscribe",
		Usage:   "subscribe <topic> <service> [from=now|beginning]",
		About:   "subscribe a service to a topic, or let it read the topic again from the beginning",
		Example: "subscribe order-created analytics from=beginning",
		parse: func(words []string) (sim.Command, error) {
			if len(words) < 2 || len(words) > 3 {
				return nil, sim.Invalidf("subscribe takes a topic and a service")
			}
			c := sim.Subscribe{Topic: words[0], Service: words[1]}
			if err := names(words[:2], "topic", "service"); err != nil {
				return nil, err
			}
			if len(words) == 2 {
				return c, nil
			}
			switch words[2] {
			case "from=now":
			case "from=beginning":
				c.From = sim.FromBeginning
			default:
				return nil, sim.Unknown("place to begin", words[2], []string{"from=now", "from=beginning"})
			}
			return c, nil
		},
		format: func(c sim.Command) ([]string, bool) {
			s, ok := c.(sim.Subscribe)
			words := []string{s.Topic, s.Service}
			if s.From != sim.FromNow {
				words = append(words, "from="+s.From.String())
			}
			return words, ok
		},
		complete: func(before []string, v Vocabulary) []Suggestion {
			if len(before) == 2 {
				return []Suggestion{
					{"from=beginning", "all stored messages, then the new ones"},
					{"from=now", "only messages that are published from now on"},
				}
			}
			return completeTopic(before, v)
		},
	}
}

func unsubscribe() Verb {
	return Verb{
		Word:    "unsubscribe",
		Usage:   "unsubscribe <topic> <service>",
		About:   "end the subscription of a service; messages that wait for it are deleted",
		Example: "unsubscribe order-created analytics",
		parse: func(words []string) (sim.Command, error) {
			if len(words) != 2 {
				return nil, sim.Invalidf("unsubscribe takes a topic and a service")
			}
			return sim.Unsubscribe{Topic: words[0], Service: words[1]}, names(words, "topic", "service")
		},
		format: func(c sim.Command) ([]string, bool) {
			s, ok := c.(sim.Unsubscribe)
			return []string{s.Topic, s.Service}, ok
		},
		complete: completeTopic,
	}
}

// names checks words that name things of a world.
func names(words []string, what ...string) error {
	for i, w := range words {
		if err := name(w, what[i]); err != nil {
			return err
		}
	}
	return nil
}

func completeTopic(before []string, v Vocabulary) []Suggestion {
	switch len(before) {
	case 0:
		return each("topic", v.Topics)
	case 1:
		return each("service", v.Services)
	default:
		return nil
	}
}
