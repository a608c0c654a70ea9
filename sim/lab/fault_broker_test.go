package lab_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/world"
)

// fiveBrokers is where every fault of a queue is tried.
var fiveBrokers = []string{"nats", "rabbitmq", "activemq", "sqs", "kafka"}

// desk is a world in which a client leaves notes for notification.
const desk = `
name: desk
services:
  client:       {kind: client}
  notification: {kind: notification}
links:
  "client:notification": {transport: %s}
use_cases:
  note: {from: client, tell: notification.Notify, body: {to: $to, text: hello}, fields: {to: c-1}, deadline: 5s}
  hasty: {from: client, tell: notification.Notify, body: {to: c-1, text: hello}, deadline: 150ms}
`

const notes = sim.LinkID("client:notification")

// felt is what others count of five notes.
type felt struct {
	written int64 // letters that notification wrote
	again   int64 // deliveries after the first
	refused int64 // notes that the client could not leave
	buried  int64
	slow    int64 // letters that took longer than they do on a busy machine
}

// queueFaults are the faults of queues and what five notes, one after another,
// feel of each. Where a broker has no such thing, not says why.
var queueFaults = []struct {
	line string
	want func(felt) bool
	hits func(felt) int64 // what its receipt counts, as others count it
	not  map[string]string
}{
	{line: "client:notification poison first=1", want: exactly(felt{written: 4, again: 4, buried: 1}), hits: func(c felt) int64 { return c.buried }},
	{line: "client:notification lostack first=1", want: exactly(felt{written: 6, again: 1}), hits: func(c felt) int64 { return c.again }},
	{line: "client:notification slow delay=400ms first=2", want: exactly(felt{written: 5, slow: 2}), hits: func(c felt) int64 { return c.slow }},
	{line: "client:notification duplicate first=2", want: exactly(felt{written: 7}), hits: func(c felt) int64 { return c.written - 5 }},
	{line: "client:notification full", want: exactly(felt{refused: 5}), hits: refused, not: map[string]string{"sqs": "accepts every message", "kafka": "oldest"}},
	// The member works on what it has until it hears of it, and all that comes again.
	{
		line: "client:notification rebalance first=1", want: func(c felt) bool { return c.written > 5 && c.again > 0 }, hits: func(c felt) int64 { return c.again },
		not: map[string]string{"nats": "no groups", "rabbitmq": "no groups", "activemq": "no groups", "sqs": "no groups"},
	},
	// Who knows only the leader of yesterday is refused once, and knows better then.
	{line: "client:notification leader partition=0", want: allOrRefused, hits: refused, not: alone},
	{line: "BROKER kill", want: exactly(felt{refused: 5}), hits: refused},
	// What a lost node had led, or coordinated, may be handed out again by another.
	{line: "BROKER#2 kill", want: func(c felt) bool { return c.written+c.refused >= 5 && c.buried == 0 }, hits: refused, not: alone},
}

func exactly(want felt) func(felt) bool { return func(c felt) bool { return c == want } }
func refused(c felt) int64              { return c.refused }
func allOrRefused(c felt) bool          { return c == felt{written: 5 - c.refused, refused: c.refused} }

// alone are the brokers of one node.
var alone = map[string]string{"nats": "one node", "rabbitmq": "one node", "activemq": "one node", "sqs": "one node"}

// Every fault of queues and brokers at every broker: it hits, it is counted as
// others count it, and after clear there is no trace of it.
func TestEveryBrokerFault(t *testing.T) {
	t.Parallel()
	for _, broker := range fiveBrokers {
		for _, f := range queueFaults {
			line := strings.ReplaceAll(f.line, "BROKER", broker)
			t.Run(broker+"/"+line, func(t *testing.T) {
				t.Parallel()
				l := openSpec(t, parse(t, fmt.Sprintf(desk, broker)), lab.Options{})
				say(t, l, "send note")
				allSettled(t, l, notes)
				before := countedAt(t, l)
				if why := f.not[broker]; why != "" {
					saysNo(t, l, "inject "+line, why)
					return
				}
				say(t, l, "inject "+line)
				id := say(t, l, "show faults").Data.([]world.Receipt)[0].ID
				for range 5 {
					_, _ = l.Do(t.Context(), sim.Send{UseCase: "note"}) // what the client felt is in the log
					allSettled(t, l, notes)
				}
				eventually(t, "five notes have felt it", func() bool { return f.want(countedAt(t, l).less(before)) })
				if r := receipt(t, l, id); r.Hit != f.hits(countedAt(t, l).less(before)) || r.Of < 5 || r.Missed != r.Of-r.Hit {
					t.Errorf("%+v, felt %+v", r, countedAt(t, l).less(before))
				}
				say(t, l, "clear "+id)
				eventually(t, "notes are taken again", func() bool { return say(t, l, "send hasty").Text == "accepted" })
				allSettled(t, l, notes)
				hit := receipt(t, l, id).Hit
				for range world.Untouched {
					say(t, l, "send note")
				}
				allSettled(t, l, notes)
				if r := receipt(t, l, id); !r.Verified || r.Hit != hit {
					t.Errorf("%+v", r)
				}
			})
		}
	}
}

// countedAt counts in the log, since the world began.
func countedAt(t *testing.T, l *lab.Lab) (c felt) {
	t.Helper()
	c.refused = l.LinkStats(notes).Failed
	for _, e := range events(t, l) {
		switch f := e.Fact.(type) {
		case sim.Effect:
			c.written++
		case sim.Redelivered:
			c.again++
		case sim.Buried:
			c.buried++
		case sim.Replied:
			if f.Took >= 400*time.Millisecond && e.Node.Service == "notification" {
				c.slow++
			}
		}
	}
	return c
}

func (c felt) less(d felt) felt {
	return felt{c.written - d.written, c.again - d.again, c.refused - d.refused, c.buried - d.buried, c.slow - d.slow}
}

func saysNo(t *testing.T, l *lab.Lab, line, why string) {
	t.Helper()
	_, err := l.Do(t.Context(), parseLine(t, line))
	if e := sim.AsError(err); e == nil || !strings.Contains(e.Message, why) {
		t.Errorf("%s: %v; want a word of %q", line, err, why)
	}
	if rs := say(t, l, "show faults").Data.([]world.Receipt); len(rs) != 0 {
		t.Errorf("it is armed all the same: %+v", rs)
	}
}

// What is published is handed out to delivered to each subscriber, and can go wrong for one of them alone.
func TestFaultsOfOneSubscriber(t *testing.T) {
	t.Parallel()
	for _, broker := range fiveBrokers {
		t.Run(broker, func(t *testing.T) {
			t.Parallel()
			l := openSpec(t, parse(t, strings.Replace(fmt.Sprintf(between, false), "transport: nats", "transport: "+broker, 1)), lab.Options{})
			saysNo(t, l, "inject order:order-created poison", "delivered to each subscriber")
			saysNo(t, l, "inject order-created:order poison", "order-created:order")
			say(t, l, "inject order-created:email lostack first=1", "send order.place")
			allSettled(t, l, "order:order-created")
			mails := int64(0)
			for _, e := range events(t, l) {
				if _, ok := e.Fact.(sim.Effect); ok && e.Node.Service == "email" {
					mails++
				}
			}
			r := receipt(t, l, "f1")
			if mails != 2 || r.Hit != 1 || r.SideEffect.After != 1 || l.LinkStats("order-created:email").FaultsHit != 1 {
				t.Errorf("%d mails; %+v %+v", mails, r, r.SideEffect)
			}
			say(t, l, "clear f1", fmt.Sprintf("send order.place %d", world.Untouched))
			allSettled(t, l, "order:order-created")
			if r := receipt(t, l, "f1"); !r.Verified {
				t.Errorf("%+v", r)
			}
		})
	}
}

// A note that is held back is overtaken before it reaches the queue.
func TestReorderBeforeAQueue(t *testing.T) {
	for _, broker := range fiveBrokers {
		t.Run(broker, func(t *testing.T) {
			l := openSpec(t, parse(t, fmt.Sprintf(desk, broker)), lab.Options{})
			say(t, l, "send note to=c-0", "inject client:notification reorder window=1 delay=10s first=1")
			first := make(chan error, 1)
			go func() { // ends when the second has overtaken it
				_, err := l.Do(t.Context(), sim.Send{UseCase: "note", Fields: map[string]string{"to": "c-1"}})
				first <- err
			}()
			eventually(t, "the first one is held", func() bool { return receipt(t, l, "f1").Of == 1 })
			say(t, l, "send note to=c-2")
			if err := <-first; err != nil {
				t.Fatal(err)
			}
			allSettled(t, l, notes)
			if r := receipt(t, l, "f1"); r.Hit != 1 || r.Of != 2 {
				t.Errorf("%+v", r)
			}
		})
	}
}

// The words for a broker are those for a service, and make faults with ids.
func TestAKilledNodeIsAFault(t *testing.T) {
	l := openSpec(t, parse(t, fmt.Sprintf(desk, "kafka")), lab.Options{})
	for _, c := range []struct{ line, says string }{
		{"kill kafka#2", "kafka#2 killed"},
		{"kill kafka#2", "kafka#2 was killed already"},
		{"start kafka#2", "kafka#2 started"},
		{"start kafka#2", "kafka#2 was started already"},
		{"pause kafka#1", "kafka#1 paused"},
		{"resume kafka#1", "kafka#1 resumed"},
		{"kill kafka", "kafka killed"},
		{"clear k2", "cleared k2"},
		{"kill kafka", "kafka killed"},
		{"start kafka", "kafka started"},
		{"restart kafka#2", "kafka#2 restarted"},
		{"kill kafka#2", "kafka#2 killed"},
		{"kill kafka", "kafka killed"},
		{"kill kafka", "kafka was killed already"},
		{"start kafka", "kafka started"},
		{"start kafka#2", "kafka#2 was started already"},
		{"kill kafka#2", "kafka#2 killed"},
		{"start kafka", "kafka started"},
		{"start kafka#2", "kafka#2 was started already"},
		{"pause kafka", "kafka paused"},
		{"pause kafka#1", "kafka#1 paused"},
		{"resume kafka", "kafka resumed"},
		{"resume kafka#1", "kafka#1 was resumed already"},
		{"pause kafka", "kafka paused"},
		{"restart kafka", "kafka restarted"},
		{"resume kafka", "kafka was resumed already"},
	} {
		if got := say(t, l, c.line).Text; got != c.says {
			t.Errorf("%s: %q, want %q", c.line, got, c.says)
		}
	}
	saysNo := func(line, why string) {
		_, err := l.Do(t.Context(), parseLine(t, line))
		if e := sim.AsError(err); e == nil || !strings.Contains(e.Message, why) {
			t.Errorf("%s: %v; want a word of %q", line, err, why)
		}
	}
	for _, r := range say(t, l, "show faults").Data.([]world.Receipt) {
		if r.Armed {
			t.Errorf("%s at %s is armed, and all run", r.ID, r.Target)
		}
	}
	saysNo("kill kafka#3", "makes the topics")
	saysNo("restart kafka#3", "makes the topics")
	saysNo("kill kafka#9", "does not run")
	saysNo("kill rabbitmq", "not running")
	say(t, l, "send note")
	allSettled(t, l, notes)
}
