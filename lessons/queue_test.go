package lessons

import (
	"errors"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// letters is a story of a queue: four messages go in at 0, 10, 20 and 30 ms, the
// third is done before the second, and the fourth still waits at 70 ms. Their receiver
// starts at 15 and at 62 ms.
func letters() *evidence {
	w := newWindow(0)
	seq := sim.Seq(0)
	say := func(at int, span sim.SpanID, f sim.Fact) {
		seq++
		e := sim.Event{Seq: seq, At: time.Second + ms(at), Span: span, Node: sim.Instance{Service: "a", N: 1}, Link: "a:b", Fact: f}
		w.apply(e)
	}
	starts := func(at int) {
		seq++
		w.apply(sim.Event{Seq: seq, At: time.Second + ms(at), Node: sim.Instance{Service: "b", N: 1}, Fact: sim.Started{}})
	}
	for i := range 4 {
		say(10*i, sim.SpanID(i+1), sim.Sent{Try: 1})
		say(10*i, 9, sim.Queue{Name: "a:b", Ready: int64(i), Unacked: 1})
		say(10*i+1, sim.SpanID(i+1), sim.Accepted{Took: ms(1)})
		if i == 1 {
			starts(15)
		}
	}
	say(35, 1, sim.Received{})
	say(38, 1, sim.Received{})
	say(40, 1, sim.Settled{Took: ms(40)})
	say(50, 3, sim.Settled{Took: ms(30)})
	say(55, 2, sim.Redelivered{Queue: "a:b", Try: 2})
	say(56, 2, sim.Redelivered{Queue: "c:d", Try: 2})
	say(60, 2, sim.Settled{Took: ms(50)})
	say(61, 9, sim.Queue{Name: "a:b", Ready: 1})
	say(61, 9, sim.Queue{Name: "c:d", Ready: 99})
	starts(62) // after what was handled until now
	say(65, 9, sim.Buried{Queue: "a:b", Why: "rejected"})
	say(70, 5, sim.Sent{Try: 1})
	say(71, 5, sim.Accepted{Took: ms(1)})
	return &evidence{window: w}
}

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func TestQueues(t *testing.T) {
	e, sc := letters(), storyScope()
	for source, want := range map[string]any{
		`queue("a:b").ready`:                         1,
		`queue("a:b").unacked`:                       0,
		`queue("a:b").most`:                          4,
		`queue("a:b").again`:                         1,
		`queue("a:b").buried`:                        1,
		`queue("nobody").most`:                       0,
		`first("a:b").delivered`:                     2,
		`last("a:b").delivered`:                      0, // it still waits
		`link("a:b").overtook`:                       1,
		`link("a:b").drained`:                        time.Duration(0), // one still waits
		`link("a:b").pace`:                           0.0,
		`link("a:b", {outcome: "accepted"}).settled`: 3,
		`oldest("a:b", ms(5))`:                       ms(5),
		`oldest("a:b", ms(39))`:                      ms(39),
		`oldest("a:b", ms(45))`:                      ms(35), // the second
		`oldest("a:b", ms(65))`:                      ms(35), // the fourth
		`backlog("a:b", ms(5))`:                      1,
		`handled("a:b", ms(5))`:                      0,
		`backlog("a:b", ms(45))`:                     3,
		`handled("a:b", ms(45))`:                     1,
		`backlog("a:b", ms(65))`:                     1,
		`handled("a:b", ms(65))`:                     3,
		`handled_after("a:b")`:                       ms(25), // its receiver started after it was sent
		`bar(ms(10), ms(20))`:                        "■■■■■■■■■■",
		`bar(ms(0), ms(20))`:                         "■",
		`bar(ms(99), ms(20))`:                        "■■■■■■■■■■■■■■■■■■■■",
	} {
		x, err := sc.value(piece{text: source})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := e.eval(x); err != nil || got != want {
			t.Errorf("%s is %v (%v), not %v", source, got, err, want)
		}
	}
	for _, source := range []string{`oldest("a:b", ms(71))`, `bar(ms(1), ms(0))`, `backlog("a:b", ms(71))`, `handled_after("a:b", {outcome: "failed"})`} {
		x, err := sc.value(piece{text: source})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if _, err := e.eval(x); !errors.Is(err, errNothing) {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// All of what was sent is dealt with: the queue is drained, at some pace.
func TestDrained(t *testing.T) {
	e, sc := letters(), storyScope()
	for i, span := range []sim.SpanID{4, 5} {
		e.window.apply(sim.Event{Seq: sim.Seq(100 + i), Span: span, Link: "a:b", Fact: sim.Settled{Took: ms(70)}})
	}
	for source, want := range map[string]any{`link("a:b").drained`: ms(140), `link("a:b").pace > 35.7 && link("a:b").pace < 35.8`: true} {
		x, err := sc.value(piece{text: source})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.eval(x); err != nil || got != want {
			t.Errorf("%s is %v (%v), not %v", source, got, err, want)
		}
	}
}
