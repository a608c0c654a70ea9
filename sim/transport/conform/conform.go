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
// reason. A broker must be new for each case. Everything goes over real sockets; the suite waits for events, never
// for time to pass.
package conform

import (
	"testing"
	"time"

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
				t.Skip(transport.Name(), "is not made for this:", can.Why)
			}
			before := goleak.IgnoreCurrent()
			t.Cleanup(func() { nothingLeft(t, before) }) // runs last
			c.run(t, s)
		})
	}
}

// nothingLeft waits for goroutines that are ending: those of a server that was shut
// down may take longer than the half second that goleak gives them.
func nothingLeft(t *testing.T, before goleak.Option) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; {
		err := goleak.Find(before)
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Error(err)
			return
		}
	}
}

func asks(a sim.Ability) bool       { return a.Ask && !a.Later } // and waits for the answer
func tells(a sim.Ability) bool      { return a.Tell }
func direct(a sim.Ability) bool     { return a.Ask && !a.Queued() }
func queued(a sim.Ability) bool     { return a.Queued() }
func later(a sim.Ability) bool      { return a.Later }
func buries(a sim.Ability) bool     { return a.Later && !a.Transient }
func endless(a sim.Ability) bool    { return a.Later && a.Transient }
func confirms(a sim.Ability) bool   { return a.Queued() && !a.Transient }
func expires(a sim.Ability) bool    { return a.Queued() && !a.Later }
func broadcasts(a sim.Ability) bool { return a.Queued() && a.Publish }
func replays(a sim.Ability) bool    { return broadcasts(a) && a.Replay }
func forgets(a sim.Ability) bool    { return broadcasts(a) && !a.Replay }

var cases = [...]struct {
	name  string
	needs func(sim.Ability) bool
	run   func(*testing.T, Subject)
}{
	{"an ask is answered", asks, askIsAnswered},
	{"a tell is taken", tells, tellIsTaken},
	{"a publish arrives", direct, publishArrives},
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
	{"a cancellation reaches the handler", direct, cancelReaches},
	{"nobody there", direct, nobodyThere},
	{"reset before the server acted: one attempt", direct, resetBefore},
	{"reset after the server acted: one attempt", direct, resetAfter},
	{"a closing server finishes its work", asks, serverFinishes},
	{"a server closes at once when nothing is asked", asks, serverIdle},
	{"many may close a connection while others call", asks, closeWhileCalling},
	{"a closed connection refuses", asks, closedConn},
	{"a message waits until somebody listens", queued, messageWaits},
	{"the queue's attempt is known", queued, queueIsKnown},
	{"who dies with a message in hand leaves it to the next", queued, nextOneTakes},
	{"reset before the broker has it: one attempt", queued, resetBeforeStored},
	{"reset after the broker has it: one attempt", confirms, resetAfterStored},
	{"an ask is accepted and answered later", later, answeredLater},
	{"an answer waits for the one who asked", later, answerWaits},
	{"a late answer may say no", later, lateNo},
	{"what cannot be handled now comes again, five times", buries, fiveTimes},
	{"what cannot be handled now comes again, without end", endless, withoutEnd},
	{"every group gets what is published", broadcasts, everyGroup},
	{"the group's attempt is known", broadcasts, groupIsKnown},
	{"one of a group takes each fact", broadcasts, oneOfGroup},
	{"a late group hears what follows", broadcasts, lateGroup},
	{"history can be read again", replays, history},
	{"who keeps no history says so", forgets, noHistory},
	{"what expired in the queue is not handled", expires, expired},
}
