package sim

import (
	"context"
	"time"
)

// Seq is the place of an event on the one timeline: 1, 2, 3, without gaps.
type Seq uint64

// Event is one thing that happened, at one instant, at one place.
type Event struct {
	Seq    Seq
	At     time.Duration // since the world began, on the monotonic clock
	Trace  TraceID       // the request it belongs to; zero for the world itself
	Span   SpanID        // the attempt it belongs to
	Parent SpanID        // the span in whose handler that attempt was made
	Depth  uint8         // how many calls stand above it
	Node   Instance      // where it happened
	Link   LinkID        // along which link, if any
	Fact   Fact          // what happened
}

// Part reports whether an event is of one node of a broker, not of all of it.
func (e Event) Part() bool {
	switch f := e.Fact.(type) {
	case Started:
		return f.Part
	case Stopped:
		return f.Part
	case Paused:
		return f.Part
	case Resumed:
		return f.Part
	}
	return false
}

// Who is where an event happened, as commands name it: "payment", "payment#2"; of a
// broker all of it is "nats", and its first node "nats#1".
func (e Event) Who() string {
	if e.Part() {
		return e.Node.Numbered()
	}
	return e.Node.String()
}

// Fact is the closed set of things that can happen. A type switch over the
// types of this file is complete.
type Fact interface{ Kind() Kind }

// Kind numbers the facts, for counters and flat records.
type Kind uint8

const (
	KindBegun Kind = iota + 1
	KindEnded
	KindCalled
	KindSent
	KindReceived
	KindReplied
	KindAnswered
	KindFailed
	KindLost
	KindEffect
	KindStarted
	KindStopped
	KindPaused
	KindResumed
	KindLoad
	KindMarked
	KindReset
	KindMissed
	KindWaited
	KindRejected
	KindDegraded
	KindMoved
	KindGuarded
	KindHit
	KindArmed
	KindCleared
	KindSwapped
	KindDrained
	KindAccepted
	KindSettled
	KindQueue
	KindRedelivered
	KindBuried
	KindStreamed
	KindSubscribed
	KindUnsubscribed
	KindPosition
	KindAssigned
	KindRedriven
	KindAltered
	KindLed
	KindSpent
	KindShortfall
	kindEnd
)

// Kinds is how many kinds there are, for arrays indexed by Kind.
const Kinds = int(kindEnd)

// What a person asked for.
type (
	// Begun: a use case begins at its customer.
	Begun struct{ UseCase string }
	// Ended: the customer has an outcome.
	Ended struct {
		UseCase string
		Outcome Outcome
		Text    string        // what the customer saw, in a few words: "confirmed", "declined", "error"
		Took    time.Duration // since Begun; under load, since the intended start
		Code    Code          // of the answer; one that is not OK was answered with an error
		Late    bool          // it had an outcome, "pending"; this is what became of it, and Took counts from the ask
	}
)

// What happens to a message. One call has one Called; every attempt of it has
// one Sent and ends in exactly one of Answered, Failed, Lost.
type (
	// Called: a service wants something of another; policies come next.
	Called struct{ Type string }
	// Sent: an attempt leaves for the wire.
	Sent struct {
		Label string // "GET /products/101"
		Try   int    // 1 for the first attempt
		Hedge bool   // an earlier attempt of the call is in flight
	}
	// Received: the other side begins to work on it.
	Received struct {
		Label string
		Peer  string // who called: a service, or the User-Agent of somebody outside
	}
	// Replied: the other side has decided; the answer leaves.
	Replied struct {
		Code   Code
		Status int // the protocol's verdict, if the transport has one
		Took   time.Duration
		Late   bool // its caller had given up before: nobody waits for this response
	}
	// Answered: the caller has an answer, which may say no.
	Answered struct {
		Status            int // the protocol's verdict: an HTTP status, a gRPC code
		Code              Code
		Took              time.Duration // since Sent
		Connect           time.Duration // of that, opening a connection; 0 when one was open
		BytesOut, BytesIn int64         // everything that crossed for this attempt
	}
	// Failed: the caller has no answer, and asking again may help.
	Failed struct {
		Status            int
		Code              Code
		Took              time.Duration
		Reason            string // "connection refused", "no answer in time", "503 Service Unavailable"
		BytesOut, BytesIn int64
	}
	// Lost: the attempt ended as if all were well, but nobody received it.
	Lost struct{ Took time.Duration }
	// Effect: a service changed something that lasts.
	Effect struct{ Text string }
)

// What happens to the world itself.
type (
	// Started: an instance listens. Note says of a broker that it is not our own:
	// "attached 3.13.7". Nodes is how many it has when it is several; Part, here and
	// below, that the fact is of one node and not of all of the broker.
	Started struct {
		Addr, Note string
		Nodes      int
		Part       bool
	}
	// Stopped: an instance is gone.
	Stopped struct {
		Cause string // "killed", "closed"
		Part  bool
	}
	// Paused: an instance stands still; connections stay open.
	Paused struct {
		Cause string
		Part  bool
	}
	// Resumed: it goes on.
	Resumed struct{ Part bool }
	// Load: the rate at which requests are offered changed.
	Load struct {
		UseCase string
		Rate    Rate
	}
	// Shortfall: of the rate that is offered so many requests a second are sent; all of
	// it again when the two are equal.
	Shortfall struct {
		UseCase       string
		Offered, Sent Rate
	}
	// Marked: a note was written into the event log.
	Marked struct{ Text string }
	// Reset: counters start again from here.
	Reset struct{}
	// Missed: so many events were counted but not kept.
	Missed struct{ N uint64 }
)

func (Begun) Kind() Kind     { return KindBegun }
func (Ended) Kind() Kind     { return KindEnded }
func (Called) Kind() Kind    { return KindCalled }
func (Sent) Kind() Kind      { return KindSent }
func (Received) Kind() Kind  { return KindReceived }
func (Replied) Kind() Kind   { return KindReplied }
func (Answered) Kind() Kind  { return KindAnswered }
func (Failed) Kind() Kind    { return KindFailed }
func (Lost) Kind() Kind      { return KindLost }
func (Effect) Kind() Kind    { return KindEffect }
func (Started) Kind() Kind   { return KindStarted }
func (Stopped) Kind() Kind   { return KindStopped }
func (Paused) Kind() Kind    { return KindPaused }
func (Resumed) Kind() Kind   { return KindResumed }
func (Load) Kind() Kind      { return KindLoad }
func (Shortfall) Kind() Kind { return KindShortfall }
func (Marked) Kind() Kind    { return KindMarked }
func (Reset) Kind() Kind     { return KindReset }
func (Missed) Kind() Kind    { return KindMissed }

// Outcome is how an attempt or a use case ended.
type Outcome uint8

const (
	Waiting     Outcome = iota // not over yet
	WasAnswered                // an answer came, which may say no
	WasDegraded                // a fallback answered
	WasFailed                  // no answer, and asking again may help
	WasTimedOut                // failed, because time ran out
	WasRejected                // never left: a policy said no
	WasLost                    // nobody received it
)

func (o Outcome) String() string {
	return [...]string{"waiting", "answered", "degraded", "failed", "timed_out", "rejected", "lost"}[o]
}

// OutcomeOf is how a call that ended with err counts: an answer that says no is
// answered, silence is timed out, the rest failed.
func OutcomeOf(err error) Outcome {
	switch c := CodeOf(err); {
	case c.Answers():
		return WasAnswered
	case c == Timeout:
		return WasTimedOut
	default:
		return WasFailed
	}
}

// Timeline is the log as its readers see it. Every reader keeps a cursor of its
// own; nobody can slow a service down.
type Timeline interface {
	// Read copies events after the cursor into buf, oldest first. It returns how
	// many, the new cursor, and how many are gone because the reader fell behind.
	Read(after Seq, buf []Event) (n int, cursor Seq, missed uint64)
	// Await returns the first event after the cursor that matches. It merges
	// first, so it sees everything that happened before it was called. It
	// returns ErrMissed rather than look over a hole, and ctx's error.
	Await(ctx context.Context, after Seq, match func(Event) bool) (Event, error)
}
