// Package queue carries messages through a broker. The broker takes a message at
// once, whether anybody listens or not, keeps it, hands it to one of the
// instances that do listen, and to the next one when that dies with it in hand.
//
//	order ──order:payment@in──▶ [■ ■ ■ order:payment] ──order:payment@out──▶ payment
//	  ▲                                                                        │
//	  └───────────── order:payment@in ◀── [■ order:payment answers] ◀──────────┘
//
// An Ask can go two ways, and which one is the transport's name:
//
//	nats        the broker has it: sim.Accepted now, the answer later, as a message
//	            of its own to the instance that asked ([sim.LateAnswerer])
//	nats-reply  the caller waits for the answer in an inbox, matched by its
//	            correlation id; the deadline travels with the message, and a
//	            message that expired in the queue is not handled
//
// A Tell is accepted when the broker has stored it, both ways. What is published
// goes to a topic, and from there to every group that takes part in it: a group
// is a service, and each message goes to one of its instances.
//
//	order ──order:order-created──▶ [topic order-created] ──order-created:email──▶ email
//	                                                     ──order-created:loyalty──▶ loyalty
//
// A message is
// acknowledged when its handler has returned. One that was not handled for now
// (unavailable, exhausted, timeout, internal) comes again after a while; the
// fifth time it goes to the dead letters, and whoever asked is told so.
//
// Nothing is ever sent twice in secret: an attempt is one publication, its end
// is the broker's confirmation or an error, and a broken connection is opened
// again by the next attempt.
package queue

import (
	"cmp"
	"context"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// Options of a transport.
type Options struct {
	// Addr is where the broker listens now, "127.0.0.1:4222"; "" while it does not run.
	Addr func() string
	// Reply makes an Ask wait for its answer.
	Reply bool
	// Stream keeps messages after they were handled, so that they can be read
	// again; for NATS, which can do both.
	Stream bool
	// Binary writes bodies as protobuf instead of JSON. Both are read.
	Binary bool
	// Prefetch is how many messages of a queue an instance works on at once; 0 = 16.
	Prefetch int
	// Limit says it for the instances of one service, such as one with few workers;
	// 0, or nil, = Prefetch.
	Limit func(service string) int
	// Transient gives up all that makes a message safe: the queue lies in memory,
	// and nobody waits for the broker to say that it has it; for RabbitMQ.
	Transient bool
	// Partitions is how many the topic of a link has, for Kafka; 0 = 2.
	Partitions int
	// Access is how the broker is entered when it is not our own.
	Access Access
}

const prefetch = 16

// Transport carries messages through one broker. It implements [sim.Transport].
type Transport struct {
	o      Options
	broker broker

	mu      sync.Mutex
	servers map[*server]struct{}
	queues  map[address]struct{} // in use since New
	made    map[address]struct{} // all that the broker may have been asked to make
	topics  map[string]*topic
}

// NATS makes a transport over JetStream: "nats", with Reply "nats-reply", with
// Stream "nats-stream".
func NATS(o Options) *Transport { return newTransport(jetStream{Access: o.Access, keeps: o.Stream}, o) }

func newTransport(b broker, o Options) *Transport {
	if o.Prefetch == 0 {
		o.Prefetch = prefetch
	}
	return &Transport{
		o: o, broker: b, servers: map[*server]struct{}{}, queues: map[address]struct{}{}, made: map[address]struct{}{},
		topics: map[string]*topic{},
	}
}

// Name is the broker's, with "-reply" where an Ask waits, "-stream" where one
// broker can both forget and keep, and keeps, and "-transient" where it may lose.
func (t *Transport) Name() string {
	switch {
	case t.o.Reply:
		return t.broker.name() + "-reply"
	case t.o.Stream:
		return t.broker.name() + "-stream"
	case t.o.Transient:
		return t.broker.name() + "-transient"
	default:
		return t.broker.name()
	}
}

// Can says what a queue is able to do.
func (t *Transport) Can() sim.Ability {
	can := t.broker.can()
	can.Ask, can.Tell, can.Broker, can.Later = true, true, t.broker.name(), !t.o.Reply
	can.Publish = can.Publish && !t.o.Reply
	can.Why = "a broker carries single messages: a stream needs gRPC"
	can.About = cmp.Or(can.About, "A queue: a broker stores the message and the caller continues. A result comes later, as another message. New calls may overtake messages that wait in the queue.")
	if t.o.Reply {
		can.Replay = false
		can.About = "A queue of " + can.Broker + ", and the caller waits for the response: request and response over a broker."
		can.Why = "its callers wait for one response: an event has none, and a stream needs gRPC"
	}
	return can
}

// Bind implements [sim.Transport]. The instance takes part in every queue that
// leads to its service, and in those to come. It needs no open port, so it may
// be bound while the broker does not run: what is sent meanwhile waits.
func (t *Transport) Bind(_ context.Context, n sim.Net, at sim.Instance, _ []string) (sim.Server, error) {
	s := &server{t: t, net: n, at: at, queues: map[address]context.CancelFunc{}}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.servers[s] = struct{}{}
	for a := range t.queues {
		s.join(a)
	}
	return s, nil
}

// Dial implements [sim.Transport]. Nothing is opened before the first Do, or
// before OnLate. Addr is not needed: the queue has the link's name.
func (t *Transport) Dial(_ context.Context, n sim.Net, r sim.Route, _ string) (sim.Conn, error) {
	if err := hasQueue(r.Link); err != nil {
		return nil, err
	}
	a := address{link: r.Link, reply: t.o.Reply}
	t.mu.Lock()
	defer t.mu.Unlock()
	if known := t.topics[r.Link.To()]; known != nil {
		t.made[address{topic: known.Name}] = struct{}{}
		return newConn(t, n, r, address{topic: known.Name}), nil
	}
	t.queues[a], t.made[a] = struct{}{}, struct{}{}
	if !a.reply {
		t.made[address{link: r.Link, answers: max(r.From.N, 1)}] = struct{}{}
	}
	for s := range t.servers {
		s.join(a)
	}
	return newConn(t, n, r, a), nil
}

// limit is how many messages of a queue an instance of a service has in hand.
func (t *Transport) limit(service string) int {
	if t.o.Limit != nil {
		if n := t.o.Limit(service); n > 0 {
			return n
		}
	}
	return t.o.Prefetch
}

// hasQueue checks that a link can have a queue: it has two ends and no leg.
func hasQueue(l sim.LinkID) error {
	if l.From() == "" || l.To() == "" || sim.Link(l.From(), l.To()) != l {
		return sim.Invalidf("%q is not a link that can have a queue", l).WithFix("write it as order:payment")
	}
	return nil
}

// leave takes a server that has ended out of all queues.
func (t *Transport) leave(s *server) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.servers, s)
}

// open opens a connection of an instance along one leg of a queue.
func (t *Transport) open(ctx context.Context, n sim.Net, who sim.Instance, leg sim.LinkID) (session, error) {
	addr := t.o.Addr()
	if addr == "" {
		return nil, sim.Errorf(sim.Unavailable, "%s is not running", t.broker.name())
	}
	r := sim.Route{Link: leg, From: who, To: sim.Instance{Service: t.broker.name(), N: 1}}
	return t.broker.connect(ctx, &dialer{ctx: ctx, net: n, route: r, topic: t.topic}, addr)
}
