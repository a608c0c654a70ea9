// Package view folds events into a picture of the world. The fold is pure: the
// same events give the same picture, live, paused, stepped back or replayed.
package view

import (
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Picture is the world at one moment of its log. Apply changes it; nothing else
// does. It belongs to one goroutine. Its counters are as good as the events it
// was given: when NotKept is above 0 the exact ones are those of the log.
type Picture struct {
	Seq     sim.Seq
	At      time.Duration // the moment it shows: that of its last event, or a later one, see Until
	Boxes   []Box         // every instance, in the order of the world
	Links   []Link        // in the order of the world; links of outsiders come last, as they appear
	Traces  []*Trace      // the newest ones, oldest first; never more than KeptTraces
	Last    Seen          // what the customer saw last
	Notices []Notice      // what changed in the world, oldest first; never more than KeptNotices
	Queues  []Queue       // in the order in which they appeared; never more than KeptQueues
	Topics  []Topic       // in the order of the world
	Faults  []Fault       // in the order in which they were armed; never more than KeptFaults
	Load    sim.Rate      // offered now, of all use cases
	Sent    sim.Rate      // of it sent now
	NotKept uint64        // events that were counted but not kept
	Counts  Counts        // over all use cases
	Scene   time.Duration // when counting started again: what ended before is no part of what is shown now

	// Followed names a trace that is remembered however many others begin. Whoever
	// looks at the picture may set it; zero = none.
	Followed sim.TraceID

	spec    *sim.WorldSpec
	loads   []offered // in the sequence in which they began
	boxAt   map[sim.Instance]int
	linkAt  map[sim.LinkID]int
	traceOf map[sim.TraceID]*Trace
	owner   *owner        // of the traces that Apply may change in place; see Clone
	stirred time.Duration // when the last event happened
}

// Until moves the picture on to a moment until which nothing else has happened.
// Rates and all that is of now fade by this alone: a link over which nothing goes
// any more comes to rest. It never moves back.
func (p *Picture) Until(now time.Duration) { p.At = max(p.At, now) }

// Fades reports whether time alone still changes the picture: what happened last is
// not yet older than a [Window], or a waiting message grows older.
func (p *Picture) Fades() bool {
	return p.stirred > 0 && p.At-p.stirred <= Window+tick || slices.ContainsFunc(p.Queues, func(q Queue) bool {
		return q.OldestAt > 0 && q.Ready > 0
	})
}

// Bounds of what a picture remembers.
const (
	KeptTraces  = 64
	KeptNotices = 64
	KeptHops    = 256 // of one trace
	KeptEvents  = 4 * KeptHops
	KeptBoxes   = 4096
	KeptLinks   = 8192
	KeptQueues  = 256
	KeptFaults  = 64
)

// State is what an instance is doing.
type State uint8

const (
	Down     State = iota // not started, or killed
	Up                    // listening
	Standing              // paused
)

func (s State) String() string { return [...]string{"stopped", "up", "paused"}[s] }

// Box is one instance. A box of kind "client" only sends; one of kind "broker"
// keeps what others send.
type Box struct {
	Instance sim.Instance
	Kind     string
	State    State
	Why      string        // "killed"; "" when up
	Since    time.Duration // when State began
	Addr     string
	Nodes    Nodes  // of a broker that is several
	Note     string // of a broker that is not our own: "attached 3.13.7"
	Working  int    // requests it works on now, and those that wait there for a worker
	Workers  int    // how many it can work on at once; 0 = no limit
	Counts   Counts // what it answered; for a client, what its customers got
	Effect   string // the last thing it did that lasts: "charged c-1 36.36 EUR"; "" after a later message that failed
	EffectAt time.Duration
	Flow     Flow // the last two seconds of what it was asked and what it answered

	foreign int // requests from outside that it works on
}

// Broker is the kind of a box that no service of the world is.
const Broker = "broker"

// Counts are the outcomes that people see, not one ×.
type Counts struct {
	Answered, Failed, Degraded int64
	Refused                    int64 // of those answered: an error is what they were answered
	Late                       int64 // of the others answered: their callers had given up before
}

// Link is one link with what crossed it.
type Link struct {
	ID        sim.LinkID
	Transport string
	Distance  string // how far apart its ends stand; "" = on this machine
	Sums
	InFlight int64
	Statuses map[int]int64 // how many answers with each status
	Took     Histogram     // of answered attempts by the transport that it takes now
	Recent   Recent        // of these, the last few seconds
	Flow     Flow          // the last two seconds, by the transport that it takes now
	To       []Arrivals    // the last two seconds of it at each instance of the other side
	Since    time.Duration // when it took its transport; 0 = it never had another
	Before   Sums          // what is not of that transport

	Policies string        // as nesting, "retry(breaker(call))"; "" = none
	Breaker  string        // "closed", "open", "half_open", "forced_open"; "" = no breaker
	Moved    time.Duration // when Breaker became that
	MovedWhy string        // "6 of 10 failed"
	Draining string        // the transport it was swapped away from, while that still has calls
}

// Arrivals are what one instance received along a link, and how it ended there.
type Arrivals struct {
	Instance sim.Instance
	Flow     Flow
}

// At is what an instance received along the link lately.
func (l *Link) At(i sim.Instance) Flow {
	for n := range l.To {
		if l.To[n].Instance == i {
			return l.To[n].Flow
		}
	}
	return Flow{}
}

// to is where the arrivals of an instance are counted.
func (l *Link) to(i sim.Instance) *Flow {
	for n := range l.To {
		if l.To[n].Instance == i {
			return &l.To[n].Flow
		}
	}
	l.To = append(l.To, Arrivals{Instance: i})
	return &l.To[len(l.To)-1].Flow
}

// Sums count what crossed a link.
type Sums struct {
	Sent, Answered, Failed, TimedOut, Lost, Retries int64
	BytesOut, BytesIn                               int64
	Accepted                                        int64 // taken by a broker
	Settled                                         int64 // of these, answered or handled since
	Rejected                                        int64 // calls that a policy did not let out
	Degraded                                        int64 // calls that a fallback answered
	FaultsHit                                       int64 // messages that a fault touched
}

// less is s without what o counts.
func (s Sums) less(o Sums) Sums {
	return Sums{
		s.Sent - o.Sent, s.Answered - o.Answered, s.Failed - o.Failed, s.TimedOut - o.TimedOut, s.Lost - o.Lost, s.Retries - o.Retries,
		s.BytesOut - o.BytesOut, s.BytesIn - o.BytesIn,
		s.Accepted - o.Accepted, s.Settled - o.Settled, s.Rejected - o.Rejected, s.Degraded - o.Degraded, s.FaultsHit - o.FaultsHit,
	}
}

// Now is what crossed by the transport that a link takes now. What still drains over the
// one before is not of it.
func (l *Link) Now() Sums { return l.less(l.Before) }

// Waiting is how many of these are on their way.
func (l *Link) Waiting() int64 {
	if l.Since == 0 {
		return l.InFlight
	}
	s := l.Now()
	return max(s.Sent-s.Answered-s.Failed-s.Lost-s.Accepted, 0)
}

// Queue is a queue of a broker, as it last said. What a broker does not say is
// [sim.Unmeasured].
type Queue struct {
	Name           string
	Broker         string // who keeps it: "rabbitmq"
	Ready, Unacked int64
	OldestAt       time.Duration // when the oldest message that waits was put there; 0 = none does, or its broker does not say
	Redelivered    int64
	Buried         int64  // in the dead letters now
	BuriedWhy      string // of the last one
	former         []tally
}

// tally is what a broker counts for a queue whose name another broker has as well:
// after a swap.
type tally struct {
	broker              string
	redelivered, buried int64
	why                 string
}

// at makes the counts of q those of a broker.
func (q *Queue) at(broker string) {
	if broker == q.Broker {
		return
	}
	others := []tally{{q.Broker, q.Redelivered, q.Buried, q.BuriedWhy}}
	now := tally{broker: broker}
	if q.Broker == "" { // what was counted before it was known whose it is
		others, now = nil, tally{broker, q.Redelivered, q.Buried, q.BuriedWhy}
	}
	for _, t := range q.former {
		if t.broker == broker {
			now = t
		} else {
			others = append(others, t)
		}
	}
	q.Broker, q.Redelivered, q.Buried, q.BuriedWhy, q.former = now.broker, now.redelivered, now.buried, now.why, others
}

// Fault is something that goes wrong on purpose.
type Fault struct {
	ID, Text  string
	Node      sim.Instance // at which instance, or
	Link      sim.LinkID   // along which link
	ArmedAt   time.Duration
	SpentAt   time.Duration // when it had touched all that it may; 0 = it may still hit
	ClearedAt time.Duration // 0 = still armed
	Verified  bool          // traffic has shown that it is gone
	Hit       int64         // messages and connections it touched
}

// Hits reports whether it may still touch something.
func (f *Fault) Hits() bool { return f.ClearedAt == 0 && f.SpentAt == 0 }

// Trace is one request with everything that happened because of it.
type Trace struct {
	ID      sim.TraceID
	UseCase string // "" for a request from outside
	From    sim.Instance
	BeganAt time.Duration
	EndedAt time.Duration // 0 while it goes on
	Took    time.Duration // what the customer waited; of a request that was one call, what that took
	Outcome sim.Outcome
	Code    sim.Code // of the answer that the customer saw
	Text    string   // what the customer saw
	Later   Later    // what became of it, when that was "pending"
	Hops    []*Hop   // in the order they were sent
	Events  []sim.Event
	Cut     bool // more happened than is kept

	degraded []sim.SpanID // those in whose handlers a fallback answered
	owner    *owner
}

// Hop is one attempt along a link. Times are on the world's clock; 0 = not yet.
type Hop struct {
	Link       sim.LinkID
	From, To   sim.Instance
	Span       sim.SpanID
	Parent     sim.SpanID
	Depth      uint8
	By         string // the transport that carries it: the link may take another one since
	Try        int
	Type       string // contract
	Label      string // "GET /products/101"
	SentAt     time.Duration
	ReceivedAt time.Duration
	RepliedAt  time.Duration
	EndedAt    time.Duration
	Outcome    sim.Outcome
	Status     int
	Code       sim.Code
	Reason     string
	Connect    time.Duration
	BytesOut   int64
	BytesIn    int64

	Reply Reply // what the other side decided at RepliedAt, also when the caller never had it

	AcceptedAt time.Duration // when a broker had taken it; the caller goes on from there
	SettledAt  time.Duration // when its late answer came, or it was handled
	Waited     time.Duration // before this attempt, because the one before failed
	WaitedWhy  string        // why another attempt was allowed
	Faults     []string      // what touched it on purpose: "f1 latency 300 ms"
}

// Reply is a response as its sender gave it. A success has no status there: the
// transport chooses it later.
type Reply struct {
	Status int
	Code   sim.Code
}

// Heard reports whether the caller has the response. One that came too late, or got
// lost on its way, it does not have.
func (h *Hop) Heard() bool {
	return h.EndedAt != 0 && (h.Outcome == sim.WasAnswered || h.Outcome == sim.WasDegraded || h.Status != 0 ||
		h.RepliedAt != 0 && h.RepliedAt <= h.EndedAt && h.Reply.Code == h.Code)
}

// LostReply reports whether the other side responded in time, and the response did
// not get through.
func (h *Hop) LostReply() bool {
	return h.RepliedAt != 0 && h.RepliedAt <= h.EndedAt && !h.Heard()
}

// Took is how long the attempt took for its caller, or how long it has been
// waiting at now.
func (h *Hop) Took(now time.Duration) time.Duration {
	if h.EndedAt != 0 {
		return h.EndedAt - h.SentAt
	}
	return now - h.SentAt
}

// Seen is what the customer saw, for the line that stands on every stage.
type Seen struct {
	Trace   sim.TraceID
	UseCase string
	Text    string // "confirmed", "pending", "declined", "error"
	Outcome sim.Outcome
	Took    time.Duration
	At      time.Duration
	Code    sim.Code
	Later   Later // what became of it, when Text was "pending"
}

// Later is what became of a request that had its outcome already: "pending". Its
// own text and time stay beside it. At is 0 while nothing has.
type Later struct {
	Text string
	Took time.Duration // since the request began
	At   time.Duration
	Code sim.Code
}

// Notice is a change of the world that people should be able to read for a second.
type Notice struct {
	At   time.Duration
	Node sim.Instance
	Part bool   // it is one node of a broker
	Text string // "killed", "started on another port", "paused"
}
