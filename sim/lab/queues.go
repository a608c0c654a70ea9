package lab

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	box "github.com/msc-sim/msc-sim/embedded/queue"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/world"
)

// Queue is what `show queues` says about one queue.
type Queue struct {
	Name    string     `json:"name"`
	Link    sim.LinkID `json:"link,omitempty"` // whose messages, or late answers, wait there
	Broker  string     `json:"broker"`
	Ready   Number     `json:"ready"`   // waiting
	Unacked Number     `json:"unacked"` // handed out, and neither acknowledged nor given up
	Buried  Number     `json:"buried"`  // in the dead letters

	at     native
	oldest time.Time // when the oldest message that waits was put; zero = none waits, or not known
}

// held is what one of the broker's queues holds.
type held struct {
	ready, unacked int64
	oldest         time.Time // when the oldest of those that wait was put; zero = none waits, or not known
}

// Number is a count that not every broker tells: then it is [sim.Unmeasured], and
// null in JSON.
type Number int64

// MarshalJSON implements [json.Marshaler].
func (n Number) MarshalJSON() ([]byte, error) {
	if n == Number(sim.Unmeasured) {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(n), 10), nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = Number(sim.Unmeasured)
		return nil
	}
	return json.Unmarshal(b, (*int64)(n))
}

// queues turns what brokers report into events, and remembers it for `show`.
type queues struct {
	lab *Lab

	mu    sync.Mutex
	world *world.World // nil until it is open
	all   map[queueKey]*Queue
	parts map[queueKey]map[native]held // of each, by what its broker calls them: every transport of a link has its own
	log   kafkaLog
}

type queueKey struct{ broker, name string }

// of finds a queue, which its broker knows as at; mu is held.
func (q *queues) of(broker, name string, link sim.LinkID, at native) *Queue {
	key := queueKey{broker, name}
	if q.all[key] == nil {
		q.all[key] = &Queue{Name: name, Link: link, Broker: broker, at: at}
	}
	return q.all[key]
}

// moved hears of a move in a broker that stands on the queue engine; named says
// how people see its queues, outside what stands on the outside of a message.
func (q *queues) moved(broker string, named func(queue string) (name string, link sim.LinkID), outside func(props []byte) [][2]string) func(box.Move) {
	return func(m box.Move) {
		name, link := named(m.Queue)
		at := native{queue: m.Queue}
		q.mu.Lock()
		defer q.mu.Unlock()
		switch m.What {
		case box.Depth:
			q.depth(q.of(broker, name, link, at), at, held{m.Ready, m.Unacked, m.Oldest})
		case box.Buried, box.Dropped:
			known := q.of(broker, name, link, at)
			known.at = at
			q.buried(known, m.Why, header(outside(m.Props), traceparent))
		case box.Deleted:
			if known := q.all[queueKey{broker, name}]; known != nil {
				q.depth(known, at, held{})
				key := queueKey{broker, name}
				if delete(q.parts[key], at); len(q.parts[key]) == 0 {
					delete(q.all, key)
				}
			}
		}
	}
}

// depth tells how many messages are in a queue, one part of which holds so many
// now; mu is held.
func (q *queues) depth(known *Queue, at native, h held) {
	parts := q.parts[queueKey{known.Broker, known.Name}]
	if parts == nil {
		parts = map[native]held{}
		q.parts[queueKey{known.Broker, known.Name}] = parts
	}
	parts[at] = h
	var ready, unacked int64
	var oldest time.Time
	for _, h := range parts {
		ready, unacked = ready+h.ready, unacked+h.unacked
		if oldest.IsZero() || !h.oldest.IsZero() && h.oldest.Before(oldest) {
			oldest = h.oldest
		}
	}
	if h.ready+h.unacked > 0 {
		known.at = at
	}
	if known.Ready == Number(ready) && known.Unacked == Number(unacked) && known.oldest.Equal(oldest) && ready+unacked > 0 {
		return
	}
	known.Ready, known.Unacked, known.oldest = Number(ready), Number(unacked), oldest
	f := sim.Queue{Name: known.Name, Ready: ready, Unacked: unacked}
	if !oldest.IsZero() {
		f.Oldest = max(time.Since(oldest), 0)
	}
	q.record(known, sim.TraceID{}, 0, f)
}

// traceparent is the header by which a message is known (W3C Trace Context).
const traceparent = "traceparent"

func header(all [][2]string, name string) string {
	for _, h := range all {
		if strings.EqualFold(h[0], name) {
			return h[1]
		}
	}
	return ""
}

// buried tells that a message was given up, and settles it if it says which it
// is; mu is held.
func (q *queues) buried(known *Queue, why, parent string) {
	known.Buried = max(known.Buried, 0) + 1
	trace, span, _ := sim.ParseTraceparent(parent)
	if q.world != nil && span != 0 {
		q.world.Settle(span, known.Link, sim.Unavailable)
	}
	q.record(known, trace, span, sim.Buried{Queue: known.Name, Why: why})
}

// redriven tells that n dead letters were put back. Where the groups of a topic have
// theirs together, with those of one all go back.
func (q *queues) redriven(of Queue, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	left, together := Number(n), q.lab.brokers.named(of.Broker).deadTogether
	for _, known := range q.all {
		if known.Broker != of.Broker || known.at != of.at && (!together || known.at.queue != of.at.queue) {
			continue
		}
		if back := min(known.Buried, left); back > 0 {
			known.Buried, left = known.Buried-back, left-back
			q.record(known, sim.TraceID{}, 0, sim.Redriven{Queue: known.Name, N: int64(back)})
		}
	}
	if left > 0 { // nobody had counted them
		q.record(&of, sim.TraceID{}, 0, sim.Redriven{Queue: of.Name, N: int64(left)})
	}
}

func (q *queues) record(of *Queue, trace sim.TraceID, span sim.SpanID, f sim.Fact) {
	e := sim.Event{Trace: trace, Span: span, Node: sim.Instance{Service: of.Broker, N: 1}, Link: of.Link, Fact: f}
	q.lab.log.Shard(e.Node).Record(e)
}

// attach names the world whose messages are settled when they are buried.
func (q *queues) attach(w *world.World) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.world = w
}

func (q *queues) list() []Queue {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := make([]Queue, 0, len(q.all))
	for _, k := range q.all {
		list = append(list, *k)
	}
	slices.SortFunc(list, func(a, b Queue) int { return cmp.Or(cmp.Compare(a.Broker, b.Broker), cmp.Compare(a.Name, b.Name)) })
	return list
}
