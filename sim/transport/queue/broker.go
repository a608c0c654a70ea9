package queue

import (
	"context"
	"net"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// broker is one product: how it names things, and how one connects to it.
// Neighbours for other products implement these three interfaces.
type broker interface {
	name() string
	label(a address) string // how a message to a queue looks on the wire, in few words
	// can says what of publishing and replaying it is able to, and what it
	// promises; the rest of the ability is the same for all brokers.
	can() sim.Ability
	connect(ctx context.Context, d *dialer, addr string) (session, error)
}

// session is one open connection to a broker. It opens nothing again by itself.
// Many goroutines may use it.
type session interface {
	// declare makes a queue exist, with what belongs to it. It is harmless to repeat.
	// Of a topic without a group it makes the topic, with one it makes the place
	// where the group's messages wait, from now on. The topic was declared before.
	declare(ctx context.Context, a address) error
	// send puts p into a queue, or into a topic, and returns when the broker has
	// stored it: for a topic, in the places of all groups.
	send(ctx context.Context, to string, p parcel) (traffic, error)
	// hand gives p straight to an inbox; nobody stores it.
	hand(to string, p parcel) error
	// inbox names a place of this session where answers can be handed, and says
	// where they go. It is called once, before the first send that names it.
	inbox(answer func(parcel)) (addr string, err error)
	// consume calls take for each message of a queue, never with more than limit
	// in hand. After stop has returned, take is not called any more.
	consume(a address, limit int, take func(delivery)) (stop func(), err error)
	// place is what a message names when its answer shall go into the queue a.
	place(a address) string
	gone() <-chan struct{} // closed when the connection is
	flush()                // returns when the broker has heard everything said so far
	close()
}

// rewinder is a session whose broker keeps what was published: it hands all that
// is kept out to a group once more, from the first on.
type rewinder interface {
	rewind(ctx context.Context, a address) error
}

// leaver is a session that can take a group out of a topic again, with what
// still waits for it. All sessions of brokers that publish are.
type leaver interface {
	drop(ctx context.Context, a address) error
}

// delivery is a message that the broker has handed out. One of ack and nack ends
// it; without one, the broker hands it out again when it has waited long enough.
type delivery interface {
	parcel() parcel
	try() int                 // 1 for the first time
	working()                 // it takes longer; the broker shall wait
	ack()                     // it was handled
	nack(after time.Duration) // it was not; hand it out again
	free()                    // it is no longer in hand
}

// parcel is a message as it lies in a queue.
type parcel struct {
	header map[string][]string
	body   []byte
	size   int64 // bytes it took on the wire, when it came from there
}

// traffic is what crossed for one message.
type traffic struct{ out, in int64 }

// Limits of all queues.
const (
	maxTries  = 5                      // deliveries before a message is buried
	patience  = 2 * time.Second        // until a message in hand, of which nothing is heard, is handed out again
	heartbeat = patience / 4           // how often it is heard of
	firstNack = 100 * time.Millisecond // the wait before the second delivery; doubles each time
	again     = 100 * time.Millisecond // between two attempts to reach a broker that is gone
	greeting  = 2 * time.Second        // for a broker to answer when a connection is opened
)

// backoff is how long a message that was not handled waits: 100, 200, 400, 800 ms.
// After its last delivery it waits no more.
func backoff(try int) time.Duration {
	if try >= maxTries {
		return 0
	}
	return firstNack << (max(try, 1) - 1)
}

// dialer opens sockets along one leg, and remembers why it could not: client
// libraries like to keep that to themselves.
type dialer struct {
	ctx   context.Context
	net   sim.Net
	route sim.Route
	topic func(name string) topic // what is known of a topic now
	nodes []string                // of a cluster: where its nodes are, in order; nil = it is one
	err   error
}

// topic is what is known of a topic: how it was declared, and the groups that
// take part in it, in order.
type topic struct {
	sim.TopicSpec
	groups []string
}

// Dial has the form that client libraries want.
func (d *dialer) Dial(_, addr string) (c net.Conn, err error) {
	r := d.route
	if i := slices.Index(d.nodes, addr); i >= 0 {
		r.To.N = i + 1
	}
	c, err = d.net.Dial(d.ctx, r, addr)
	d.err = err
	return c, err
}

// address is one queue: the messages of a link, or the late answers to one
// instance that asked along it. Or it is a topic, or the place where what is
// published in one waits for a group.
type address struct {
	link    sim.LinkID
	reply   bool // callers wait for the answer
	answers int  // the instance whose late answers they are; 0 = the link's own messages

	topic string // of a topic, all others but group are empty
	group string // the service that takes part; "" = the topic itself
}

// consumer is the service that takes messages from there.
func (a address) consumer() string {
	if a.topic != "" {
		return a.group
	}
	return a.link.To()
}

// leg is the link along which they are taken.
func (a address) leg() sim.LinkID {
	if a.topic != "" {
		return sim.Link(a.topic, a.group)
	}
	return a.link + legOut
}

// Name is how people see it: "order:payment", "order:payment answers#2",
// "order-created" for a topic and "order-created:email" for what waits for email.
func (a address) String() string {
	switch {
	case a.group != "":
		return a.topic + ":" + a.group
	case a.topic != "":
		return a.topic
	case a.reply:
		return string(a.link) + " reply"
	case a.answers == 1:
		return string(a.link) + " answers"
	case a.answers > 1:
		return string(a.link) + " answers#" + itoa(a.answers)
	default:
		return string(a.link)
	}
}

const (
	legIn  = "@in"  // from the caller to the broker
	legOut = "@out" // from the broker to the consumer
)
