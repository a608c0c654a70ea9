package lab

import (
	"cmp"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// How often a broker that is not ours is asked how much is in its queues: it is
// one request or two for each queue of the world, over one connection.
const (
	asksNear = time.Second
	asksFar  = 5 * time.Second // one that is not on this machine
)

// gauges ask a broker that is not ours how much is in its queues.
type gauges struct {
	net  *wire.Net
	stop []func() // one for each way through it
}

// measure begins to ask; the broker's mu is held.
func (b *broker) measure() {
	g := &gauges{net: b.outside()}
	every := asksNear
	if len(b.away.beyond) > 0 {
		every = asksFar
	}
	for _, t := range b.carried() {
		g.stop = append(g.stop, t.Measure(g.net, every, func(m queue.Measured, dead []queue.Letter) { b.lab.queues.measured(b.name, m, dead) }))
	}
	b.away.gauges = g
}

// end asks no more.
func (g *gauges) end() error {
	for _, stop := range g.stop {
		stop()
	}
	return g.net.Close()
}

// carried are the ways that lead through the broker.
func (b *broker) carried() (all []*queue.Transport) {
	for _, w := range b.lab.ways {
		if t, ok := w.(*queue.Transport); ok && t.Can().Broker == b.name {
			all = append(all, t)
		}
	}
	return all
}

// notToldWhy stands where a broker only says how many dead letters there are.
const notToldWhy = "its broker took it to the dead letters"

// measured hears what a broker that is not ours says of a queue, and which of its
// dead letters are new.
func (q *queues) measured(broker string, m queue.Measured, fresh []queue.Letter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	known := q.of(broker, m.Name, m.Link, native{queue: m.Name})
	unread := m.Dead == sim.Unmeasured
	known.Ready, known.Unacked = Number(m.Ready), Number(m.Unacked)
	if unread && known.Buried == 0 {
		known.Buried = Number(sim.Unmeasured)
	}
	q.record(known, sim.TraceID{}, 0, sim.Queue{Name: m.Name, Ready: m.Ready, Unacked: m.Unacked, Unread: unread})
	if unread {
		return
	}
	known.Buried = max(known.Buried, 0)
	for i := 0; known.Buried < Number(m.Dead); i++ {
		why, parent := notToldWhy, ""
		if i < len(fresh) {
			why, parent = cmp.Or(fresh[i].Why, why), fresh[i].Trace()
		}
		q.buried(known, why, parent)
	}
	if gone := int64(known.Buried) - m.Dead; gone > 0 {
		known.Buried -= Number(gone)
		q.record(known, sim.TraceID{}, 0, sim.Redriven{Queue: m.Name, N: gone})
	}
}
