package lab_test

import (
	"fmt"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// wall is a world in which everybody leaves notes for the one who reads them, one
// after another.
const wall = `
name: wall
services:
  client:       {kind: client}
  press:        {kind: client}
  radio:        {kind: client}
  post:         {kind: client}
  notification: {kind: notification, %s time: fixed 30ms}
links:
  "client:notification": {transport: %[2]s}
  "press:notification":  {transport: %[2]s}
  "radio:notification":  {transport: %[2]s}
  "post:notification":   {transport: %[2]s}
use_cases:
  note:     {from: client, tell: notification.Notify, body: {to: c-1, text: hello}}
  of-press: {from: press, tell: notification.Notify, body: {to: c-1, text: hello}}
  of-radio: {from: radio, tell: notification.Notify, body: {to: c-1, text: hello}}
  of-post:  {from: post, tell: notification.Notify, body: {to: c-1, text: hello}}
`

// What queues have handed out to a service with few workers waits for one of
// them, from however many queues it comes: nothing is refused, and nothing is
// handed out twice.
func TestWorkersHoldBackWhatQueuesHandOut(t *testing.T) {
	t.Parallel()
	for name, limited := range map[string]struct{ spec, line string }{
		"its workers":   {spec: "workers: 1,"},
		"a fault, busy": {line: "inject notification busy workers=1"},
	} {
		t.Run(name, func(t *testing.T) {
			l := openSpec(t, parse(t, fmt.Sprintf(wall, limited.spec, "nats")), lab.Options{})
			if limited.line != "" {
				say(t, l, limited.line)
			}
			say(t, l, "kill notification")
			for range 3 {
				say(t, l, "send note", "send of-press", "send of-radio", "send of-post")
			}
			say(t, l, "start notification")
			for _, id := range []sim.LinkID{notes, "press:notification", "radio:notification", "post:notification"} {
				if s := allSettled(t, l, id); s.Settled != 3 || s.Redelivered != 0 {
					t.Errorf("%+v", s)
				}
			}
		})
	}
}

// A kill is complete when the broker has noticed it: what is sent after that
// waits for the next incarnation, and its first delivery is one that arrives.
func TestNothingIsDeliveredToAKilledConsumer(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"nats", "nats-reply", "rabbitmq", "activemq", "sqs"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := openSpec(t, parse(t, fmt.Sprintf(wall, "", way)), lab.Options{})
			for range 20 {
				say(t, l, "kill notification", "send note", "start notification")
				allSettled(t, l, notes)
			}
			received := map[sim.SpanID]bool{}
			for _, e := range events(t, l) {
				switch e.Fact.Kind() {
				case sim.KindReceived:
					received[e.Span] = true
				case sim.KindRedelivered:
					if !received[e.Span] { // the acknowledgement of one that arrived may die with its consumer
						t.Errorf("%s was redelivered, and had never arrived", e.Span)
					}
				}
			}
		})
	}
}
