package sim

import (
	"context"
	"net"
)

// Transport carries messages between instances over real sockets. One value
// serves a whole world; many goroutines may use it.
type Transport interface {
	// Name is the word people type: "rest", "grpc".
	Name() string
	// Can says what this transport is able to do; the conformance suite holds it to that.
	Can() Ability
	// Bind makes an instance reachable for the contracts it handles, named as in
	// [Message.Type]. When it returns, the socket or subscription is open.
	Bind(ctx context.Context, n Net, at Instance, contracts []string) (Server, error)
	// Dial opens the caller's half of a route. It may be lazy: the first Do opens the socket.
	Dial(ctx context.Context, n Net, r Route, addr string) (Conn, error)
}

// Ability is the row of a transport in the table of abilities. What it cannot
// do is greyed out on the screen, with Why.
type Ability struct {
	Ask, Tell, Publish, Stream bool
	Why                        string // the reason for what is missing, for people
	About                      string // what it is, for those who choose one

	// Broker is the name of the broker that stands between; "" = none does. It takes
	// a message when nobody listens, gives it to one of those who do, and once more
	// when that one dies.
	Broker string
	// Later: an Ask is accepted now ([TypeAccepted]), and its answer is a message
	// of its own, for [LateAnswerer].
	Later bool
	// Groups: the instances of a service share what waits in partitions; who was
	// silent for too long is put out, and its share goes to the others.
	Groups bool
	// Replay: what was published is kept, and can be read again from the beginning.
	Replay bool
	// Transient: nobody hears from the broker whether it has a message, and nobody
	// counts how often one comes again: the second time and every one after it are
	// delivery 2, and it is never buried.
	Transient bool

	Promise Promise // what it promises of a message
}

// Queued reports whether a broker stands between.
func (a Ability) Queued() bool { return a.Broker != "" }

// Server is the answering half.
type Server interface {
	Addr() string
	// Serve calls h for every message, many at once, and returns when ctx has
	// ended and all the work it started is home.
	Serve(ctx context.Context, h Handler) error
}

// Conn is the asking half. Do is one attempt: it never repeats a message on its
// own. It reads the [Span] of ctx, puts its identity on the wire and fills its
// [Note]. Many goroutines may call Do at once; Close waits for none of them.
type Conn interface {
	Do(ctx context.Context, m Message) (Message, error)
	Close() error
}

// Labeler is implemented by a Conn that can say in a few words how a message
// will look on its wire ("GET /products/101") before it is sent.
type Labeler interface{ Label(m Message) string }

// Opener is implemented by a Conn that can open ahead what its first Do would
// open. The error is what that Do would have met.
type Opener interface {
	Open(ctx context.Context) error
}

// LateAnswerer is implemented by a Conn whose asks are accepted by a broker now
// and answered later. OnLate is called once, before the first Do; late is then
// called for every answer, many at once. span is the one under which the ask was
// sent; err is the no of the other side, if it said no.
type LateAnswerer interface {
	OnLate(late func(span SpanID, reply Message, err error))
}

// Net is where every socket is born; sim/wire implements it. Only loopback
// addresses are ever listened on or dialled, but for those that a person named.
type Net interface {
	// Listen opens a port for owner. Protocol is the word of the endpoints list, such as "http".
	Listen(owner Instance, protocol string) (net.Listener, error)
	// Dial opens a connection along r. The connection belongs to r.From: it is cut when r.From is killed.
	Dial(ctx context.Context, r Route, addr string) (net.Conn, error)
}

// Carrier is implemented by every connection of a [Net]. A transport that gives
// a connection to one attempt at a time says to which, so that what goes wrong on
// it is known to have touched that attempt and no other. Of a connection for
// which nobody says so, every attempt along its route may be on it.
type Carrier interface{ Carry(span SpanID) }

// ByteCounter is implemented by every connection of a [Net]: bytes that crossed
// so far, seen from the side that holds it.
type ByteCounter interface{ Bytes() (out, in int64) }
