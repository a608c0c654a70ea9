package sim

import (
	"fmt"
	"strings"
	"time"
)

// Unmeasured stands for a number that nobody knows, which is not 0.
const Unmeasured int64 = -1

// What policies do on a link.
type (
	// Waited: a retry waits before the next attempt.
	Waited struct {
		For time.Duration
		Try int    // the attempt that comes next
		Why string // why another attempt is allowed: "never arrived", "key idem-…", "503, Retry-After 2 s"
	}
	// Rejected: a policy said no, and nothing left. It ends a call that has no attempt in flight.
	Rejected struct {
		By  string // "breaker", "bulkhead", "rate limit", "budget"
		Why string
	}
	// Degraded: a fallback answered instead of the other side.
	Degraded struct{ By string }
	// Moved: a policy changed its state, as a breaker does.
	Moved struct{ Policy, From, To, Why string }
	// Guarded: the policies of a link are now these, outermost first, written as
	// nesting: "fallback(retry(breaker(timeout(call))))"; "call" = none.
	Guarded struct{ Policies string }
)

// What faults do.
type (
	// Armed: a fault waits for something to hit.
	Armed struct{ Fault, Text string }
	// Hit: a fault touched this message or connection.
	Hit struct {
		Fault string // its id, "f1"
		What  string // "latency 300 ms", "503", "reset after the side effect"
	}
	// Spent: a fault that was to touch only so many has touched them, and hits no more.
	Spent struct{ Fault string }
	// Cleared: a fault is gone; Verified once traffic has shown that it is.
	Cleared struct {
		Fault    string
		Verified bool
	}
)

// What happens to ways and queues.
type (
	// Swapped: new calls of a link take another transport from here on.
	Swapped struct{ From, To string }
	// Drained: the last call of the old way is home, and the way is closed.
	Drained struct{ Transport string }
	// Accepted: a broker has taken the message; the answer may come later.
	Accepted struct {
		Took              time.Duration
		BytesOut, BytesIn int64
	}
	// Settled: the late answer to an accepted ask has come, or a told message was handled.
	Settled struct {
		Code Code
		Took time.Duration // since Sent
	}
	// Queue: so many messages wait in a queue, and so many are being worked on;
	// [Unmeasured] where its broker does not say.
	Queue struct {
		Name           string
		Ready, Unacked int64
		Unread         bool          // nor does it say what is in the dead letters
		Oldest         time.Duration // age of the oldest message that waits; 0 where none does, or its broker does not say
	}
	// Redelivered: a broker hands a message out once more.
	Redelivered struct {
		Queue string
		Try   int
	}
	// Buried: a message went to the dead letters.
	Buried struct{ Queue, Why string }
	// Redriven: N dead letters of a queue were put back into it.
	Redriven struct {
		Queue string
		N     int64
	}
	// Subscribed: a service hears what is published in a topic, from here on or
	// from the beginning.
	Subscribed struct {
		Topic string
		From  From
	}
	// Unsubscribed: it hears it no more.
	Unsubscribed struct{ Topic string }
	// Altered: a topic is kept in so many partitions, and on so many nodes, from
	// here on; 0 = as before.
	Altered struct {
		Topic                string
		Partitions, Replicas int
	}
	// Led: a topic that a cluster copies is led by another node from here on, or has
	// other copies.
	Led struct {
		Topic   string
		Leader  int // the node that takes what is published, from 1; 0 = nobody does
		Copies  int // nodes that keep it
		Current int // those of them that run and have everything
	}
	// Position: how far a group has come in one partition of a topic that is kept.
	// Its lag is End - Next.
	Position struct {
		Topic, Group string
		Partition    int
		Next, End    int64 // the offset it handles next; the one that is written next
	}
	// Assigned: who of a group has a partition from here on; "" = nobody, the group
	// is being balanced anew.
	Assigned struct {
		Topic, Group string
		Partition    int
		To           string
	}
	// Streamed: one message inside a streaming call.
	Streamed struct {
		Label string
		N     int  // 1 is the first in its direction
		Out   bool // from caller to receiver
		Bytes int64
	}
)

// String is what people read: "node 2 leads order-created; 3 of 3 copies are
// current".
func (l Led) String() string {
	copies := fmt.Sprintf("%d of %d copies are current", l.Current, l.Copies)
	if l.Leader == 0 {
		return l.Topic + " has no leader; " + copies
	}
	return fmt.Sprintf("node %d leads %s; %s", l.Leader, l.Topic, copies)
}

// String is what people read: "order-created has 4 partitions from now on".
func (a Altered) String() string {
	var has []string
	if a.Partitions > 0 {
		has = append(has, fmt.Sprintf("%d partitions", a.Partitions))
	}
	if a.Replicas > 0 {
		has = append(has, fmt.Sprintf("%d replicas", a.Replicas))
	}
	return fmt.Sprintf("%s has %s from now on", a.Topic, strings.Join(has, " and "))
}

func (Waited) Kind() Kind       { return KindWaited }
func (Rejected) Kind() Kind     { return KindRejected }
func (Degraded) Kind() Kind     { return KindDegraded }
func (Moved) Kind() Kind        { return KindMoved }
func (Guarded) Kind() Kind      { return KindGuarded }
func (Armed) Kind() Kind        { return KindArmed }
func (Hit) Kind() Kind          { return KindHit }
func (Cleared) Kind() Kind      { return KindCleared }
func (Spent) Kind() Kind        { return KindSpent }
func (Swapped) Kind() Kind      { return KindSwapped }
func (Drained) Kind() Kind      { return KindDrained }
func (Accepted) Kind() Kind     { return KindAccepted }
func (Settled) Kind() Kind      { return KindSettled }
func (Queue) Kind() Kind        { return KindQueue }
func (Redelivered) Kind() Kind  { return KindRedelivered }
func (Buried) Kind() Kind       { return KindBuried }
func (Streamed) Kind() Kind     { return KindStreamed }
func (Subscribed) Kind() Kind   { return KindSubscribed }
func (Unsubscribed) Kind() Kind { return KindUnsubscribed }
func (Altered) Kind() Kind      { return KindAltered }
func (Led) Kind() Kind          { return KindLed }
func (Position) Kind() Kind     { return KindPosition }
func (Assigned) Kind() Kind     { return KindAssigned }
func (Redriven) Kind() Kind     { return KindRedriven }
