package lab_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// Every part of which something is told exists, and something is told of each.
func TestLimitsAreOfWhatThereIs(t *testing.T) {
	parts := map[string]bool{"services": false, "network": false, "rest": false, "grpc": false, "stores": false, "brokers": false, "attached": false}
	for _, b := range ofBrokers {
		parts[b] = false
	}
	seen := map[string]bool{}
	for _, m := range lab.Limits() {
		if _, there := parts[m.Part]; !there {
			t.Errorf("there is no %s", m.Part)
		}
		if n := utf8.RuneCountInString(m.Limit); n == 0 || n > 150 || seen[m.Limit] {
			t.Errorf("%s: %d letters, or told twice: %s", m.Part, n, m.Limit)
		}
		parts[m.Part], seen[m.Limit] = true, true
	}
	for part, told := range parts {
		if !told {
			t.Errorf("nothing is told of %s", part)
		}
	}
}

// What a built-in broker cannot do says nothing of one that is attached.
func TestFidelityOfAnAttachedBroker(t *testing.T) {
	there := started(t, "nats")
	l := openSpec(t, attached(t, mail(t), "nats", there.at), lab.Options{})
	told := func(part string) bool {
		return slices.ContainsFunc(do(t, l, sim.Show{What: "fidelity"}).Data.([]lab.Limit), func(m lab.Limit) bool { return m.Part == part })
	}
	if told("nats") || !told("attached") || !told("rabbitmq") {
		t.Errorf("nats %v, attached %v, rabbitmq %v", told("nats"), told("attached"), told("rabbitmq"))
	}
}
