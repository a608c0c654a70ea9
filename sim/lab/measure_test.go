package lab_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// unknown is what nobody measured.
const unknown = lab.Number(sim.Unmeasured)

// shown is what `show queues` says of one queue.
func shown(t *testing.T, l *lab.Lab, name string) (ready, unacked, buried lab.Number) {
	t.Helper()
	for _, q := range say(t, l, "show queues").Data.([]lab.Queue) {
		if q.Name == name {
			return q.Ready, q.Unacked, q.Buried
		}
	}
	return unknown, unknown, unknown
}

// soon waits until something holds, looking whenever something has happened.
func soon(t *testing.T, l *lab.Lab, what string, holds func() bool) {
	t.Helper()
	for cursor := sim.Seq(0); !holds(); {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		e, err := l.Timeline().Await(ctx, cursor, func(e sim.Event) bool { return e.Fact.Kind() == sim.KindQueue })
		cancel()
		if err != nil {
			t.Fatalf("never came true: %s; the queues are %+v", what, say(t, l, "show queues").Data)
		}
		cursor = e.Seq
	}
}

// A broker that is not ours is asked what is in its queues. What its protocol
// does not tell is unknown, and never 0.
func TestQueuesOfAnAttachedBroker(t *testing.T) {
	t.Parallel()
	type numbers [3]lab.Number // waiting, in hand, dead
	for way, want := range map[string]struct{ waiting, empty numbers }{
		"nats":     {numbers{3, 0, unknown}, numbers{0, 0, unknown}},
		"rabbitmq": {numbers{3, unknown, 0}, numbers{0, unknown, 0}},
		"activemq": {numbers{unknown, unknown, unknown}, numbers{unknown, unknown, unknown}},
		"sqs":      {numbers{3, 0, 0}, numbers{0, 0, 0}},
		"kafka":    {numbers{3, unknown, 0}, numbers{0, unknown, 0}},
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			there := abroad(t, way)
			l := openSpec(t, attached(t, parse(t, fmt.Sprintf(desk, way)), way, there.at), lab.Options{Getenv: there.env})
			say(t, l, "send note")
			allSettled(t, l, notes)
			now := func() (n numbers) {
				n[0], n[1], n[2] = shown(t, l, string(notes))
				return n
			}
			soon(t, l, "the first one is acknowledged", func() bool { return now() == want.empty })
			say(t, l, "kill notification", "send note", "send note", "send note")
			three := func() bool { // one may have been handed to the reader that died
				got := now()
				return got == want.waiting || want.waiting[1] != unknown && got[0]+got[1] == 3 && got[2] == want.waiting[2]
			}
			soon(t, l, "three wait", three)
			say(t, l, "start notification")
			allSettled(t, l, notes)
			soon(t, l, "nothing waits any more", func() bool { return now() == want.empty })
		})
	}
}

func TestWhatIsUnknownIsNull(t *testing.T) {
	const want = `{"name":"a:b","broker":"activemq","ready":null,"unacked":0,"buried":7}`
	q := lab.Queue{Name: "a:b", Broker: "activemq", Ready: unknown, Buried: 7}
	b, err := json.Marshal(q)
	if err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
	var back lab.Queue
	if err := json.Unmarshal(b, &back); err != nil || back != q {
		t.Errorf("%+v, %v", back, err)
	}
}

// What a broker that is not ours has given up is known by its trace, so nothing
// stays pending; it can be read, and put back.
func TestDeadLettersOfAnAttachedBroker(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"rabbitmq", "activemq", "sqs", "kafka"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			there := abroad(t, way)
			l := openSpec(t, attached(t, parse(t, fmt.Sprintf(desk, way)), way, there.at), lab.Options{Getenv: there.env})
			say(t, l, "inject client:notification poison first=2", "send note", "send note")
			dead := func() []lab.Letter {
				r, err := l.Do(t.Context(), sim.Show{What: "dead", Of: string(notes)})
				if sim.CodeOf(err) == sim.NotFound { // nobody has heard of the queue yet
					return nil
				}
				if err != nil {
					t.Fatal(err)
				}
				return r.Data.([]lab.Letter)
			}
			eventually(t, "both are dead", func() bool { return len(dead()) == 2 })
			for _, d := range dead() {
				if d.Queue != string(notes) || d.Broker != way || d.Why == "" || len(d.Headers) == 0 || !strings.Contains(d.Body, "hello") {
					t.Errorf("%+v", d)
				}
			}
			if _, _, buried := shown(t, l, string(notes)); way != "activemq" {
				eventually(t, "they are counted", func() bool { _, _, buried = shown(t, l, string(notes)); return buried == 2 })
			} else if buried != unknown {
				t.Errorf("%d are said to be dead", buried)
			}
			after := say(t, l, "clear all").Seq
			if got := say(t, l, "redrive "+string(notes)).Text; got != "put back into client:notification: 2" {
				t.Errorf("it says %q", got)
			}
			awaitN(t, l, after, 2, fact[sim.Effect]("notification"))
			eventually(t, "none is left", func() bool { return len(dead()) == 0 })
		})
	}
}

// A message whose readers die is found among the dead letters there, and settled.
func TestANoteThatKillsItsReadersElsewhere(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"rabbitmq", "sqs", "kafka"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			there := abroad(t, way)
			l := openSpec(t, attached(t, parse(t, fmt.Sprintf(desk, way)), way, there.at), lab.Options{Getenv: there.env})
			sent := readersDie(t, l, 5)
			buried := await(t, l, sent.Seq, func(e sim.Event) bool { return e.Fact.Kind() == sim.KindBuried })
			if buried.Span != sent.Span {
				t.Errorf("%+v was sent, %+v buried", sent, buried)
			}
			accounted(t, l, 1)
		})
	}
}

// An attached nats-server has no dead-letter queue, and the error says so.
func TestNoDeadLettersOfAnAttachedNATS(t *testing.T) {
	t.Parallel()
	there := started(t, "nats")
	l := openSpec(t, attached(t, parse(t, fmt.Sprintf(desk, "nats")), "nats", there.at), lab.Options{Getenv: there.env})
	say(t, l, "send note")
	allSettled(t, l, notes)
	eventually(t, "it is asked", func() bool { ready, _, _ := shown(t, l, string(notes)); return ready == 0 })
	for _, c := range []sim.Command{sim.Redrive{Queue: string(notes)}, sim.Show{What: "dead", Of: string(notes)}} {
		if _, err := l.Do(t.Context(), c); sim.CodeOf(err) != sim.Invalid || !strings.Contains(err.Error(), "no dead-letter queue that msc-sim can read") {
			t.Errorf("%T: %v", c, err)
		}
	}
}
