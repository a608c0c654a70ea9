package lab_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// One wait has one number: how long a fact says that something took is what lies between
// the two facts, and a customer whose request is one call waits as long as that call.
func TestOneWaitOneNumber(t *testing.T) {
	for _, transport := range []string{"rest", "grpc", "nats-reply", "nats"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			l := openSpec(t, parse(t, fmt.Sprintf(payWorld, transport)), lab.Options{})
			pay(l, 3)
			if transport == "nats" {
				allSettled(t, l, pays)
			}
			from, waits := map[string]time.Duration{}, map[sim.TraceID]time.Duration{}
			ended := 0
			check := func(e sim.Event, since string, took time.Duration) {
				if d := e.At - from[since+e.Span.String()]; d != took {
					t.Errorf("%T says %v, and lies %v after %s", e.Fact, took, d, since)
				}
			}
			for _, e := range events(t, l) {
				switch f := e.Fact.(type) {
				case sim.Sent:
					from["sent"+e.Span.String()] = e.At
				case sim.Received:
					from["received"+e.Span.String()] = e.At
				case sim.Replied:
					check(e, "received", f.Took)
				case sim.Answered:
					check(e, "sent", f.Took)
					waits[e.Trace] = f.Took
				case sim.Accepted:
					check(e, "sent", f.Took)
					waits[e.Trace] = f.Took
				case sim.Settled:
					check(e, "sent", f.Took)
				case sim.Ended:
					if ended++; !f.Late && f.Took != waits[e.Trace] {
						t.Errorf("the customer waited %v, the call took %v", f.Took, waits[e.Trace])
					}
				}
			}
			if ended < 3 {
				t.Errorf("only %d requests ended", ended)
			}
		})
	}
}

// Of several attempts the customer waits longer than any one of them took.
func TestRetriesAreWaitedFor(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(payWorld, "rest")), lab.Options{})
	say(t, l, "guard client:payment retry tries=3 base=20ms jitter=none unsafe=yes")
	say(t, l, "inject client:payment error code=503 first=1")
	pay(l, 1)
	last := await(t, l, 0, fact[sim.Answered]("client")).Fact.(sim.Answered)
	if got := await(t, l, 0, fact[sim.Ended]("client")).Fact.(sim.Ended); got.Took < last.Took+20*time.Millisecond {
		t.Errorf("the customer waited %v, the second attempt alone took %v", got.Took, last.Took)
	}
}

// A customer who sends a message hears that it is stored, not that it is done.
func TestASentMessageIsAccepted(t *testing.T) {
	for transport, want := range map[string]string{"rest": "done", "nats": "accepted", "rabbitmq": "accepted"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			l := openSpec(t, parse(t, fmt.Sprintf(emailWorld, "1ms", transport)), lab.Options{})
			if got := do(t, l, sim.Send{UseCase: "email", N: 3}).Text; got != want+" 3" {
				t.Errorf("the customer heard %q, want %s 3", got, want)
			}
			if got := await(t, l, 0, fact[sim.Ended]("order")).Fact.(sim.Ended).Text; got != want {
				t.Errorf("the log says %q, want %s", got, want)
			}
		})
	}
}
