package amqp_test

import (
	"testing"

	amqp091 "github.com/rabbitmq/amqp091-go"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
)

// dial is a connection with a channel on it and a queue t.a.
func dial(t *testing.T, s *amqp.Server) (*amqp091.Connection, *amqp091.Channel) {
	t.Helper()
	c, err := amqp091.Dial(url(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() }) // also one that is closed already
	ch, err := c.Channel()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ch.QueueDeclare("t.a", false, false, false, false, nil); err != nil {
		t.Fatal(err)
	}
	return c, ch
}

// A full broker blocks those who publish, and tells them; a consumer makes room.
// What was published meanwhile is stored then: nothing is lost or refused.
func TestAFullBrokerBlocksPublishers(t *testing.T) {
	const most, size = 8000, 100
	s := start(t, amqp.Options{MaxBytes: most})
	publisher, out := dial(t, s)
	_, in := dial(t, s)
	blocked := publisher.NotifyBlocked(make(chan amqp091.Blocking, 9))
	if err := out.Confirm(false); err != nil {
		t.Fatal(err)
	}
	publish := func() *amqp091.DeferredConfirmation {
		t.Helper()
		d, err := out.PublishWithDeferredConfirmWithContext(t.Context(), "", "t.a", false, false, amqp091.Publishing{Body: make([]byte, size)})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	var all []*amqp091.DeferredConfirmation
	for range most / size {
		all = append(all, publish())
	}
	if b := <-blocked; !b.Active || b.Reason != "low on memory" {
		t.Fatalf("told %+v", b)
	}
	if !s.Blocks() {
		t.Error("the broker says that it blocks nobody")
	}
	n, err := in.QueuePurge("t.a", false)
	if err != nil || n == 0 || n*size > most/8*7 {
		t.Fatalf("%d of %d messages were stored: %v", n, len(all), err)
	}
	if b := <-blocked; b.Active {
		t.Fatalf("told %+v", b)
	}
	if s.Blocks() {
		t.Error("the broker says that it still blocks")
	}
	for i, d := range all {
		if !d.Wait() {
			t.Errorf("message %d was refused", i)
		}
	}
	if q, err := in.QueueDeclarePassive("t.a", false, false, false, false, nil); err != nil || n+q.Messages != len(all) {
		t.Errorf("%d and %d of %d messages were stored: %v", n, q.Messages, len(all), err)
	}
}

// A client without the capability is told nothing, and waits all the same; and a
// broker that has blocked somebody can be closed.
func TestABlockedClientThatIsNotTold(t *testing.T) {
	s := start(t, amqp.Options{MaxBytes: 800})
	_, in := dial(t, s)
	r := rawClient(t, url(s)).ready()
	publish := func() {
		w := new(wire.Writer)
		at := w.Begin(wire.FrameMethod, 1)
		w.U16(60).U16(40).U16(0).Short("").Short("t.a").U8(0)
		w.End(at)
		_, header := publishFrames(1, 750)
		w.B = append(w.B, header...)
		w.Frame(wire.FrameBody, 1, make([]byte, 750))
		r.write(w.B)
	}
	publish()
	r.method(1, 20, 20, func(w *wire.Writer) { w.Bool(true) }) // channel.flow, which is answered
	d, err := in.Consume("t.a", "", false, false, false, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := (<-d).Ack(false); err != nil { // makes room
		t.Fatal(err)
	}
	r.expect(20, 21) // and nothing was told before it
	publish()        // blocked again, until the broker is closed
	<-d
}
