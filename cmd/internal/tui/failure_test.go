package tui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
	"github.com/msc-sim/msc-sim/sim"
)

// breaks lets the world of a rig be broken and guarded.
func (r *rig) breaks() {
	r.w.SetUnder(tuitest.Broken())
	at := func(node string, link sim.LinkID, f sim.Fact) sim.Event {
		return sim.Event{At: r.w.Now(), Node: sim.Instance{Service: node, N: 1}, Link: link, Fact: f}
	}
	r.w.Log.Add(
		at("order", "order:product", sim.Guarded{Policies: "fallback(retry(budget(breaker(ratelimit(bulkhead(timeout(call)))))))"}),
		at("order", "order:product", sim.Moved{Policy: "breaker", From: "closed", To: "open", Why: "6 of 10 failed"}),
		at("order", "order:product", sim.Armed{Fault: "f1", Text: "order:product latency delay=300ms share=30%"}),
		at("order", "order:product", sim.Armed{Fault: "f3", Text: "order:product reset first=2"}),
		at("order", "order:product", sim.Cleared{Fault: "f3", Verified: true}),
		at("order", "", sim.Armed{Fault: "k1", Text: "order kill for=10s"}),
		at("", "", sim.Queue{Name: "mail", Ready: 1204, Unacked: 3}),
		at("", "", sim.Redelivered{Queue: "mail", Try: 2}),
		at("", "", sim.Buried{Queue: "mail", Why: "no such customer"}),
		at("", "", sim.Queue{Name: "audit"}),
	)
	r.hurry(3 * time.Second)
}

func (r *rig) last() sim.Command {
	did := r.w.Did()
	if len(did) == 0 {
		return nil
	}
	return did[len(did)-1]
}

// does fails unless the last command of the door was this one.
func (r *rig) does(want sim.Command) {
	r.Helper()
	if got := r.last(); fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) {
		r.Errorf("done: %#v\nwant: %#v", got, want)
	}
}

func TestFaultForm(t *testing.T) {
	everySize(t, inPlayground, func(r *rig, size string) {
		r.press("right", "right", "right", "right", "f")
		r.golden("form-fault-" + size)
		r.press("enter")
		r.write("3 min")
		r.golden("form-fault-wrong-" + size)
		r.press("enter")
		r.sees("3 min", "is not a duration")
		if r.last() != nil {
			r.Errorf("done: %v", r.last())
		}
		r.press("esc", "enter")
		for range len("3 min") {
			r.press("backspace")
		}
		r.write("300ms")
		r.press("down", "down", "right", "right", "down", "down", "down")
		r.write("30%")
		r.golden("form-fault-filled-" + size)
		r.press("enter")
		r.does(sim.Inject{Target: "order:product", Fault: "latency", Params: map[string]string{"delay": "300ms", "dist": "uniform", "share": "30%"}})
	})
}

func TestPolicyForm(t *testing.T) {
	everySize(t, inPlayground, func(r *rig, size string) {
		r.breaks()
		r.press("right", "right", "right", "right", "p", "down", "down")
		r.golden("form-policy-" + size)
		r.press("enter")
		r.press("down", "down", "down", "down", "right", "right", "right")
		r.golden("form-policy-filled-" + size)
		r.press("enter")
		r.does(sim.Guard{Link: "order:product", Policy: "retry", Params: map[string]string{"tries": "3", "jitter": "equal"}})
		r.press("p", "down", "down", "x")
		r.does(sim.Unguard{Link: "order:product", Policy: "retry"})
		r.press("p", "end", "up", "up", "up", "up", "up", "enter", "right", "right")
		r.golden("form-preset-" + size)
		r.press("enter")
		r.does(sim.Guard{Link: "order:product", Policy: "preset=polly", Params: map[string]string{"scale": "classroom"}})
	})
}

func TestWayForm(t *testing.T) {
	everySize(t, inPlayground, func(r *rig, size string) {
		r.press("t", "left", "down")
		r.golden("form-way-" + size)
		r.press("down")
		r.golden("form-way-cannot-" + size)
		r.press("enter")
		r.sees("the question has no late answer")
		r.press("down")
		r.golden("form-way-queue-" + size)
		r.sees("stored in", "as sent", "up to 5 times", "kafka", "sqs", "activemq-reply") // all of twelve
		r.press("enter")
		r.does(sim.Swap{Link: "order:product", Transport: "rabbitmq-reply"})
		r.sees("order:product takes rabbitmq-reply", "changed for its messages: stored in, replay")
	})
}

func TestFailurePanels(t *testing.T) {
	everySize(t, inPlayground, func(r *rig, size string) {
		for i, name := range []string{"faults", "policies", "queues"} {
			r.press(fmt.Sprint(i + 4))
			r.golden("panel-" + name + "-empty-" + size)
		}
		r.press("1")
		r.breaks()
		for i, name := range []string{"faults", "policies", "queues"} {
			r.press(fmt.Sprint(i+4), "tab")
			r.pass(300 * time.Millisecond)
			r.golden("panel-" + name + "-" + size)
			r.press("tab")
		}
	})
}

func TestClearTakesTheFaultThatIsMeant(t *testing.T) {
	sit(t, 120, 40, inPlayground, func(r *rig) {
		r.press("c")
		r.sees("no fault is armed; f breaks something")
		r.breaks()
		r.press("c") // the newest of all
		r.does(sim.Clear{Target: "k1"})
		r.press("right", "right", "right", "right", "c") // the newest at the selected link
		r.does(sim.Clear{Target: "f1"})
		r.press("esc", "4", "tab", "up", "up", "up", "up", "c") // the selected one of the panel
		r.does(sim.Clear{Target: "f1"})
	})
}

// A fault that can hit no more has nothing to clear.
func TestASpentFaultIsNotCleared(t *testing.T) {
	sit(t, 120, 40, inPlayground, func(r *rig) {
		r.w.Log.Add(sim.Event{At: r.w.Now(), Node: sim.Instance{Service: "order", N: 1}, Fact: sim.Armed{Fault: "f7", Text: "order error first=1"}})
		r.pass(time.Second)
		r.sees("c clear")
		r.w.Log.Add(sim.Event{At: r.w.Now(), Node: sim.Instance{Service: "order", N: 1}, Fact: sim.Spent{Fault: "f7"}})
		r.pass(time.Second)
		r.misses("c clear")
		r.press("c")
		r.sees("no fault is armed")
	})
}

func TestEnterWithNothingSelectedSendsTheFirstUseCase(t *testing.T) {
	sit(t, 80, 24, inPlayground, func(r *rig) {
		r.sees("enter send", "enter sends product.get")
		r.press("enter")
		r.does(sim.Send{UseCase: "product.get", N: 1})
		r.press("right", "right", "enter")
		if n := len(r.w.Did()); n != 1 {
			t.Errorf("enter on a link did %d commands", n-1)
		}
	})
}

// Receipts and gauges are asked for while their panel is open, and at most four
// times a second.
func TestPanelsPollOnlyWhileTheyAreOpen(t *testing.T) {
	sit(t, 120, 40, inPlayground, func(r *rig) {
		r.breaks()
		before := r.w.Asked()
		r.pass(2 * time.Second)
		if n := r.w.Asked() - before; n != 0 {
			t.Errorf("asked %d times for a panel that is closed", n)
		}
		r.press("5")
		before = r.w.Asked()
		r.pass(2 * time.Second)
		if n := r.w.Asked() - before; n < 4 || n > 9 {
			t.Errorf("asked %d times in two seconds", n)
		}
	})
}

func TestMouseInPanelsAndForms(t *testing.T) {
	sit(t, 120, 40, inPlayground, func(r *rig) {
		r.breaks()
		r.press("m", "4")
		click := func(text string) {
			r.Helper()
			for y, line := range r.lines() {
				for x := range []rune(line) {
					if s := []rune(line)[x:]; len(s) >= len([]rune(text)) && string(s[:len([]rune(text))]) == text {
						r.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
						return
					}
				}
			}
			r.Errorf("%q is not on the screen:\n%s", text, r.text())
		}
		click("f1   order:product")
		r.press("c")
		r.does(sim.Clear{Target: "f1"})
		click("5 policies")
		r.sees("6 of 10 failed")
		r.press("f")
		click("error")
		r.sees("respond with an error")
		click("error")
		click("first")
		r.write("2")
		r.press("enter")
		r.does(sim.Inject{Target: "client:order", Fault: "error", Params: map[string]string{"first": "2"}})
	})
}

func TestHelpComesBackToTheForm(t *testing.T) {
	sit(t, 80, 24, inPlayground, func(r *rig) {
		r.press("f", "down", "?")
		r.sees("Keys", "choose a word")
		r.press("esc")
		r.sees("respond with an error")
	})
}

// Whatever a form says, its line is one that the door understands.
func TestEveryLineOfAFormIsALineOfTheDoor(t *testing.T) {
	sit(t, 120, 40, inPlayground, func(r *rig) {
		for _, k := range []string{"f", "p", "t"} {
			r.press(k)
			n := len(r.m.form().words)
			for range n {
				d := r.m.form().view()
				if d.Line == "" || d.Undo == "" && d.Trouble == "" {
					t.Errorf("%s %s: line %q, undo %q", k, d.Words[d.Selected].Word, d.Line, d.Undo)
				}
				r.press("down")
			}
			r.press("esc")
		}
		if slices.ContainsFunc(r.w.Did(), func(sim.Command) bool { return true }) {
			t.Errorf("looking at forms did %v", r.w.Did())
		}
	})
}
