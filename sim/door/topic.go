package door

import (
	"strconv"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

func topic() Verb {
	return Verb{
		Word:    "topic",
		Usage:   "topic <topic> [partitions=<n>] [replicas=<n>]",
		About:   "give a topic more partitions or replicas while it is in use",
		Example: "topic order-created partitions=4",
		parse: func(words []string) (sim.Command, error) {
			plain, numbers, err := form.Pairs(words, "partitions", "replicas")
			if err != nil {
				return nil, err
			}
			if len(plain) != 1 {
				return nil, sim.Invalidf("topic takes a topic and a setting")
			}
			if err := name(plain[0], "topic"); err != nil {
				return nil, err
			}
			if len(numbers) == 0 {
				return nil, sim.Invalidf("topic %s needs a setting", plain[0]).WithFix("such as: topic %s partitions=4", plain[0])
			}
			return alter(plain[0], numbers)
		},
		format: func(c sim.Command) ([]string, bool) {
			t, ok := c.(sim.AlterTopic)
			words := []string{t.Topic}
			if t.Partitions > 0 {
				words = append(words, "partitions="+strconv.Itoa(t.Partitions))
			}
			if t.Replicas > 0 {
				words = append(words, "replicas="+strconv.Itoa(t.Replicas))
			}
			return words, ok
		},
		complete: func(before []string, v Vocabulary) []Suggestion {
			if len(before) == 0 {
				return each("topic", v.Topics)
			}
			return unsaid(before, []Suggestion{
				{"partitions=4", "how many consumers can work in parallel; partitions cannot be removed"},
				{"replicas=3", "how many nodes store each message"},
			})
		},
	}
}

// alter reads the numbers of a topic.
func alter(topic string, numbers map[string]string) (sim.Command, error) {
	c := sim.AlterTopic{Topic: topic}
	for _, n := range []struct {
		key  string
		at   *int
		most int
	}{{"partitions", &c.Partitions, sim.MaxPartitions}, {"replicas", &c.Replicas, sim.MaxReplicas}} {
		said, ok := numbers[n.key]
		if !ok {
			continue
		}
		var err error
		if *n.at, err = count(said, n.key, n.most); err != nil {
			return nil, err
		}
	}
	return c, nil
}
