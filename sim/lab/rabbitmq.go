package lab

import (
	"context"
	"net/url"
	"strings"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

func rabbitMQ() product {
	return product{
		name: "rabbitmq", protocol: "amqp", port: 5672, wired: true,
		schemes: []string{"amqp"}, example: "docker run -p 5672:5672 rabbitmq",
		path: func(a *queue.Access, path string) error {
			vhost, err := url.PathUnescape(path)
			if err != nil || strings.Contains(path, "/") {
				return sim.Invalidf("the virtual host of rabbitmq cannot be read")
			}
			a.VHost = vhost
			return nil
		},
		fidelity: []string{
			"one node, one virtual host, one user; no TLS, no management interface",
			"quorum queues count deliveries and dead-letter; one copy is stored, not a majority of copies",
			"CloudEvents headers begin with ce- by convention: the AMQP binding (cloudEvents:) is for AMQP 1.0, and this is AMQP 0-9-1",
			"quorum queues refuse what RabbitMQ 3.10 refuses (priorities, lazy mode, global qos); RabbitMQ 4 gives them priorities",
			"publishers are blocked from 224 MiB of messages on, until 192 MiB are left; RabbitMQ looks at memory and disk",
			"a message's own TTL acts at the head of its queue alone: one with 1 s behind one with 60 s waits 60 s, as in RabbitMQ",
			"no streams, no single active consumer, no policies, no plugins",
		},
		start: func(ctx context.Context, l *Lab, at place) (engine, error) {
			return amqp.Start(ctx, amqp.Options{
				Addr: at.addr, Dir: at.dir, Sync: at.sync(), Listen: at.listen, Observe: l.queues.moved("rabbitmq", queue.RabbitMQQueueOf, amqp.ReadHeader),
			})
		},
		leaving: func(e engine, peers []string) func(context.Context) { return e.(*amqp.Server).Leaving(peers) },
		blocks:  func(e engine) bool { return e.(*amqp.Server).Blocks() },
		fill:    filler((*amqp.Server).Fill),
		ways: func(o queue.Options) []sim.Transport {
			transient := o
			transient.Transient = true
			return append(withReply(queue.RabbitMQ)(o), queue.RabbitMQ(transient))
		},
	}
}

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
	s, ok := l.brokers.named(rabbitMQ().name).engine().(*amqp.Server)
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
