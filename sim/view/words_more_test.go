package view

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

func TestWhatMore(t *testing.T) {
	for _, test := range []struct {
		f    sim.Fact
		want string
	}{
		{sim.Waited{For: 102 * ms, Try: 2, Why: "never arrived"}, "waits 102 milliseconds before attempt 2: never arrived"},
		{sim.Rejected{By: "breaker", Why: "it is open"}, "not sent: breaker, it is open"},
		{sim.Degraded{By: "fallback"}, "answered by the fallback"},
		{sim.Moved{Policy: "breaker", From: "closed", To: "open", Why: "6 of 10 failed"}, "breaker: open, was closed: 6 of 10 failed"},
		{sim.Guarded{Policies: "retry(call)"}, "policies: retry(call)"},
		{sim.Armed{Fault: "f1", Text: "latency delay=300ms"}, "fault f1 armed: latency delay=300ms"},
		{sim.Hit{Fault: "f1", What: "latency 300 ms"}, "fault f1 hit: latency 300 ms"},
		{sim.Cleared{Fault: "f1"}, "fault f1 cleared, not yet verified"},
		{sim.Cleared{Fault: "f1", Verified: true}, "fault f1 cleared, verified"},
		{sim.Swapped{From: "rest", To: "grpc"}, "takes grpc from now on, was rest"},
		{sim.Drained{Transport: "rest"}, "the last call over rest is home"},
		{sim.Accepted{Took: ms}, "accepted after 1 millisecond"},
		{sim.Settled{Code: sim.Conflict, Took: 2 * time.Second}, "settled: conflict after 2.00 seconds"},
		{sim.Queue{Name: "mail", Ready: 1204, Unacked: 3}, "queue mail: 1204 wait, 3 are worked on"},
		{sim.Queue{Name: "mail", Ready: 7, Unacked: sim.Unmeasured}, "queue mail: 7 wait, – are worked on"},
		{sim.Redelivered{Queue: "mail", Try: 2}, "queue mail delivers again, attempt 2"},
		{sim.Buried{Queue: "mail", Why: "delivered 5 times"}, "queue mail gives up: delivered 5 times"},
		{sim.Streamed{Label: "FollowOrder", N: 3, Bytes: 88}, "FollowOrder  message 3, 88 bytes"},
		{sim.Redriven{Queue: "mail", N: 3}, "queue mail: 3 dead letters are put back"},
		{sim.Subscribed{Topic: "order-created", From: sim.FromBeginning}, "hears order-created from the beginning"},
		{sim.Unsubscribed{Topic: "order-created"}, "hears order-created no more"},
		{sim.Altered{Topic: "order-created", Partitions: 4, Replicas: 3}, "order-created has 4 partitions and 3 replicas from now on"},
		{sim.Altered{Topic: "order-created", Replicas: 3}, "order-created has 3 replicas from now on"},
		{sim.Led{Topic: "order-created", Leader: 2, Copies: 3, Current: 3}, "node 2 leads order-created; 3 of 3 copies are current"},
		{sim.Led{Topic: "order-created", Copies: 1}, "order-created has no leader; 0 of 1 copies are current"},
		{sim.Position{Topic: "order-created", Partition: 1, End: 9}, "order-created, partition 1: 9 written"},
		{sim.Position{Topic: "order-created", Group: "email", Next: 7, End: 9}, "order-created, partition 0: email at 7 of 9"},
		{sim.Assigned{Topic: "order-created", Group: "email", To: "email#2"}, "order-created, partition 0: email#2 has it"},
		{sim.Assigned{Topic: "order-created", Group: "email"}, "order-created, partition 0: no member of email has it"},
	} {
		if diff := cmp.Diff(test.want, what(test.f)); diff != "" {
			t.Errorf("%T (-want +got):\n%s", test.f, diff)
		}
	}
}
