package sqs

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// since is how much time f takes.
func since(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}

func TestWhatIsNotDeletedBecomesVisibleAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders", visibility, "5")
		d.say(q, outgoing{MessageBody: "hi"})
		first := d.one(q, 0)
		var second message
		if took := since(func() { second = d.one(q, 20) }); took != 5*time.Second {
			t.Errorf("it came back after %v", took)
		}
		if second.MessageId != first.MessageId || second.ReceiptHandle == first.ReceiptHandle {
			t.Errorf("first %+v, then %+v", first, second)
		}
		if n := second.Attributes["ApproximateReceiveCount"]; n != "2" {
			t.Errorf("received %s times", n)
		}
		d.remove(q, second)
		if took := since(func() {
			if got := d.hear(q, 20); got != nil {
				t.Errorf("it was deleted, and came as %q", bodies(got))
			}
		}); took != 20*time.Second {
			t.Errorf("an empty poll took %v", took)
		}
	})
}

func TestVisibilityIsChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders")
		d.say(q, outgoing{MessageBody: "hi"})
		for _, seconds := range []int{0, 3, 15} {
			m := d.one(q, 0)
			if _, err := d.changeVisibility(&changeVisibility{q, m.ReceiptHandle, &seconds}); err != nil {
				t.Fatal(err)
			}
			took := since(func() { m = d.one(q, 20) })
			if want := time.Duration(seconds) * time.Second; took != want {
				t.Errorf("visible again after %v, want %v", took, want)
			}
			if _, err := d.changeVisibility(&changeVisibility{q, m.ReceiptHandle, ptr(0)}); err != nil {
				t.Fatal(err)
			}
			if _, err := d.changeVisibility(&changeVisibility{q, m.ReceiptHandle, ptr(9)}); !refused(err, &no.notInFlight) {
				t.Errorf("of a message that is visible: %v", err)
			}
		}
	})
}

// Nothing hides a message for more than 12 hours since it was received, however
// often its time is extended. Received again, it has 12 hours again.
func TestHiddenForTwelveHoursAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders")
		d.say(q, outgoing{MessageBody: "hi"})
		for range 2 {
			m := d.one(q, 20)
			hide := func(seconds int) error {
				_, err := d.changeVisibility(&changeVisibility{q, m.ReceiptHandle, &seconds})
				return err
			}
			if err := hide(43200); err != nil {
				t.Errorf("12 hours at once: %v", err)
			}
			time.Sleep(11 * time.Hour) // virtual
			if err := hide(3600); err != nil {
				t.Errorf("an hour more after 11: %v", err)
			}
			if err := hide(3601); !refused(err, &no.invalidParameter) {
				t.Errorf("more than 12 hours: %v", err)
			}
			time.Sleep(time.Hour) // virtual
			synctest.Wait()
			if err := hide(1); !refused(err, &no.notInFlight) {
				t.Errorf("after 12 hours: %v", err)
			}
		}
	})
}

func TestReceivedForNoTimeAtAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders")
		d.say(q, outgoing{MessageBody: "hi"})
		for range 3 {
			r, err := d.receive(&receiveMessage{ofQueue: q, VisibilityTimeout: ptr(0)})
			if err != nil || len(r.Messages) != 1 {
				t.Fatal(r, err)
			}
		}
	})
}

// An old receipt handle deletes what nobody else has meanwhile, and only that.
func TestOldHandles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders", visibility, "1")
		d.say(q, outgoing{MessageBody: "a"})
		old := d.one(q, 0)
		synctest.Wait()
		young := d.one(q, 20)
		d.remove(q, old)
		if got := d.one(q, 20); got.MessageId != young.MessageId {
			t.Error("another one's message was deleted")
		}
		time.Sleep(2 * time.Second) // virtual
		synctest.Wait()
		d.remove(q, young)
		if got := d.hear(q, 20); got != nil {
			t.Errorf("nobody had it, but it is there: %q", bodies(got))
		}
		d.remove(q, young) // once more does no harm
	})
}

func TestDelays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders", delaySeconds, "7")
		d.say(q, outgoing{MessageBody: "as the queue says"})
		d.say(q, outgoing{MessageBody: "longer", DelaySeconds: ptr(9)})
		d.say(q, outgoing{MessageBody: "at once", DelaySeconds: ptr(0)})
		all, err := d.getAttributes(&getAttributes{q, []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"}})
		if diff := cmp.Diff(map[string]string{"ApproximateNumberOfMessages": "1", "ApproximateNumberOfMessagesDelayed": "2"}, all.Attributes); diff != "" || err != nil {
			t.Error(diff, err)
		}
		began := time.Now()
		for _, want := range []struct {
			body  string
			after time.Duration
		}{{"at once", 0}, {"as the queue says", 7 * time.Second}, {"longer", 9 * time.Second}} {
			if m := d.one(q, 20); m.Body != want.body || time.Since(began) != want.after {
				t.Errorf("%q after %v, want %q after %v", m.Body, time.Since(began), want.body, want.after)
			}
		}
	})
}

// A FIFO queue takes DelaySeconds=0, which many clients always send, and delays
// the message as the queue says.
func TestAFIFOQueueTakesNoDelayOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders.fifo", "FifoQueue", "true", delaySeconds, "7")
		d.say(q, outgoing{MessageBody: "hi", MessageGroupId: "g", MessageDeduplicationId: "d", DelaySeconds: ptr(0)})
		began := time.Now()
		if m := d.one(q, 20); m.Body != "hi" || time.Since(began) != 7*time.Second {
			t.Errorf("%q after %v, want hi after 7s", m.Body, time.Since(began))
		}
	})
}

func TestRetention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders", retention, "60")
		d.say(q, outgoing{MessageBody: "hi"})
		time.Sleep(61 * time.Second) // virtual
		if got := d.hear(q, 0); got != nil {
			t.Errorf("kept too long: %q", bodies(got))
		}
	})
}

func TestALongPollEndsWithTheFirstMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		q := d.queue("orders", waitSeconds, "20")
		go func() {
			time.Sleep(3 * time.Second) // virtual
			d.say(q, outgoing{MessageBody: "late"})
		}()
		var got *received
		took := since(func() { got, _ = d.receive(&receiveMessage{ofQueue: q}) })
		if took != 3*time.Second || len(got.Messages) != 1 {
			t.Errorf("%q after %v", bodies(got.Messages), took)
		}
	})
}
