package trace

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
)

// facts has at least one of every kind, with every field set, and zero values.
var facts = []sim.Fact{
	sim.Begun{UseCase: "order.place"},
	sim.Ended{UseCase: "order.place", Outcome: sim.WasTimedOut, Text: "error", Took: time.Hour, Code: sim.Timeout},
	sim.Called{Type: "shop.payment.v1.Charge"},
	sim.Sent{Label: "POST /payments", Try: 3},
	sim.Received{Label: "POST /payments", Peer: "curl/8.5.0"},
	sim.Replied{Code: sim.Conflict, Status: 409, Took: time.Millisecond, Late: true},
	sim.Answered{Status: 404, Code: sim.NotFound, Took: 209 * time.Microsecond, Connect: 31, BytesOut: 1 << 40, BytesIn: 3},
	sim.Failed{Status: 503, Code: sim.Unavailable, Took: 5, Reason: "503 Service Unavailable", BytesOut: 120, BytesIn: 80},
	sim.Lost{Took: time.Second},
	sim.Effect{Text: "charged c-1 36.36 EUR\x1b[2J"},
	sim.Started{Addr: "127.0.0.1:40123"},
	sim.Started{Addr: "127.0.0.1:5672", Note: "attached 3.13.7"},
	sim.Started{Addr: "127.0.0.1:4222", Nodes: 3},
	sim.Started{Part: true},
	sim.Stopped{Cause: "killed"},
	sim.Stopped{Cause: "killed", Part: true},
	sim.Paused{Cause: "paused"},
	sim.Paused{Cause: "paused", Part: true},
	sim.Resumed{},
	sim.Resumed{Part: true},
	sim.Load{UseCase: "order.place", Rate: sim.Rate(1.0 / 3)},
	sim.Shortfall{UseCase: "order.place", Offered: 1000, Sent: sim.Rate(659.5)},
	sim.Marked{Text: "here — ☃"},
	sim.Reset{},
	sim.Missed{N: 1 << 40},
	sim.Waited{For: time.Second, Try: 2, Why: "never arrived"},
	sim.Rejected{By: "breaker", Why: "open"},
	sim.Degraded{By: "fallback"},
	sim.Moved{Policy: "breaker", From: "closed", To: "open", Why: "6 of 10 failed"},
	sim.Guarded{Policies: "retry(call)"},
	sim.Armed{Fault: "f1", Text: "latency delay=300ms"},
	sim.Hit{Fault: "f1", What: "latency 300 ms"},
	sim.Spent{Fault: "f1"},
	sim.Cleared{Fault: "f1", Verified: true},
	sim.Swapped{From: "rest", To: "grpc"},
	sim.Drained{Transport: "rest"},
	sim.Accepted{Took: time.Millisecond, BytesOut: 5, BytesIn: 6},
	sim.Settled{Code: sim.Conflict, Took: time.Second},
	sim.Queue{Name: "mail", Ready: 1204, Unacked: 3, Oldest: time.Second},
	sim.Queue{Name: "far", Ready: sim.Unmeasured, Unacked: sim.Unmeasured, Unread: true},
	sim.Redelivered{Queue: "mail", Try: 2},
	sim.Buried{Queue: "mail", Why: "delivered 5 times"},
	sim.Streamed{Label: "FollowOrder", N: 3, Out: true, Bytes: 88},
	sim.Subscribed{Topic: "order-created", From: sim.FromBeginning},
	sim.Unsubscribed{Topic: "order-created"},
	sim.Altered{Topic: "order-created", Partitions: 4, Replicas: 3},
	sim.Led{Topic: "order-created", Leader: 2, Copies: 3, Current: 1},
	sim.Position{Topic: "order-created", Group: "email", Partition: 1, Next: 7, End: 1 << 40},
	sim.Redriven{Queue: "order:notification", N: 3},
	sim.Assigned{Topic: "order-created", Group: "email", Partition: 1, To: "email#2"},
	sim.Begun{},
	sim.Ended{},
	sim.Called{},
	sim.Sent{},
	sim.Received{},
	sim.Replied{},
	sim.Answered{},
	sim.Failed{Status: -1},
	sim.Lost{},
	sim.Effect{},
	sim.Started{},
	sim.Load{Rate: sim.Rate(math.Inf(1))},
	sim.Missed{},
}

func TestPackEveryFact(t *testing.T) {
	l := open(t, Options{})
	seen := make(map[sim.Kind]bool)
	for _, f := range facts {
		seen[f.Kind()] = true
		for _, e := range []sim.Event{
			{Fact: f},
			{Trace: sim.TraceID{1, 15: 9}, Span: math.MaxUint64, Parent: 7, Depth: 255, Node: payment, Link: "order:payment@in", Fact: f},
		} {
			r := Pack(l, e)
			if diff := cmp.Diff(e, Unpack(l, &r)); diff != "" {
				t.Errorf("%T (-packed +unpacked):\n%s", f, diff)
			}
		}
	}
	for k := 1; k < sim.Kinds; k++ {
		if !seen[sim.Kind(k)] {
			t.Errorf("kind %d is not in the table of this test", k)
		}
	}
}

func TestPackReadsInstanceZeroAsOne(t *testing.T) {
	l := open(t, Options{})
	r := Pack(l, sim.Event{Node: sim.Instance{Service: "order"}, Fact: sim.Resumed{}})
	if diff := cmp.Diff(order, Unpack(l, &r).Node); diff != "" {
		t.Error(diff)
	}
}

func TestPackCutsLongTexts(t *testing.T) {
	l := open(t, Options{})
	for _, long := range []string{strings.Repeat("a", MaxText+1), strings.Repeat("☃", MaxText)} {
		r := Pack(l, sim.Event{Fact: sim.Marked{Text: long}})
		got := Unpack(l, &r).Fact.(sim.Marked).Text
		kept, ok := strings.CutSuffix(got, Forgotten)
		if !ok || !strings.HasPrefix(long, kept) || len(got) > MaxText || len(got) < MaxText-3 {
			t.Errorf("%.10q… became %d bytes: %q", long, len(got), got)
		}
	}
}
