package lab

import (
	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// streams are the topics that a NATS of our own keeps after they were heard, as `show topics` tells.
func (bs brokers) streams() (all []Partition) {
	for _, b := range bs {
		b.mu.Lock()
		run, ok := b.run.(interface{ Streams() []nats.Stream })
		b.mu.Unlock()
		if !ok {
			continue
		}
		for _, s := range run.Streams() {
			if topic, ok := queue.StreamOf(s.Name); ok {
				all = append(all, kept(topic, s))
			}
		}
	}
	return all
}

func kept(topic string, s nats.Stream) Partition {
	p := Partition{
		Topic: topic, Transport: "nats-stream", Leader: s.Leader, Replicas: []int{}, Current: []int{},
		First: int64(s.First), End: int64(s.End), Groups: map[string]Place{},
	}
	for _, c := range s.Copies {
		p.Replicas = append(p.Replicas, c.Node)
		if c.Current {
			p.Current = append(p.Current, c.Node)
		}
	}
	for name, c := range s.Consumers {
		p.Groups[name] = Place{Next: p.End - c.Ready, Lag: c.Ready}
	}
	return p
}

// ledNow tells that a topic in NATS is led, or copied, otherwise.
func (q *queues) ledNow(m nats.Move) {
	topic, ok := queue.StreamOf(m.Stream)
	if !ok {
		return
	}
	f := sim.Led{Topic: topic, Leader: m.Leader, Copies: len(m.Copies)}
	for _, c := range m.Copies {
		if c.Current {
			f.Current++
		}
	}
	at := sim.Instance{Service: "nats", N: max(m.Leader, 1)}
	q.lab.log.Shard(at).Record(sim.Event{Node: at, Fact: f})
}
