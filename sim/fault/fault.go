package fault

import (
	"context"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// Fault is one thing that goes wrong on purpose, ready to be armed.
type Fault struct {
	Form   Form
	Text   string // as a person would say it: "latency delay=300ms share=30%"
	Scope  Scope  // which units it touches
	Effect Effect // what it does to them
}

// Effect is what a fault does: a [Message], a [Connection], or one that only a
// world can carry out: [Kill], [Pause], [Skew], or only a [Broker].
type Effect interface{ effect() }

// Message is an effect on one message on its way: between the policies and the
// transport of a caller or, at a service and at the consumer of a queue, between
// its front door and its work.
// Meet is called only for units that the fault's [Scope] has chosen, by many at once.
type Message interface {
	Effect
	Meet(ctx context.Context, a Attempt) (sim.Message, error)
}

// Attempt is what a [Message] effect meets, and what it may ask of the world.
// Hit or Miss is called once for every attempt, as soon as it is known which.
type Attempt struct {
	Message sim.Message
	Next    sim.Handler          // where the message is going
	Verdict func(*sim.Error) int // on a link: how its protocol says that something ended so; nil at a service
	Up      time.Duration        // at a service: how long the instance has been up
	Hand    sim.Hand             // at the consumer of a queue: the message in hand
	Again   bool                 // the effect sticks to this message, and has met it before

	Hit  func(what string) // the message is touched, and how: "503"
	Miss func(why string)  // it was chosen, and why nothing happened to it

	// Wait returns nil after d, when early is closed, or as soon as the fault is
	// cleared; the error of ctx when that ends first. early may be nil.
	Wait func(ctx context.Context, d time.Duration, early <-chan struct{}) error
	// Side runs f beside the call, under a context that ends with the caller's life.
	Side func(f func(context.Context))
	// Die ends the instance at a service, as a power cut would.
	Die func()
	// Then returns a context at a service; done is called after what is committed under it.
	Then func(ctx context.Context, done func()) context.Context
}

// meetsRequest reports whether a direction means the request. It is seen from the
// target: a link sends the request out, a service sends the response out.
func (a Attempt) meetsRequest(d Direction) bool { return (d == Out) == (a.Verdict != nil) }

// Connection is an effect on connections. Points says where it wants to be
// asked; Meet is called only about units that the fault's [Scope] has chosen. A
// verdict that is not zero is a hit. Many may be met at once.
type Connection interface {
	Effect
	Points() wire.Point
	Meet(m wire.Moment) wire.Verdict
	What(v wire.Verdict) string // in a few words, what a verdict does: "reset"
}

// Broker is an effect that only the broker of a link can carry out. Felt says what
// an attempt along the link felt of it, or why it felt nothing.
type Broker interface {
	Effect
	Felt(err error) (what, why string)
}

// Sticker is an effect that, once it has met a message, meets every delivery of it.
type Sticker interface{ Sticks() }

// Passer is an effect that wants to know of the messages it was not chosen for.
type Passer interface{ Pass() }

// Burner is an effect that keeps the machine busy by itself, until ctx ends.
type Burner interface{ Burn(ctx context.Context) }
