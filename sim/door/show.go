package door

import (
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// showable lists what show knows besides links.
func showable() []Suggestion {
	return []Suggestion{
		{"links", "every link with what crossed it"},
		{"policies", "what stands around the calls of every link, and how full it is"},
		{"faults", "what goes wrong on purpose, and what it did"},
		{"services", "every instance, its state and its address"},
		{"queues", "every queue of a broker, and what waits there"},
		{"topics", "every partition in Kafka, and how far its groups have come"},
		{"exchanges", "who lets what through to which queue in RabbitMQ"},
		{"dead", "the dead letters of a queue: show dead order:notification"},
		{"load", "what is offered, what of it is sent, and what became of it"},
		{"world", "the world and how it is doing as a whole"},
		{"fidelity", "what here is real, and what is not"},
		{"demo", "where a demo stands, with the notes for its speaker"},
	}
}

func show() Verb {
	return Verb{
		Word:    "show",
		Usage:   "show <link>|links|policies|faults|services|queues|topics|exchanges|dead <queue>|load|world|fidelity|demo",
		About:   "say how something is doing, in numbers",
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
		return nil, sim.Invalidf("whose dead letters?").WithFix("name a queue: show dead order:notification")
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
