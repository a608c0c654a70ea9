package lab_test

import (
	"fmt"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// shownIn is how many are in a queue as the picture of the log has it, and as show does.
func shownIn(t *testing.T, l *lab.Lab, name string) (drawn, said int64) {
	t.Helper()
	drawn, said = -2, -2
	for _, e := range events(t, l) {
		if q, ok := e.Fact.(sim.Queue); ok && q.Name == name {
			drawn = q.Ready + q.Unacked
		}
	}
	for _, q := range say(t, l, "show queues").Data.([]lab.Queue) {
		if q.Name == name {
			said = int64(q.Ready + q.Unacked)
		}
	}
	return drawn, said
}

// answerQueues counts what was told of queues of late answers since a broker was killed last.
func answerQueues(t *testing.T, l *lab.Lab) (n int) {
	t.Helper()
	for _, e := range events(t, l) {
		switch f := e.Fact.(type) {
		case sim.Stopped:
			n = 0
		case sim.Queue:
			if f.Name == string(notes)+" answers" {
				n++
			}
		}
	}
	return n
}

// What a broker that was killed still has when it runs again is told, though nobody
// takes anything from it: every transport of a link has a queue of its own there.
func TestARestartedBrokerTellsWhatItHas(t *testing.T) {
	for _, way := range []string{"rabbitmq", "activemq", "sqs", "nats"} {
		t.Run(way, func(t *testing.T) {
			first := way
			if way == "rabbitmq" {
				first = "rabbitmq-transient"
			}
			l := openSpec(t, parse(t, fmt.Sprintf(desk, first)), lab.Options{})
			say(t, l, "kill notification")
			if first != way {
				say(t, l, "send note 10", "kill rabbitmq")
				eventually(t, "what was in memory is gone with the broker", func() bool {
					drawn, _ := shownIn(t, l, string(notes))
					return drawn == 0
				})
				say(t, l, "start rabbitmq", "swap client:notification rabbitmq")
			}
			say(t, l, "send note 10", "restart "+way)
			began := l.LinkStats(notes).Accepted
			if first != way {
				eventually(t, "the caller has its queues for answers again, of both transports", func() bool { return answerQueues(t, l) >= 2 })
			}
			eventually(t, "ten wait", func() bool {
				drawn, said := shownIn(t, l, string(notes))
				return drawn == 10 && said == 10
			})
			say(t, l, "start notification")
			eventually(t, "all are handled", func() bool {
				drawn, said := shownIn(t, l, string(notes))
				return l.LinkStats(notes).Settled >= 10 && drawn == 0 && said <= 0
			})
			if n := l.LinkStats(notes).Accepted; n != began {
				t.Errorf("accepted %d, then %d", began, n)
			}
		})
	}
}
