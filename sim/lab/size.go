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

// fits checks that products can be as many nodes as a world wants, and can keep as
// many copies of its topics.
func fits(spec *sim.WorldSpec) error {
	for _, b := range spec.Brokers {
		i := slices.IndexFunc(products(), func(p product) bool { return p.name == b.Name })
		if i < 0 || b.Nodes == 0 {
			continue // who is not known is told elsewhere
		}
		sizes := products()[i].sizes
		if b.Nodes > 1 && sizes == nil {
			return sim.Invalidf("%s is one node, and cannot be %d", b.Name, b.Nodes).WithFix("nats and kafka can be several: nats nodes=3")
		}
		if sizes != nil && !slices.Contains(sizes, b.Nodes) {
			return sim.Invalidf("%s cannot be %d nodes", b.Name, b.Nodes).WithFix("it can be %s", counts(sizes))
		}
	}
	for _, t := range spec.Topics {
		if err := copied(spec, t); err != nil {
			return err
		}
	}
	return nil
}

// copied checks that who carries a topic keeps as many copies of it as it asks for.
func copied(spec *sim.WorldSpec, t sim.TopicSpec) error {
	if t.Replicas < 2 {
		return nil
	}
	for _, l := range spec.Links {
		if l.ID.To() != t.Name {
			continue
		}
		name, _, _ := strings.Cut(l.Transport, "-")
		i := slices.IndexFunc(products(), func(p product) bool { return p.name == name })
		attached := slices.ContainsFunc(spec.Brokers, func(b sim.BrokerSpec) bool { return b.Name == name && b.Attached() })
		switch {
		case i < 0 || products()[i].copies != l.Transport:
			return sim.Invalidf("%s keeps no copies here, and %s asks for %d", l.Transport, t.Name, t.Replicas).
				WithFix("let %s travel by nats-stream, with brokers: [nats nodes=3]", l.ID)
		case !attached && products()[i].size(spec) < t.Replicas:
			return sim.Invalidf("%s asks for %d copies, and %s has fewer nodes", t.Name, t.Replicas, name).WithFix("say brokers: [nats nodes=3]")
		}
	}
	return nil
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
