package lab_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// readersDie lets n readers of the next note die with it in hand, each when the
// one before is gone, and one more live: fewer when the broker buries it before,
// as it counts also what never reached a reader. It returns how the note was left.
func readersDie(t *testing.T, l *lab.Lab, n int) sim.Event {
	t.Helper()
	at := say(t, l, fmt.Sprintf("inject notification crash first=%d", n)).Seq
	say(t, l, "send note")
	for cursor := at; n > 0; n-- {
		e := await(t, l, cursor, func(e sim.Event) bool { return fact[sim.Stopped]("notification")(e) || e.Fact.Kind() == sim.KindBuried })
		if e.Fact.Kind() == sim.KindBuried {
			say(t, l, "clear all")
			break
		}
		cursor = e.Seq
		say(t, l, "start notification")
	}
	return await(t, l, at, func(e sim.Event) bool { return e.Link == notes && e.Fact.Kind() == sim.KindAccepted })
}

// accounted checks that every note the client left is handled, buried or waits,
// and that none is counted twice.
func accounted(t *testing.T, l *lab.Lab, buried int64) {
	t.Helper()
	s := allSettled(t, l, notes)
	if s.Settled+s.Pending != s.Accepted || s.Sent != s.Answered+s.Accepted+s.Failed+s.InFlight+s.Lost || s.Pending != 0 {
		t.Errorf("%+v", s)
	}
	var given, handled []sim.SpanID
	for _, e := range events(t, l) {
		switch f := e.Fact.(type) {
		case sim.Buried:
			given = append(given, e.Span)
		case sim.Replied:
			if e.Link == notes && f.Code == sim.OK {
				handled = append(handled, e.Span)
			}
		}
	}
	if int64(len(given)) != buried || s.Accepted != int64(len(given)+len(handled)) {
		t.Errorf("%d accepted, %d buried, %d handled; want %d buried", s.Accepted, len(given), len(handled), buried)
	}
}

// A note whose reader dies five times with it in hand is given up, once, by every
// broker that counts how often it hands a message out. It is known which one it
// was, so nothing is pending, and those before and after it are handled.
func TestANoteThatKillsItsReaders(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"nats", "nats-stream", "rabbitmq", "sqs", "kafka"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := openSpec(t, parse(t, fmt.Sprintf(desk, way)), lab.Options{})
			say(t, l, "send note")
			allSettled(t, l, notes)
			sent := readersDie(t, l, 5)
			buried := await(t, l, sent.Seq, func(e sim.Event) bool { return e.Fact.Kind() == sim.KindBuried })
			if d := cmp.Diff([]any{sent.Span, sent.Trace, notes}, []any{buried.Span, buried.Trace, buried.Link}); d != "" {
				t.Errorf("another message was buried: %s", d)
			}
			settled := await(t, l, sent.Seq, func(e sim.Event) bool { return e.Span == sent.Span && e.Fact.Kind() == sim.KindSettled })
			if f := settled.Fact.(sim.Settled); f.Code != sim.Unavailable {
				t.Errorf("it is settled as %s", f.Code)
			}
			say(t, l, "send note")
			accounted(t, l, 1)
			if dead := say(t, l, "show dead "+string(notes)).Data.([]lab.Letter); len(dead) != 1 {
				t.Errorf("%d dead letters: %+v", len(dead), dead)
			}
		})
	}
}

// ActiveMQ counts nothing when a client dies: the note comes again for ever, and
// is pending until somebody lives to handle it. Refused five times it is buried.
func TestANoteThatKillsItsReadersAtActiveMQ(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, fmt.Sprintf(desk, "activemq")), lab.Options{})
	readersDie(t, l, 7)
	accounted(t, l, 0)
	at := say(t, l, "inject client:notification poison first=1").Seq
	say(t, l, "send note")
	buried := await(t, l, at, func(e sim.Event) bool { return e.Fact.Kind() == sim.KindBuried })
	if buried.Span == 0 || buried.Link != notes {
		t.Errorf("%+v", buried)
	}
	accounted(t, l, 1)
}

// Whoever asked hears late that his question was given up, though the broker
// reports its burial before the answer comes.
func TestWhoAskedHearsOfTheBurial(t *testing.T) {
	t.Parallel()
	for _, way := range fiveBrokers {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := open(t, "mail", lab.Options{})
			say(t, l, "swap order:payment "+way, "inject order:payment poison first=1", "send order.place")
			buried := await(t, l, 0, fact[sim.Buried](way))
			e := await(t, l, 0, func(e sim.Event) bool { f, ok := e.Fact.(sim.Ended); return ok && f.Late })
			if e.Trace != buried.Trace {
				t.Errorf("%+v ended late, %+v was buried", e, buried)
			}
			if s := allSettled(t, l, "order:payment"); s.Accepted != 1 || s.Settled != 1 {
				t.Errorf("%+v", s)
			}
		})
	}
}
