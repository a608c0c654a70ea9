package lab

import (
	"context"
	"net"
	"sync"

	store "github.com/msc-sim/msc-sim/embedded/queue"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/grpc"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/transport/rest"
)

// product is a kind of broker that a world can run.
type product struct {
	name         string   // as people type it: "rabbitmq"
	protocol     string   // what it speaks: "amqp"
	port         int      // where the real one listens
	endless      string   // why its queues are never full; "" = they can be
	wired        bool     // it takes its listeners from us, so it can be held and cut like a service
	sizes        []int    // how many nodes it can be, the usual number first; nil = one
	copies       string   // the transport that keeps each message on as many nodes as a topic asks for; "" = there is none
	fidelity     []string // what it does not do as the real one would, or what of it is real
	deadTogether bool     // the groups of a topic have their dead letters in one place

	// Of one that runs already, and is not ours.
	schemes        []string                                       // how its address begins: "amqp"
	ports          map[string]int                                 // by scheme, where the product's own port is not meant
	example        string                                         // one way to have such a broker
	path           func(a *queue.Access, path string) error       // what may follow its address; nil = nothing
	user, password string                                         // the variables in which it stands who enters; "" = MSC_SIM_RABBITMQ_USER and so on
	login          func(a *queue.Access, get func(string) string) // reads them and others; nil = those two

	start   func(ctx context.Context, l *Lab, at place) (engine, error)
	leaving func(e engine, peers []string) func(context.Context)                                            // waits until clients at these addresses are known to be gone; nil = it does not matter
	blocks  func(engine) bool                                                                               // publishers wait for room now; nil = it blocks none
	cluster func(engine) nodes                                                                              // the nodes of one that runs; nil = it is always one
	fill    func(ctx context.Context, e engine, queue string) (undo func(context.Context) error, err error) // makes a queue full; nil = none ever is
	ways    func(o queue.Options) []sim.Transport                                                           // how links travel through it; of o, the address is set
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

// filler is a broker that fills a queue at once.
func filler[E engine](fill func(e E, queue string) (func(), error)) func(context.Context, engine, string) (func(context.Context) error, error) {
	return func(_ context.Context, e engine, queue string) (func(context.Context) error, error) {
		back, err := fill(e.(E), queue)
		return func(context.Context) error { back(); return nil }, err
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

// Can is what a transport is able to do, for those who draw or offer it; zero for
// one that there is not.
func Can(transport string) sim.Ability { return abilities()[transport] }

var abilities = sync.OnceValue(func() map[string]sim.Ability {
	ways := direct(nil)
	for _, p := range products() {
		ways = append(ways, p.ways(queue.Options{})...)
	}
	all := map[string]sim.Ability{}
	for _, t := range ways {
		all[t.Name()] = t.Can()
	}
	return all
})

// direct are the transports without a broker.
func direct(say func(string)) []sim.Transport {
	return []sim.Transport{rest.New(rest.Options{Say: say}), grpc.New(grpc.Options{})}
}
