package amqp

import "strings"

// Topology is what there is: who lets what through to whom.
type Topology struct {
	Exchanges []Exchange // by name, without those that are built in and lead nowhere
	Queues    []Queue    // by name
}

// Exchange is one exchange and where its bindings lead: sorted those of an earlier
// run, then the others in the order they were made.
type Exchange struct {
	Name, Kind          string
	Durable, AutoDelete bool
	Internal            bool
	Alternate           string // where unrouted messages go; "" = nowhere
	Bindings            []Binding
}

// Binding leads to a queue or an exchange.
type Binding struct {
	To         string
	ToExchange bool
	Key        string
	Arguments  [][2]string // of a headers exchange, by name
}

// Queue is one queue. Every queue is also bound to the default exchange by its name.
type Queue struct {
	Name                           string
	Durable, Exclusive, AutoDelete bool
	Ready, Unacked, Consumers      int
	DeadExchange, DeadKey          string // where its dead letters go
	Dead                           bool   // it keeps dead letters
	Arguments                      [][2]string
}

// Topology looks at everything once.
func (s *Server) Topology() Topology {
	var t Topology
	b := s.broker
	b.mu.RLock()
	bindings := map[string][]*binding{}
	for name, e := range b.exchanges {
		bindings[name] = e.from
	}
	b.mu.RUnlock()
	for _, e := range b.allExchanges() {
		if (e.name == "" || strings.HasPrefix(e.name, "amq.")) && len(bindings[e.name]) == 0 {
			continue
		}
		x := Exchange{Name: e.name, Kind: e.kind, Durable: e.durable, AutoDelete: e.autoDelete, Internal: e.internal, Alternate: e.alternate()}
		for _, n := range bindings[e.name] {
			x.Bindings = append(x.Bindings, Binding{To: n.to, ToExchange: n.toExchange, Key: n.key, Arguments: n.args.Pairs()})
		}
		t.Exchanges = append(t.Exchanges, x)
	}
	for _, q := range b.allQueues() {
		ready, inHand := q.Len()
		t.Queues = append(t.Queues, Queue{
			Name: q.name, Durable: q.durable, Exclusive: q.owner != nil, AutoDelete: q.autoDelete,
			Ready: ready, Unacked: inHand, Consumers: q.Stats().Consumers,
			Dead: q.policy.dead, DeadExchange: q.policy.deadExchange, DeadKey: q.policy.deadKey, Arguments: q.args.Pairs(),
		})
	}
	return t
}
