package sqs

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func redriveTo(name string, times int) string {
	return fmt.Sprintf(`{"deadLetterTargetArn":"%s","maxReceiveCount":"%d"}`, arn(name), times)
}

func TestWhatNobodyDeletesIsADeadLetter(t *testing.T) {
	for _, suffix := range []string{"", fifoSuffix} {
		t.Run("orders"+suffix, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, Options{})
				var fifo []string
				o := outgoing{MessageBody: "poison", MessageAttributes: map[string]attribute{"kind": {DataType: "String", StringValue: ptr("bad")}}}
				if suffix != "" {
					fifo = []string{fifoQueue, "true", contentDedup, "true"}
					o.MessageGroupId = "g"
				}
				dead := d.queue("dead"+suffix, fifo...)
				q := d.queue("orders"+suffix, append(fifo, visibility, "1", redrivePolicy, redriveTo("dead"+suffix, 2))...)
				sent := d.say(q, o)
				d.one(q, 0)
				d.one(q, 20)
				if got := d.hear(q, 3); got != nil {
					t.Errorf("a third time: %q", bodies(got))
				}
				m := d.one(dead, 0)
				if m.MessageId != sent.MessageId || m.Attributes["DeadLetterQueueSourceArn"] != arn("orders"+suffix) || m.Attributes["ApproximateReceiveCount"] != "3" || *m.MessageAttributes["kind"].StringValue != "bad" {
					t.Errorf("%+v", m)
				}
				if _, err := d.changeVisibility(&changeVisibility{dead, m.ReceiptHandle, ptr(0)}); err != nil {
					t.Error(err)
				}
				if _, err := d.startMove(&startMove{SourceArn: arn("dead" + suffix)}); err != nil {
					t.Error(err)
				}
				synctest.Wait()
				if m := d.one(q, 0); m.Body != "poison" || m.MessageId == sent.MessageId || m.Attributes["ApproximateReceiveCount"] != "1" {
					t.Errorf("redriven, it is a new message: %+v", m)
				}
				if got := d.hear(dead, 0); got != nil {
					t.Errorf("it is still a dead letter: %q", bodies(got))
				}
			})
		})
	}
}

// Two queues may have one place for their dead letters, which knows both.
func TestTwoQueuesShareDeadLetters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		dead := d.queue("dead")
		for _, name := range []string{"a", "b"} {
			q := d.queue(name, visibility, "1", redrivePolicy, redriveTo("dead", 1))
			d.say(q, outgoing{MessageBody: "of " + name})
			d.one(q, 0)
		}
		time.Sleep(2 * time.Second) // virtual
		if diff := cmp.Diff([]string{"of a", "of b"}, bodies(d.hear(dead, 0))); diff != "" {
			t.Error(diff)
		}
		sources, err := d.listSources(&listSources{ofQueue: dead})
		if diff := cmp.Diff([]string{"http://desk/a", "http://desk/b"}, sources.QueueUrls); diff != "" || err != nil {
			t.Error(diff, err)
		}
	})
}

func TestMoveTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Options{})
		dead := d.queue("dead")
		q := d.queue("orders", redrivePolicy, redriveTo("dead", 1), visibility, "1")
		for i := range 5 {
			d.say(q, outgoing{MessageBody: fmt.Sprint(i)})
		}
		d.hear(q, 0)
		time.Sleep(2 * time.Second) // virtual
		began, err := d.startMove(&startMove{SourceArn: arn("dead"), MaxNumberOfMessagesPerSecond: ptr(1)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.startMove(&startMove{SourceArn: arn("dead")}); !refused(err, &no.invalidParameter) {
			t.Errorf("two at once: %v", err)
		}
		time.Sleep(2500 * time.Millisecond) // virtual
		ended, err := d.cancelMove(&cancelMove{began.TaskHandle})
		if err != nil || ended.ApproximateNumberOfMessagesMoved != 2 {
			t.Errorf("%+v, %v", ended, err)
		}
		synctest.Wait()
		if _, err := d.cancelMove(&cancelMove{began.TaskHandle}); !refused(err, &no.noResource) {
			t.Errorf("it is over: %v", err)
		}
		if _, err := d.startMove(&startMove{SourceArn: arn("dead"), DestinationArn: arn("orders")}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		list, err := d.listMoves(&listMoves{SourceArn: arn("dead"), MaxResults: ptr(10)})
		if err != nil || len(list.Results) != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		for i, want := range []move{
			{Status: completed, ApproximateNumberOfMessagesMoved: 3, ApproximateNumberOfMessagesToMove: 3},
			{Status: cancelled, ApproximateNumberOfMessagesMoved: 2, ApproximateNumberOfMessagesToMove: 5},
		} {
			got := list.Results[i]
			if got.Status != want.Status || got.TaskHandle != "" || got.ApproximateNumberOfMessagesMoved != want.ApproximateNumberOfMessagesMoved ||
				got.ApproximateNumberOfMessagesToMove != want.ApproximateNumberOfMessagesToMove {
				t.Errorf("task %d: %+v", i, got)
			}
		}
		if got := d.hear(dead, 0); got != nil {
			t.Errorf("left: %q", bodies(got))
		}
		for name, in := range map[string]*startMove{
			"no such source":      {SourceArn: arn("none")},
			"no such destination": {SourceArn: arn("dead"), DestinationArn: arn("none")},
		} {
			if _, err := d.startMove(in); !refused(err, &no.noResource) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := d.startMove(&startMove{SourceArn: arn("orders")}); !refused(err, &no.invalidParameter) {
			t.Errorf("not a dead-letter queue: %v", err)
		}
		if _, err := d.deleteQueue(&q); err != nil {
			t.Fatal(err)
		}
	})
}
