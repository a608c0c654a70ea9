package lab_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/view"
)

// emailWorld is order, which sends emails over a broker; its work takes so long.
const emailWorld = `name: mail
services:
  order: {kind: order}
  notification: {kind: notification, workers: 1, time: %s}
links:
  "order:notification": {transport: %s}
use_cases:
  email: {from: order, tell: notification.Notify, body: {to: c-1, text: hello}, deadline: 5s}
`

// Slow motion shows every moment between two reports. So the picture of each moment has
// to be right: while a message is being handled it does not wait in its queue, and
// before the next one is sent nothing is left of it there.
func TestTheQueueAgreesWithItsMessage(t *testing.T) {
	for broker, work := range map[string]string{"rabbitmq": "10ms", "activemq": "10ms", "sqs": "10ms", "nats": "40ms"} { // NATS is looked at every 20 ms at rest
		t.Run(broker, func(t *testing.T) {
			t.Parallel()
			spec := parse(t, fmt.Sprintf(emailWorld, work, broker))
			l := openSpec(t, spec, lab.Options{})
			do(t, l, sim.Send{UseCase: "email"}) // the queue is made with the first one
			allSettled(t, l, "order:notification")
			empty := func(e sim.Event) bool {
				f, ok := e.Fact.(sim.Queue)
				return ok && f.Name == "order:notification" && f.Ready+f.Unacked == 0
			}
			from := await(t, l, await(t, l, 0, fact[sim.Replied]("notification")).Seq, empty).Seq
			do(t, l, sim.Send{UseCase: "email"})
			replied := await(t, l, from, fact[sim.Replied]("notification"))
			gone := await(t, l, replied.Seq, empty)

			p := view.New(spec)
			for _, e := range events(t, l) {
				if e.Seq > replied.Seq {
					break
				}
				p.Apply(e)
			}
			at := slices.IndexFunc(p.Queues, func(q view.Queue) bool { return q.Name == "order:notification" })
			if q := p.Queues[at]; q.Ready != 0 || q.Unacked != 1 {
				t.Errorf("when the message was handled the queue shows %d waiting and %d unacked, want 0 and 1", q.Ready, q.Unacked)
			}
			if late := gone.At - replied.At; late > 15*time.Millisecond {
				t.Errorf("the queue was shown empty %v after the message was handled", late)
			}
		})
	}
}
