package lab

import (
	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// Exchange is what `show exchanges` says about one exchange in RabbitMQ.
type Exchange struct {
	Name     string    `json:"name"` // "" = the default one, to which every queue is bound by its name
	Kind     string    `json:"kind"`
	Bindings []Binding `json:"bindings"`
}

// Binding leads from an exchange to a queue, or to another exchange.
type Binding struct {
	To    string `json:"to"`              // as the broker names it
	Queue string `json:"queue,omitempty"` // as people see it
	Key   string `json:"key"`             // what a message must be published with; "" = anything, where the exchange does not ask
}

// Exchanges are the exchanges of RabbitMQ with where they lead. The default
// exchange comes first; its queues of dead letters and late answers are left out.
func (l *Lab) Exchanges() []Exchange {
	all := []Exchange{}
	s, ok := l.brokers.named("rabbitmq").engine().(*amqp.Server)
	if !ok {
		return all
	}
	t := s.Topology()
	direct := Exchange{Kind: "direct"}
	for _, q := range t.Queues {
		if name, link := queue.RabbitMQQueueOf(q.Name); link != "" && name == string(link) {
			direct.Bindings = append(direct.Bindings, Binding{To: q.Name, Queue: name, Key: q.Name})
		}
	}
	if len(direct.Bindings) > 0 {
		all = append(all, direct)
	}
	for _, e := range t.Exchanges {
		if e.Name == "" {
			continue
		}
		x := Exchange{Name: e.Name, Kind: e.Kind, Bindings: []Binding{}}
		for _, b := range e.Bindings {
			to := Binding{To: b.To, Key: b.Key}
			if !b.ToExchange {
				to.Queue, _ = queue.RabbitMQQueueOf(b.To)
			}
			x.Bindings = append(x.Bindings, to)
		}
		all = append(all, x)
	}
	return all
}
