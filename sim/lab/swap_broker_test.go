package lab_test

import (
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// letters is a world in which order tells notification, by any broker.
const letters = `
name: letters
services:
  client:       {kind: client}
  order:        {kind: order}
  notification: {kind: notification, instances: 2}
links:
  "client:order":       {transport: rest}
  "order:notification": {transport: nats}
use_cases:
  order.place: {from: client, ask: order.PlaceOrder, body: {customer_id: c-1, items: [{product_id: "101", quantity: 1}]}}
`

// A told message finds its way whichever broker has it when the link is swapped:
// under a hundred orders a second nothing is lost, and every letter is written
// once, but for what was handed out twice, which is counted.
func TestSwapAmongBrokersLosesNothing(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, letters), lab.Options{})
	do(t, l, sim.SetLoad{Rate: 100})
	every := time.NewTicker(250 * time.Millisecond)
	defer every.Stop()
	ways := []string{"rabbitmq", "activemq", "sqs", "kafka", "nats-stream", "rest", "nats"}
	for range 2 {
		for _, way := range ways {
			do(t, l, sim.Swap{Link: "order:notification", Transport: way})
			<-every.C
		}
	}
	do(t, l, sim.SetLoad{})
	s := allSettled(t, l, "order:notification")
	if s.Lost+s.Failed != 0 || s.Calls != s.Sent || s.Sent != s.Accepted+s.Answered || s.Settled != s.Accepted {
		t.Errorf("%+v", s)
	}
	written := int64(0)
	for _, e := range events(t, l) {
		if _, ok := e.Fact.(sim.Effect); ok && e.Node.Service == "notification" {
			written++
		}
	}
	if extra := written - s.Calls; extra < 0 || extra > s.Redelivered {
		t.Errorf("%d letters for %d orders, and %d were handed out again", written, s.Calls, s.Redelivered)
	}
	t.Logf("%d letters, %d handed out again", written, s.Redelivered)
}

// With the consumer killed and started again meanwhile, what it had in hand comes
// again, and nothing is lost.
func TestSwapAmongBrokersWhileTheConsumerDies(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"nats", "rabbitmq", "activemq", "sqs", "kafka"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := openSpec(t, parse(t, letters), lab.Options{})
			do(t, l, sim.Swap{Link: "order:notification", Transport: way})
			do(t, l, sim.SetLoad{Rate: 100})
			awaitN(t, l, 0, 20, fact[sim.Effect]("notification"))
			do(t, l, sim.Kill{Target: "notification"})
			awaitN(t, l, l.Timeline().(interface{ Last() sim.Seq }).Last(), 20, func(e sim.Event) bool {
				return e.Link == "order:notification" && e.Fact.Kind() == sim.KindAccepted
			})
			if s := l.LinkStats("order:notification"); s.Pending < 10 {
				t.Errorf("nobody listens, and only %d wait", s.Pending)
			}
			do(t, l, sim.Swap{Link: "order:notification", Transport: "rest"}) // while much waits
			do(t, l, sim.SetLoad{})
			do(t, l, sim.Start{Target: "notification"})
			s := allSettled(t, l, "order:notification")
			if s.Lost != 0 || s.Settled != s.Accepted {
				t.Errorf("%+v", s)
			}
		})
	}
}
