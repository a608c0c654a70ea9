package world

import (
	"context"
	"fmt"

	"github.com/msc-sim/msc-sim/sim"
)

// alter changes a topic while it is used, at the brokers that carry it now. What
// a broker cannot do it refuses, and then nothing is changed.
func (w *World) alter(ctx context.Context, c sim.AlterTopic) (string, error) {
	topic, err := w.topic(c.Topic)
	if err != nil {
		return "", err
	}
	if c.Partitions > 0 && c.Partitions < topic.Partitions {
		return "", sim.Invalidf("%s has %d partitions, and there can never be fewer: each has its own order, and places of its own for every group", c.Topic, topic.Partitions).
			WithFix("add some: topic %s partitions=%d", c.Topic, min(2*topic.Partitions, sim.MaxPartitions))
	}
	now := topic
	now.Partitions, now.Replicas = max(c.Partitions, topic.Partitions), topic.Replicas
	if c.Replicas > 0 {
		now.Replicas = c.Replicas
	}
	if now.Partitions == topic.Partitions && now.Replicas == topic.Replicas {
		return fmt.Sprintf("%s is kept so already", c.Topic), nil
	}
	asked := sim.TopicSpec{Name: c.Topic, Partitions: changed(topic.Partitions, now.Partitions), Replicas: changed(topic.Replicas, now.Replicas)}
	var link sim.LinkID
	err = w.eachBroadcaster(c.Topic, func(b sim.Broadcaster, by sim.Instance) error {
		link = sim.Link(by.Service, c.Topic)
		a, ok := b.(sim.Alterer)
		if !ok {
			return sim.Invalidf("%s is carried by what cannot change it", c.Topic).WithFix("swap %s kafka", link)
		}
		return a.Alter(ctx, w.opt.Net, by, asked)
	})
	if err == nil && link == "" {
		err = sim.Errorf(sim.Conflict, "no broker carries %s now, so that nothing of it is kept", c.Topic).WithFix("swap a link that leads to it, such as: swap order:%s kafka", c.Topic)
	}
	if err != nil {
		return "", err
	}
	w.announce(now)
	fact := sim.Altered{Topic: c.Topic, Partitions: asked.Partitions, Replicas: asked.Replicas}
	w.opt.Log.Shard(sim.Instance{}).Record(sim.Event{Link: link, Fact: fact})
	return fact.String() + moved(fact, topic), nil
}

// changed is a number that is another one from now on; 0 = it stays.
func changed(was, is int) int {
	if was == is {
		return 0
	}
	return is
}

// moved says what more partitions do to the order of what is published.
func moved(f sim.Altered, was sim.TopicSpec) string {
	switch {
	case f.Partitions == 0:
		return ""
	case was.Key == "":
		return "; no message has a key, so none loses its order"
	default:
		return fmt.Sprintf("; the same %s may lie in another partition from now on, and overtake what it wrote before", was.Key)
	}
}
