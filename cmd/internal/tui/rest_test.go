package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
)

// busy offers 40 requests a second for so long.
func (r *rig) busy(d time.Duration) {
	for ; d > 0; d -= 25 * time.Millisecond {
		r.press("enter")
		r.pass(20 * time.Millisecond)
	}
}

// A link over which nothing goes any more is drawn at rest, though no event says so,
// and then nothing is drawn any more.
func TestTrafficThatHasEndedIsNotShown(t *testing.T) {
	sit(t, 120, 40, Start{World: "catalog"}, func(r *rig) {
		r.busy(2 * time.Second)
		r.sees("/s ")
		r.pass(5 * time.Second)
		r.misses("/s ")
		if r.m.ticking {
			t.Error("frames are drawn although nothing moves")
		}
	})
}

// In pause the rate is that of the moment that is shown, and its dots stand still.
func TestTrafficStandsStillInPause(t *testing.T) {
	sit(t, 120, 40, Start{World: "catalog"}, func(r *rig) {
		r.busy(2 * time.Second)
		r.press("space")
		before := r.text()
		r.busy(time.Second)
		r.pass(5 * time.Second)
		if after := r.text(); after != before {
			t.Errorf("paused, it went from\n%s\nto\n%s", before, after)
		}
		r.sees("/s ")
	})
}

// happens puts a fact of the link from order to product into the log.
func (r *rig) happens(l sim.LinkID, f sim.Fact) {
	r.w.Log.Add(sim.Event{At: r.w.Now(), Node: sim.Instance{Service: "order", N: 1}, Link: l, Fact: f})
	r.pass(50 * time.Millisecond)
}

// A reset ends what was: nothing of the request before it stands on the stage.
func TestAResetClearsTheStage(t *testing.T) {
	sit(t, 120, 40, Start{World: "catalog"}, func(r *rig) {
		r.press("enter")
		r.pass(3 * time.Second)
		r.sees("returned 200", "customer: has the price after 0.21 ms")
		r.happens("", sim.Reset{})
		r.misses("returned 200", "after 0.21 ms")
		r.sees("customer: no request yet")
		r.press("enter")
		r.pass(3 * time.Second)
		r.sees("returned 200", "customer: has the price after 0.21 ms")
	})
}

// What became of a request over REST is not written on the link that is gRPC now.
func TestASwapClearsItsLink(t *testing.T) {
	sit(t, 120, 40, Start{World: "catalog"}, func(r *rig) {
		r.press("enter")
		r.pass(3 * time.Second)
		above := func() (n int) {
			for _, line := range r.lines()[:12] {
				n += strings.Count(line, "/products/101")
			}
			return n
		}
		if above() != 1 {
			t.Fatalf("%d labels:\n%s", above(), r.text())
		}
		r.happens("order:product", sim.Swapped{From: "rest", To: "grpc"})
		if above() != 0 {
			t.Errorf("the request over REST stands on the new link:\n%s", r.text())
		}
		r.sees("gRPC")
	})
}

// A fault that hits no more is not drawn as one that may, and what has recovered is
// not said to have a fault.
func TestWhatHitsNoMoreIsNotDrawn(t *testing.T) {
	sit(t, 120, 40, Start{World: "catalog"}, func(r *rig) {
		r.happens("order:product", sim.Armed{Fault: "f1", Text: "order:product error first=2"})
		r.sees("× f1")
		r.happens("order:product", sim.Spent{Fault: "f1"})
		r.misses("× f1")
		r.happens("", sim.Armed{Fault: "k1", Text: "order kill"})
		r.happens("", sim.Stopped{Cause: "killed"})
		r.sees("× k1", "× killed")
		r.happens("", sim.Started{Addr: "127.0.0.1:40009"})
		r.happens("", sim.Cleared{Fault: "k1"})
		r.misses("× k1", "× killed", "│ fault k1")
	})
}

// What is offered and not sent is on the screen, at the box that sends and in the header.
func TestAShortfallIsShown(t *testing.T) {
	sit(t, 120, 40, Start{World: "catalog"}, func(r *rig) {
		r.happens("", sim.Load{UseCase: "product.get", Rate: 1000})
		r.sees("1000/s offered")
		r.misses("only")
		r.happens("", sim.Shortfall{UseCase: "product.get", Offered: 1000, Sent: 659})
		r.sees("1000/s offered", "only 659/s sent", "sends 659 of 1,000/s", "only 659 of 1000/s are sent")
		r.happens("", sim.Shortfall{UseCase: "product.get", Offered: 1000, Sent: 1000})
		r.misses("659/s", "659 of 1,000")
	})
}

// What the setup of a chapter sent, before anything was shown, is no part of it.
func TestAChapterBeginsWithoutWhatItsSetupSent(t *testing.T) {
	a := newActor()
	a.st.Scene = demo.Title
	attend(t, 120, 40, false, a, func(r *rig) {
		a.order(r)
		r.pass(3 * time.Second)
		a.st.Scene = demo.Stage
		r.pass(time.Second)
		r.misses("has the price", "returned 200")
		r.sees("customer: no new request yet")
		a.order(r)
		r.pass(3 * time.Second)
		r.sees("customer: has the price")
	})
}
