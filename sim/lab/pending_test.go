package lab_test

import (
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// What waits in queues outlives a reset, and so does what is pending.
func TestResetKeepsWhatIsQueued(t *testing.T) {
	l := open(t, "mail", lab.Options{})
	do(t, l, sim.Kill{Target: "notification"})
	do(t, l, sim.Kill{Target: "payment"})
	do(t, l, sim.Send{UseCase: "order.place", N: 5})
	do(t, l, sim.Pause{Target: "nats"})
	do(t, l, sim.ResetWorld{})
	for _, id := range []sim.LinkID{"order:payment", "order:notification"} {
		if s := allSettled(t, l, id); s.Settled != s.Accepted || s.Lost != 0 {
			t.Errorf("%+v", s)
		}
	}
	if got := do(t, l, sim.Send{UseCase: "order.place"}).Text; got != "pending" {
		t.Errorf("the customer saw %q", got)
	}
	allSettled(t, l, "order:payment")
}

func TestACallerThatDiesLeavesItsAnswers(t *testing.T) {
	l := open(t, "mail", lab.Options{})
	do(t, l, sim.Kill{Target: "payment"})
	do(t, l, sim.Send{UseCase: "order.place", N: 3})
	do(t, l, sim.Kill{Target: "order"})
	do(t, l, sim.Swap{Link: "order:payment", Transport: "rest"})
	if got := l.LinkStats("order:payment"); got.Pending != 3 || got.Draining != 3 {
		t.Errorf("%+v", got)
	}
	do(t, l, sim.Start{Target: "payment"})
	do(t, l, sim.Start{Target: "order"})
	if s := allSettled(t, l, "order:payment"); s.Settled != 3 || s.Lost != 0 {
		t.Errorf("%+v", s)
	}
}
