package trace

import "github.com/msc-sim/msc-sim/sim"

// Record is an event as a shard keeps it: flat, without pointers, so that
// recording allocates nothing and the garbage collector has nothing to follow.
// Readers get typed facts. What the fields carry besides Trace, Span, Parent,
// Depth, Node and Link (times and durations in nanoseconds, sizes in bytes):
//
//	kind      Text         Code  Status   N[0]      N[1]      N[2]       N[3]
//	Begun     use case
//	Ended     text         yes   outcome  took      use case*  late
//	Called    contract
//	Sent      label                                           try
//	Received  label                                 peer*                outside
//	Replied                yes   yes      took      late                 outside
//	Answered               yes   yes      took      connect   bytes out  bytes in
//	Failed    reason       yes   yes      took                bytes out  bytes in
//	Lost                                  took
//	Effect    text
//	Started   address                     nodes     note*     part
//	Stopped   cause                                           part
//	Paused    cause                                           part
//	Resumed                                                   part
//	Load      use case                    rate (bits of a float64)
//	Shortfall use case                    offered   sent (bits of float64s)
//	Marked    text
//	Reset
//	Missed                                how many
//	Waited    why                         for                 try
//	Rejected  by                                    why*
//	Degraded  by
//	Moved     policy                                from*     to*        why*
//	Guarded   policies
//	Armed     fault                                 text*
//	Hit       fault                                 what*
//	Spent     fault
//	Cleared   fault                       verified
//	Swapped   from                                  to*
//	Drained   transport
//	Accepted                              took                bytes out  bytes in
//	Settled                yes            took
//	Queue     name                        ready     unacked   unread     oldest
//	Redeliv.  queue                                           try
//	Buried    queue                                 why*
//	Redriven  queue                       how many
//	Streamed  label                       bytes     out       n
//	Subscr.   topic                       from
//	Unsubscr. topic
//	Altered   topic                       partit.   replicas
//	Led       topic                       leader    copies    current
//	Position  topic                       partition group*    next       end
//	Assigned  topic                       partition group*    to*
//
// Outside is 1 where the request came from outside the world. A * marks a symbol. Node, Link and Text are symbols too: see [Log.Symbol] and
// [Log.Text].
type Record struct {
	At               int64 // since the world began; set by [Shard.Emit]
	Trace            sim.TraceID
	Span, Parent     sim.SpanID
	Node, Link, Text uint32
	turn             uint32 // orders what happened at the same At; set by Emit
	Status           int32
	Kind             sim.Kind
	Depth            uint8
	Urgent           bool // kept even when the shard is nearly full
	Code             sim.Code
	N                [4]int64
}

// before reports whether r happened before o. Time decides; when the clock did
// not move between two batches, the turn in which they were recorded does. A
// turn may wrap around: two batches of one instant are never 2³¹ apart.
func (r *Record) before(o *Record) bool {
	return r.At < o.At || r.At == o.At && int32(r.turn-o.turn) < 0
}

// urgent reports whether the kind of r alone makes it worth the reserved room:
// failures, and changes of the world's state.
func (r *Record) urgent() bool {
	switch r.Kind {
	case sim.KindFailed, sim.KindLost, sim.KindStarted, sim.KindStopped, sim.KindPaused,
		sim.KindResumed, sim.KindLoad, sim.KindShortfall, sim.KindMarked, sim.KindReset, sim.KindMissed,
		sim.KindRejected, sim.KindMoved, sim.KindGuarded, sim.KindArmed, sim.KindHit, sim.KindSpent, sim.KindCleared,
		sim.KindSwapped, sim.KindDrained, sim.KindBuried, sim.KindRedriven:
		return true
	default:
		return r.Urgent
	}
}
