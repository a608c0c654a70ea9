package door

import (
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// showable lists what show knows besides links.
var showable = []Suggestion{
	{"links", "all links with their counters"},
	{"policies", "the policies of all links, and their state"},
	{"faults", "all faults, and how many calls each one hit"},
	{"services", "all instances, with state and address"},
	{"routes", "the routes of gateways, and what became of their requests"},
	{"queues", "all queues, and how many messages wait in them"},
	{"topics", "all partitions of Kafka, with offset and lag of each consumer group"},
	{"exchanges", "the exchanges of RabbitMQ and their bindings"},
	{dead, "the messages in a dead-letter queue: show dead order:notification"},
	{"load", "the offered rate, the sent rate, and the outcomes"},
	{"world", "the world, and its counters in total"},
	{"fidelity", "what is real and what is simulated"},
	{"demo", "the position of the demo, with the speaker's notes"},
}

const dead = "dead"

var (
	shown = arg{read: readShown, suggest: func(_ []string, v Vocabulary) []Suggestion {
		return append(showable[:len(showable):len(showable)], each("link", v.Links)...)
	}}
	deadQueue = arg{
		read: filled("which queue?"), rest: true, optional: true,
		suggest: func(said []string, v Vocabulary) []Suggestion {
			if said[0] != dead {
				return nil
			}
			return queues(said, v)
		},
	}
)

func readShown(w string) (string, error) {
	if strings.ContainsAny(w, ":→>") || strings.HasSuffix(w, "-") {
		return linkNamed(w)
	}
	var all []string
	for _, s := range showable {
		if s.Text == w {
			return w, nil
		}
		all = append(all, s.Text)
	}
	e := sim.Unknown("thing to show", w, all)
	if sim.Nearest(w, all) == "" {
		return "", e.WithFix("a link such as order:payment, or one of %s", strings.Join(all, ", "))
	}
	return "", e
}

func checkShow(c sim.Command) error {
	switch s := c.(sim.Show); {
	case s.What == dead && s.Of == "":
		return sim.Invalidf("show dead needs the name of a queue").WithFix("name a queue: show dead order:notification")
	case s.What != dead && s.Of != "":
		return sim.Invalidf("show takes one thing, but %q follows", s.Of)
	}
	return nil
}
