package sqs

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func inGroup(group, body string) outgoing {
	return outgoing{MessageBody: body, MessageGroupId: group}
}

// While a message of a group is in flight, nobody gets another one of it.
func TestGroupsKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders.fifo", fifoQueue, "true", contentDedup, "true", visibility, "30")
		for i := range 3 {
			d.say(q, inGroup("a", fmt.Sprint("a", i)))
			d.say(q, inGroup("b", fmt.Sprint("b", i)))
		}
		take := func(n int) (all []message) {
			r, err := d.receive(&receiveMessage{ofQueue: q, MaxNumberOfMessages: &n})
			if err != nil {
				t.Fatal(err)
			}
			return r.Messages
		}
		first := take(2)
		if diff := cmp.Diff([]string{"a0", "a1"}, bodies(first)); diff != "" {
			t.Error(diff)
		}
		rest := take(10)
		if diff := cmp.Diff([]string{"b0", "b1", "b2"}, bodies(rest)); diff != "" {
			t.Error(diff)
		}
		d.remove(q, first[0])
		if got := take(10); got != nil {
			t.Errorf("a1 is in flight, but %q came", bodies(got))
		}
		d.remove(q, first[1])
		if diff := cmp.Diff([]string{"a2"}, bodies(take(10))); diff != "" {
			t.Error(diff)
		}
		time.Sleep(time.Minute) // virtual
		if _, err := d.deleteMessage(&deleteMessage{q, rest[0].ReceiptHandle}); !refused(err, &no.invalidParameter) {
			t.Errorf("its time is over, and so is its handle: %v", err)
		}
		if diff := cmp.Diff([]string{"b0", "b1", "b2", "a2"}, bodies(take(10))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDuplicatesAreKnownForFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders.fifo", fifoQueue, "true", contentDedup, "true")
		first := d.say(q, inGroup("a", "same"))
		again := d.say(q, inGroup("b", "same"))
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("a duplicate is answered as the first was: %s", diff)
		}
		if other := d.say(q, outgoing{MessageBody: "same", MessageGroupId: "a", MessageDeduplicationId: "mine"}); other.MessageId == first.MessageId || other.SequenceNumber <= first.SequenceNumber {
			t.Errorf("an id of its own makes it another one: %+v after %+v", other, first)
		}
		for _, m := range d.hear(q, 0) {
			d.remove(q, m)
		}
		d.say(q, inGroup("a", "same"))
		if got := d.hear(q, 0); got != nil {
			t.Errorf("it was deleted, but known: %q", bodies(got))
		}
		time.Sleep(5 * time.Minute) // virtual
		d.say(q, inGroup("a", "same"))
		m := d.one(q, 0)
		if m.Attributes["MessageGroupId"] != "a" || len(m.Attributes["MessageDeduplicationId"]) != 64 || len(m.Attributes["SequenceNumber"]) != 20 {
			t.Errorf("%v", m.Attributes)
		}
	})
}

func TestDuplicatesOfAGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders.fifo", fifoQueue, "true", contentDedup, "true", dedupScope, "messageGroup", fifoLimit, "perMessageGroupId")
		for _, group := range []string{"a", "b", "a"} {
			d.say(q, inGroup(group, "same"))
		}
		if got := d.hear(q, 0); len(got) != 2 {
			t.Errorf("one of each group is wanted: %q", bodies(got))
		}
	})
}

// Who lost the answer on the way asks again by the same attempt id.
func TestAttemptIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders.fifo", fifoQueue, "true", contentDedup, "true")
		d.say(q, inGroup("a", "1"))
		ask := &receiveMessage{ofQueue: q, ReceiveRequestAttemptId: "try-1"}
		first, err := d.receive(ask)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(29 * time.Second) // virtual
		again, err := d.receive(ask)
		if diff := cmp.Diff(first, again); diff != "" || err != nil {
			t.Error(diff, err)
		}
		time.Sleep(29 * time.Second) // virtual; it is hidden anew
		d.remove(q, again.Messages[0])
		if last, err := d.receive(ask); err != nil || last.Messages != nil {
			t.Errorf("it was deleted, but %q, %v", bodies(last.Messages), err)
		}
	})
}

// An attempt is remembered without what it received: that is gone when it is
// deleted.
func TestAttemptsKeepNoMessages(t *testing.T) {
	d := newDesk(t, Options{})
	q := d.queue("orders.fifo", fifoQueue, "true")
	d.say(q, outgoing{MessageBody: "big", MessageGroupId: "g", MessageDeduplicationId: "1"})
	b, err := d.find(q)
	if err != nil {
		t.Fatal(err)
	}
	collected := make(chan struct{})
	func() {
		got, err := d.receive(&receiveMessage{ofQueue: q, ReceiveRequestAttemptId: "try"})
		if err != nil {
			t.Fatal(err)
		}
		h, _ := readHandle(got.Messages[0].ReceiptHandle)
		held, _ := b.InHand(h.tag)
		runtime.AddCleanup(held, func(struct{}) { close(collected) }, struct{}{})
		d.remove(q, got.Messages[0])
	}()
	for range 1000 {
		runtime.GC()
		select {
		case <-collected:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Error("it is kept")
}
