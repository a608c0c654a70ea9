// Package conform is the suite that every transport runs: what a caller and a
// service may rely on, whatever carries their messages. A transport joins with
// one test:
//
//	func TestConformance(t *testing.T) {
//		conform.Run(t, conform.Subject{
//			New: func(t *testing.T) (sim.Transport, sim.Net) { return rest.New(rest.Options{}), wire.New(wire.Options{}) },
//		})
//	}
//
// What the transport says it cannot do ([sim.Ability]) is skipped, with its
// reason. Everything goes over real sockets; the suite waits for events, never
// for time to pass.
package conform

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/sim"
)

// Subject is what is tried.
type Subject struct {
	// New makes a transport and the net it uses, for one case. Whatever has to
	// be closed in the end is closed by a t.Cleanup of its own.
	New func(t *testing.T) (sim.Transport, sim.Net)
}

// Run runs the suite. After every case no goroutine and no socket is left.
func Run(t *testing.T, s Subject) {
	transport, _ := s.New(t)
	can := transport.Can()
	if can.Why == "" && (!can.Ask || !can.Tell || !can.Publish || !can.Stream) {
		t.Error("what is missing has no reason: Ability.Why is empty")
	}
	if transport.Name() == "" {
		t.Error("the transport has no name")
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !c.needs(can) {
				t.Skip(transport.Name(), "cannot:", can.Why)
			}
			before := goleak.IgnoreCurrent()
			t.Cleanup(func() { goleak.VerifyNone(t, before) }) // runs last
			c.run(t, s)
		})
	}
}

func asks(a sim.Ability) bool      { return a.Ask }
func tells(a sim.Ability) bool     { return a.Tell }
func publishes(a sim.Ability) bool { return a.Publish }

var cases = [...]struct {
	name  string
	needs func(sim.Ability) bool
	run   func(*testing.T, Subject)
}{
	{"an ask is answered", asks, askIsAnswered},
	{"a tell is taken", tells, tellIsTaken},
	{"a publish arrives", publishes, publishArrives},
	{"nothing is a message too", asks, emptyBody},
	{"a large body crosses", asks, largeBody},
	{"callers get their own answers", asks, ownAnswers},
	{"headers cross", asks, headersCross},
	{"error codes cross", asks, codesCross},
	{"a time to ask again crosses", asks, retryAfterCrosses},
	{"an unknown contract is refused here", asks, unknownContract},
	{"the trace and the attempt cross", asks, identityCrosses},
	{"who calls is known", asks, peerIsKnown},
	{"a message without a span gets an identity", asks, freshIdentity},
	{"the note is filled", asks, noteIsFilled},
	{"a deadline crosses and shrinks", asks, deadlineShrinks},
	{"a deadline ends both sides", asks, deadlineEnds},
	{"a cancellation reaches the handler", asks, cancelReaches},
	{"nobody there", asks, nobodyThere},
	{"reset before the server acted: one attempt", asks, resetBefore},
	{"reset after the server acted: one attempt", asks, resetAfter},
	{"a closing server finishes its work", asks, serverFinishes},
	{"a server closes at once when nothing is asked", asks, serverIdle},
	{"many may close a connection while others call", asks, closeWhileCalling},
	{"a closed connection refuses", asks, closedConn},
}
