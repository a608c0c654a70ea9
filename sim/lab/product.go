package lab

import (
	"context"
	"net"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/kafka"
	"github.com/msc-sim/msc-sim/embedded/nats"
	store "github.com/msc-sim/msc-sim/embedded/queue"
	"github.com/msc-sim/msc-sim/embedded/sqs"
	"github.com/msc-sim/msc-sim/embedded/stomp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// product is a kind of broker that a world can run.
type product struct {
	name     string // as people type it: "rabbitmq"
	protocol string // what it speaks: "amqp"
	port     int    // where the real one listens
	endless  string // why its queues are never full; "" = they can be
	wired    bool   // it takes its listeners from us, so it can be held and cut like a service
	sizes    []int  // how many nodes it can be, the usual number first; nil = one
	copies   string // the transport that keeps each message on as many nodes as a topic asks for; "" = there is none
	start    func(ctx context.Context, l *Lab, at place) (engine, error)
	leaving  func(e engine, peers []string) func(context.Context) // waits until clients at these addresses are known to be gone; nil = it does not matter
	cluster  func(engine) nodes                                   // the nodes of one that runs; nil = it is always one
	ways     func(o queue.Options) []sim.Transport                // how links travel through it; of o, the address is set
}

// place is where a broker is to be.
type place struct {
	addr   string   // "127.0.0.1:0" = any port
	addrs  []string // where its nodes were before; nil = it never ran
	nodes  int
	dir    string // what it keeps
	always bool   // what is confirmed is on the disk
	listen func(addr string) (net.Listener, error)
}

func (p place) sync() store.Sync {
	if p.always {
		return store.Always
	}
	return store.Written
}

// products are all that there are, in the order in which they are offered.
func products() []product {
	return []product{natsServer(), rabbitMQ(), activeMQ(), sqsEndpoint(), kafkaCluster()}
}

// natsStore is how much a nats-server may promise to its streams: each queue, topic
// and place of dead letters of a world asks for 64 MiB, used or not.
const natsStore = 64 * 64 << 20

func natsServer() product {
	return product{
		name: "nats", protocol: "nats", port: 4222, sizes: []int{1, 3}, copies: "nats-stream",
		start: func(ctx context.Context, l *Lab, at place) (engine, error) {
			return nats.Start(ctx, nats.Options{
				Nodes: at.nodes, Addr: at.addr, Addrs: at.addrs, StoreDir: at.dir, MaxStore: natsStore, SyncAlways: at.always, Observe: l.queues.natsMoved,
			})
		},
		leaving: func(e engine, peers []string) func(context.Context) { return e.(*nats.Server).Leaving(peers) },
		cluster: func(e engine) nodes { return natsNodes{e.(*nats.Server)} },
		ways: func(o queue.Options) []sim.Transport {
			reply, stream := o, o
			reply.Reply, stream.Stream = true, true
			return []sim.Transport{queue.NATS(o), queue.NATS(reply), queue.NATS(stream)}
		},
	}
}

func rabbitMQ() product {
	return product{
		name: "rabbitmq", protocol: "amqp", port: 5672, wired: true,
		start: func(ctx context.Context, l *Lab, at place) (engine, error) {
			return amqp.Start(ctx, amqp.Options{
				Addr: at.addr, Dir: at.dir, Sync: at.sync(), Listen: at.listen, Observe: l.queues.moved("rabbitmq", queue.RabbitMQQueueOf, amqp.ReadHeader),
			})
		},
		leaving: func(e engine, peers []string) func(context.Context) { return e.(*amqp.Server).Leaving(peers) },
		ways: func(o queue.Options) []sim.Transport {
			transient := o
			transient.Transient = true
			return append(withReply(queue.RabbitMQ)(o), queue.RabbitMQ(transient))
		},
	}
}

func activeMQ() product {
	return product{
		name: "activemq", protocol: "stomp", port: 61613, wired: true,
		start: func(ctx context.Context, l *Lab, at place) (engine, error) {
			return stomp.Start(ctx, stomp.Options{
				Addr: at.addr, Dir: at.dir, Sync: at.sync(), Listen: at.listen, Observe: l.queues.moved("activemq", queue.ActiveMQQueueOf, stomp.ReadHeader),
			})
		},
		leaving: func(e engine, peers []string) func(context.Context) { return e.(*stomp.Server).Leaving(peers) },
		ways:    withReply(queue.ActiveMQ),
	}
}

func sqsEndpoint() product {
	return product{
		name: "sqs", protocol: "sqs", port: 9324, wired: true, endless: "it accepts every message, and limits only the unacknowledged ones",
		start: func(ctx context.Context, l *Lab, at place) (engine, error) {
			return sqs.Start(ctx, sqs.Options{
				Addr: at.addr, Dir: at.dir, Sync: at.sync(), Listen: at.listen, Observe: l.queues.moved("sqs", queue.SQSQueueOf, sqs.ReadHeader),
			})
		},
		leaving: func(e engine, peers []string) func(context.Context) { return e.(*sqs.Server).Leaving(peers) },
		ways:    func(o queue.Options) []sim.Transport { return []sim.Transport{queue.SQS(o)} },
	}
}

func kafkaCluster() product {
	return product{
		name: "kafka", protocol: "kafka", port: 9092, wired: true, endless: "its log makes room by dropping what is oldest", sizes: []int{3, 1, 2, 4, 5},
		start: func(ctx context.Context, l *Lab, at place) (engine, error) {
			return kafka.Start(ctx, kafka.Options{Brokers: at.nodes, Addr: at.addr, Dir: at.dir, SyncAlways: at.always, Listen: at.listen, Observe: l.queues.kafkaMoved})
		},
		cluster: func(e engine) nodes { return kafkaNodes{e.(*kafka.Server)} },
		ways:    func(o queue.Options) []sim.Transport { return []sim.Transport{queue.Kafka(o)} },
	}
}

// withReply offers a broker both ways: answers come later, or are waited for.
func withReply(way func(queue.Options) *queue.Transport) func(queue.Options) []sim.Transport {
	return func(o queue.Options) []sim.Transport {
		reply := o
		reply.Reply = true
		return []sim.Transport{way(o), way(reply)}
	}
}
