package lab_test

import (
	"fmt"
	"testing"

	"github.com/msc-sim/msc-sim/sim/lab"
)

// On a link where a broker accepts now and the answer comes later, the caller
// feels a fault only until the broker has taken the message.
//
// What hits connections hits the first two of them. A client of Kafka holds
// several, and speaks along all of them of its own accord: the first may carry
// heartbeats, not the message. There it hits every one, that of the message
// among them, and each of five customers feels it: nothing tries again for them.
func TestFaultsBeforeABrokerAccepts(t *testing.T) {
	t.Parallel()
	notTaken := func(s seen) bool { return s.text != "pending" }
	for _, f := range []struct {
		line  string
		mute  bool
		felt  func(seen) bool
		exact bool // one unit is one message
		clock bool // felt by the clock: on a busy machine other calls may take as long
	}{
		{line: "latency delay=70ms first=2", felt: slow, exact: true, clock: true},
		{line: "error code=503 first=2", felt: notTaken, exact: true},
		{line: "drop first=2", mute: true, felt: noAnswer, exact: true},
		{line: "delay delay=70ms first=2", felt: slow, exact: true, clock: true},
		{line: "reset", felt: notTaken},
		{line: "cut after=10B", felt: notTaken},
		{line: "blackhole", mute: true, felt: noAnswer},
	} {
		for _, broker := range fiveBrokers {
			t.Run(broker+"/"+f.line, func(t *testing.T) {
				t.Parallel()
				l := openSpec(t, parse(t, fmt.Sprintf(payWorld, broker)), lab.Options{})
				if s := pay(l, 1); s[0].text != "pending" {
					t.Fatalf("the customer saw %q, want pending", s[0].text)
				}
				// Of SQS the receiver's own requests, to receive and to delete, cross the
				// link too, and would take the first hits; Kafka's client tries again.
				line, always := f.line, broker == "kafka" || broker == "sqs"
				if !f.exact && !always {
					line += " first=2"
				}
				say(t, l, "inject client:payment "+line)
				send := pay
				if f.mute {
					send = hasty
				}
				times := count(send(l, 5), f.felt)
				if f.clock || f.mute && f.exact { // felt by the clock
					times = min(times, 2)
				}
				r := receipt(t, l, "f1")
				least := int64(1)
				if always && !f.exact {
					least = 5
				}
				if times < least || r.Hit == 0 || f.exact && (times != 2 || r.Hit != 2) {
					t.Errorf("the customer felt it %d times; hit %d of %d (%v)", times, r.Hit, r.Of, r.MissedBecause)
				}
				say(t, l, "clear f1")
				eventually(t, "messages are taken again", func() bool { return count(hasty(l, 1), notTaken) == 0 })
				if n := count(pay(l, 21), notTaken); n != 0 {
					t.Errorf("after clear %d were not taken", n)
				}
				if r := receipt(t, l, "f1"); !r.Verified {
					t.Errorf("%+v", r)
				}
			})
		}
	}
}
