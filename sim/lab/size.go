package lab

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
)

// size is how many nodes a world wants of a product.
func (p product) size(spec *sim.WorldSpec) int {
	for _, b := range spec.Brokers {
		if b.Name == p.name && b.Nodes > 0 {
			return b.Nodes
		}
	}
	if len(p.sizes) > 0 {
		return p.sizes[0]
	}
	return 1
}

// fits checks that brokers can be as many nodes as a world wants, and can keep as
// many copies of its topics.
func (l *Lab) fits() error {
	for _, listed := range l.spec.Brokers {
		b := l.brokers.named(listed.Name)
		if b == nil || listed.Nodes == 0 {
			continue // who is not known is told elsewhere
		}
		if listed.Nodes > 1 && b.sizes == nil {
			return sim.Invalidf("%s is one node, and cannot be %d", b.name, listed.Nodes).WithFix("nats and kafka can be several: nats nodes=3")
		}
		if b.sizes != nil && !slices.Contains(b.sizes, listed.Nodes) {
			return sim.Invalidf("%s cannot be %d nodes", b.name, listed.Nodes).WithFix("it can be %s", counts(b.sizes))
		}
	}
	for _, t := range l.spec.Topics {
		if err := l.copied(t); err != nil {
			return err
		}
	}
	return nil
}

// copied checks that who carries a topic keeps as many copies of it as it asks for.
func (l *Lab) copied(t sim.TopicSpec) error {
	if t.Replicas < 2 {
		return nil
	}
	for _, k := range l.spec.Links {
		if k.ID.To() != t.Name {
			continue
		}
		switch b := l.brokers.carrying(k.Transport); {
		case b == nil:
			return sim.Invalidf("%s keeps no copies here, and %s asks for %d", k.Transport, t.Name, t.Replicas).
				WithFix("let %s travel by nats-stream, with brokers: [nats nodes=3]", k.ID)
		case b.away == nil && b.count < t.Replicas:
			return sim.Invalidf("%s asks for %d copies, and %s has fewer nodes", t.Name, t.Replicas, b.name).WithFix("say brokers: [nats nodes=3]")
		}
	}
	return nil
}

// carrying is the broker that keeps copies for a transport, nil = none does.
func (bs brokers) carrying(transport string) *broker {
	i := slices.IndexFunc(bs, func(b *broker) bool { return b.copies != "" && b.copies == transport })
	if i < 0 {
		return nil
	}
	return bs[i]
}

// counts lists numbers in words: "1 or 3".
func counts(all []int) string {
	all = slices.Sorted(slices.Values(all))
	var words []string
	for _, n := range all[:len(all)-1] {
		words = append(words, fmt.Sprint(n))
	}
	return fmt.Sprintf("%s or %d", strings.Join(words, ", "), all[len(all)-1])
}
