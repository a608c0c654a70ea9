package lab

import (
	"context"

	"github.com/msc-sim/msc-sim/embedded/stomp"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

func activeMQ() product {
	return product{
		name: "activemq", protocol: "stomp", port: 61613, wired: true,
		schemes: []string{"stomp"}, example: "docker run -p 61613:61613 apache/activemq-classic",
		fidelity: []string{
			"only STOMP: no OpenWire, hence no JMS, no AMQP, no MQTT, no console; one broker, no network of brokers",
			"selectors are equalities joined by AND; of the scheduler only AMQ_SCHEDULED_DELAY exists",
			"no exclusive consumers, no message groups, no advisories",
			"the command remove-destination, which is not part of STOMP, removes a queue",
		},
		start: func(ctx context.Context, l *Lab, at place) (engine, error) {
			return stomp.Start(ctx, stomp.Options{
				Addr: at.addr, Dir: at.dir, Sync: at.sync(), Listen: at.listen, Observe: l.queues.moved("activemq", queue.ActiveMQQueueOf, stomp.ReadHeader),
			})
		},
		leaving: func(e engine, peers []string) func(context.Context) { return e.(*stomp.Server).Leaving(peers) },
		fill:    filler((*stomp.Server).Fill),
		ways:    withReply(queue.ActiveMQ),
	}
}
