package sim

import (
	"context"
	"math/rand/v2"
	"time"

	"google.golang.org/protobuf/proto"
)

// Env is all that a service gets from its world: time, randomness, storage,
// background work and the services it may call. A service touches nothing else
// (no package time clocks, net, math/rand, go statement; arch_test holds it to
// that), which is what makes clock skew, abrupt death and seeds honest.
// After a kill every function of that incarnation's Env returns [ErrKilled].
type Env struct {
	Self  Instance
	Life  int              // which incarnation of Self this is: 1 for the first, one more after every start; 0 reads as 1
	Now   func() time.Time // the instance's clock, which may be skewed
	Sleep func(ctx context.Context, d time.Duration) error
	Call  Caller
	Rand  *rand.Rand // seeded; safe for use by many goroutines
	Store Store
	Group Group
	// Addrs are the addresses at which tools from outside reach the instances of
	// this service by a transport, those of Self first; nil = nobody knows.
	Addrs func(transport string) []string
	// Access takes what a gateway writes into its access log; nil = nobody reads it.
	Access func(Access)
}

// Caller reaches other services by name. Which transport carries the message,
// and where the other side lives, the caller never learns.
type Caller interface {
	Ask(ctx context.Context, service string, m Message) (Message, error)
	Tell(ctx context.Context, service string, m Message) error
	Publish(ctx context.Context, topic string, m Message) error
}

// AskFor asks service for an answer of type T. Where the way to it is a queue,
// the error is ErrAccepted: the answer comes to OnAnswer.
func AskFor[T proto.Message](ctx context.Context, c Caller, service string, m Message) (T, error) {
	var zero T
	reply, err := c.Ask(ctx, service, m)
	if err != nil {
		return zero, err
	}
	if reply.Type == TypeAccepted {
		return zero, ErrAccepted
	}
	body, ok := reply.Body.(T)
	if !ok {
		return zero, Errorf(Internal, "%s answered %T, not %T", service, reply.Body, zero)
	}
	return body, nil
}

// Store keeps what a service must remember. Memory stores die with their instance.
type Store interface {
	// Do runs f as one transaction: all of its changes or none. Transactions of
	// one store run one after another. An effect of f that must be seen by
	// people is named with Tx.Effect.
	Do(ctx context.Context, f func(Tx) error) error
}

// Tx is what a transaction can do. Keys are free text; tables are named by the service.
type Tx interface {
	// Get reads a copy of the value into v and reports whether there was one.
	Get(table, key string, v proto.Message) (bool, error)
	Put(table, key string, v proto.Message) error
	Delete(table, key string) error
	// Keys lists the keys of a table in order.
	Keys(table string) ([]string, error)
	// Effect says in a few words what this transaction did in the world
	// ("charged c-1 36.36 EUR"); it becomes an event when the transaction commits.
	Effect(text string)
}

// Group owns background work. It begins once the instance can be reached, also
// when Go is called while the service is made, and not at all when it never can.
// Go reports false when the instance is no longer alive.
type Group interface {
	Go(name string, f func(ctx context.Context)) bool
}

// Service is domain code: what is decided, without a word on how it travels.
type Service interface {
	// Handlers maps contract names ("shop.payment.v1.Charge") to what decides them.
	Handlers() map[string]Handler
	// OnAnswer maps contract names to what is done with the late answer to an accepted ask.
	OnAnswer() map[string]Handler
}
