package lab

import (
	"cmp"
	"slices"
	"sync"

	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/world"
)

// Queue is what `show queues` says about one queue.
type Queue struct {
	Name    string     `json:"name"`
	Link    sim.LinkID `json:"link,omitempty"` // whose messages, or late answers, wait there
	Broker  string     `json:"broker"`
	Ready   int64      `json:"ready"`   // waiting
	Unacked int64      `json:"unacked"` // handed out, and neither acknowledged nor given up
	Buried  int64      `json:"buried"`  // in the dead letters, since the world began
}

// queues turns what brokers report into events, and remembers it for `show`.
type queues struct {
	lab *Lab

	mu    sync.Mutex
	world *world.World // nil until it is open
	all   map[string]*Queue
}

// of finds a queue; mu is held.
func (q *queues) of(broker, name string, link sim.LinkID) *Queue {
	if q.all[name] == nil {
		q.all[name] = &Queue{Name: name, Link: link, Broker: broker}
	}
	return q.all[name]
}

// natsMoved hears of a move in the nats-server.
func (q *queues) natsMoved(m nats.Move) {
	name, link := queue.QueueOf(m.Stream, m.Consumer)
	q.mu.Lock()
	defer q.mu.Unlock()
	known := q.of("nats", name, link)
	e := sim.Event{Node: sim.Instance{Service: "nats", N: 1}, Link: link}
	switch m.What {
	case nats.Depth:
		known.Ready, known.Unacked = m.Ready, m.Unacked
		e.Fact = sim.Queue{Name: name, Ready: m.Ready, Unacked: m.Unacked}
	case nats.Buried:
		known.Buried++
		e.Trace, e.Span, _ = sim.ParseTraceparent(sim.Header(m.Header).Get("traceparent"))
		e.Fact = sim.Buried{Queue: name, Why: m.Why}
		if q.world != nil {
			q.world.Settle(e.Span, link, sim.Unavailable)
		}
	}
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
	slices.SortFunc(list, func(a, b Queue) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
