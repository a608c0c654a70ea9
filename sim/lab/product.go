package lab

import (
	"context"
	"net"

	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// product is a kind of broker that a world can run.
type product struct {
	name     string // as people type it: "rabbitmq"
	protocol string // what it speaks: "amqp"
	port     int    // where the real one listens
	wired    bool   // it takes its listeners from us, so it can be held and cut like a service
	start    func(ctx context.Context, l *Lab, at place) (engine, error)
	ways     func(o queue.Options) []sim.Transport // how links travel through it; of o, the address is set
}

// place is where a broker is to be.
type place struct {
	addr   string // "127.0.0.1:0" = any port
	dir    string // what it keeps
	listen func(addr string) (net.Listener, error)
}

// products are all that there are, in the order in which they are offered.
func products() []product {
	return []product{natsServer()}
}

func natsServer() product {
	return product{
		name: "nats", protocol: "nats", port: 4222,
		start: func(ctx context.Context, l *Lab, at place) (engine, error) {
			return nats.Start(ctx, nats.Options{Addr: at.addr, StoreDir: at.dir, Observe: l.queues.natsMoved})
		},
		ways: func(o queue.Options) []sim.Transport {
			reply, stream := o, o
			reply.Reply, stream.Stream = true, true
			return []sim.Transport{queue.NATS(o), queue.NATS(reply), queue.NATS(stream)}
		},
	}
}
