package door

import (
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// showable lists what show knows besides links.
func showable() []Suggestion {
	return []Suggestion{
		{"links", "all links with their counters"},
		{"policies", "the policies of all links, and their state"},
		{"faults", "all faults, and how many calls each one hit"},
		{"services", "all instances, with state and address"},
		{"queues", "all queues, and how many messages wait in them"},
		{"topics", "all partitions of Kafka, with offset and lag of each consumer group"},
		{"exchanges", "the exchanges of RabbitMQ and their bindings"},
		{"dead", "the messages in a dead-letter queue: show dead order:notification"},
		{"load", "the offered rate, the sent rate, and the outcomes"},
		{"world", "the world, and its counters in total"},
		{"fidelity", "what is real and what is simulated"},
		{"demo", "the position of the demo, with the speaker's notes"},
	}
}

func show() Verb {
	return Verb{
		Word:    "show",
		Usage:   "show <link>|links|policies|faults|services|queues|topics|exchanges|dead <queue>|load|world|fidelity|demo",
		About:   "show the state and the counters of a link, service or queue",
		Example: "show order:payment",
		parse:   parseShow,
		format: func(c sim.Command) ([]string, bool) {
			s, ok := c.(sim.Show)
			if s.Of != "" {
				return []string{s.What, s.Of}, ok
			}
			return []string{s.What}, ok
		},
		complete: func(before []string, v Vocabulary) []Suggestion {
			switch {
			case len(before) == 1 && before[0] == "dead":
				return each("queue", v.Queues)
			case len(before) > 0:
				return nil
			}
			return append(showable(), each("link", v.Links)...)
		},
	}
}

func parseShow(words []string) (sim.Command, error) {
	if len(words) > 1 && words[0] == "dead" {
		return sim.Show{What: "dead", Of: strings.Join(words[1:], " ")}, nil
	}
	if len(words) != 1 {
		return nil, sim.Invalidf("show takes one thing, not %d", len(words))
	}
	w := words[0]
	if w == "dead" {
		return nil, sim.Invalidf("show dead needs the name of a queue").WithFix("name a queue: show dead order:notification")
	}
	if strings.ContainsAny(w, ":→>") || strings.HasSuffix(w, "-") {
		link, err := sim.ParseLink(w)
		return sim.Show{What: string(link)}, err
	}
	var all []string
	for _, s := range showable() {
		if s.Text == w {
			return sim.Show{What: w}, nil
		}
		all = append(all, s.Text)
	}
	e := sim.Unknown("thing to show", w, all)
	if sim.Nearest(w, all) == "" {
		return nil, e.WithFix("a link such as order:payment, or one of %s", strings.Join(all, ", "))
	}
	return nil, e
}
