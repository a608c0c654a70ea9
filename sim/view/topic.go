package view

import (
	"fmt"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Topic is a topic with those who hear of it.
type Topic struct {
	Name   string
	Ends   []int64 // of each partition, the offset that is written next; nil where a topic has none
	Groups []Group
}

// Group is a service that takes part in a topic.
type Group struct {
	Name   string
	Next   []int64       // of each partition, the offset it handles next
	Holder []string      // of each partition, the instance that has it; "" = nobody
	Shared time.Duration // when its partitions were last given to others; 0 = never
}

// Lag is how many messages of the topic a group has not handled yet; 0 where
// positions are not known.
func (t *Topic) Lag(g Group) (lag int64) {
	for i, next := range g.Next {
		if i < len(t.Ends) {
			lag += max(t.Ends[i]-next, 0)
		}
	}
	return lag
}

// Topic returns a topic, or nil.
func (p *Picture) Topic(name string) *Topic {
	for i := range p.Topics {
		if p.Topics[i].Name == name {
			return &p.Topics[i]
		}
	}
	return nil
}

// topicsOf puts the topics of a world into its picture, with their subscribers.
func (p *Picture) topicsOf(spec *sim.WorldSpec) {
	for _, t := range spec.Topics {
		topic := Topic{Name: t.Name}
		for _, to := range t.To {
			topic.Groups = append(topic.Groups, Group{Name: to})
			p.link(sim.Link(t.Name, to))
		}
		p.Topics = append(p.Topics, topic)
		for _, l := range spec.Links {
			if l.ID.To() == t.Name {
				p.carry(0, t.Name, sim.Swapped{To: l.Transport})
			}
		}
	}
}

// carry: what is published in a topic reaches its subscribers as it was sent.
func (p *Picture) carry(at time.Duration, topic string, f sim.Swapped) {
	if t := p.Topic(topic); t != nil {
		for _, g := range t.Groups {
			p.link(sim.Link(topic, g.Name)).swapped(at, sim.Swapped{To: f.To})
		}
	}
}

// Transport is how messages get into a topic; "" when nobody publishes in it.
func (p *Picture) Transport(topic string) string {
	for i := range p.Links {
		if p.Links[i].ID.To() == topic {
			return p.Links[i].Transport
		}
	}
	return ""
}

// applyTopic folds what happens to topics and those who hear of them.
func (p *Picture) applyTopic(e sim.Event) {
	switch f := e.Fact.(type) {
	case sim.Subscribed:
		if t := p.Topic(f.Topic); t != nil {
			t.group(e.Node.Service)
			p.link(sim.Link(f.Topic, e.Node.Service)).Transport = p.Transport(f.Topic)
			p.notice(e, fmt.Sprintf("hears %s %s", f.Topic, f.From.Since()))
		}
	case sim.Unsubscribed:
		if t := p.Topic(f.Topic); t != nil {
			t.Groups = slices.DeleteFunc(t.Groups, func(g Group) bool { return g.Name == e.Node.Service })
			p.notice(e, "hears "+f.Topic+" no more")
		}
	case sim.Altered:
		if t := p.Topic(f.Topic); t != nil {
			for len(t.Ends) > 0 && len(t.Ends) < min(f.Partitions, keptPartitions) { // empty ones are told nothing of
				t.Ends = append(t.Ends, 0)
			}
			p.notice(e, f.String())
		}
	case sim.Led:
		if p.Topic(f.Topic) != nil {
			p.notice(e, f.String())
		}
	case sim.Position:
		if t := p.Topic(f.Topic); t != nil {
			t.Ends = put(t.Ends, f.Partition, f.End)
			if f.Group != "" {
				g := t.group(f.Group)
				g.Next = put(g.Next, f.Partition, f.Next)
			}
		}
	case sim.Assigned:
		if t := p.Topic(f.Topic); t != nil {
			g := t.group(f.Group)
			if f.Partition >= 0 && f.Partition < len(g.Holder) && g.Holder[f.Partition] != f.To {
				g.Shared = e.At
			}
			g.Holder = put(g.Holder, f.Partition, f.To)
			if f.To == "" {
				p.notice(e, fmt.Sprintf("partition %d of %s is assigned again", f.Partition, f.Topic))
			}
		}
	}
}

// group finds a group of the topic, or adds it.
func (t *Topic) group(name string) *Group {
	for i := range t.Groups {
		if t.Groups[i].Name == name {
			return &t.Groups[i]
		}
	}
	t.Groups = append(t.Groups, Group{Name: name})
	return &t.Groups[len(t.Groups)-1]
}

// keptPartitions bounds what a picture remembers of one topic.
const keptPartitions = 64

// put sets one place of a list that grows as it needs to.
func put[T any](list []T, at int, v T) []T {
	if at < 0 || at >= keptPartitions {
		return list
	}
	for len(list) <= at {
		var zero T
		list = append(list, zero)
	}
	list[at] = v
	return list
}

// cloneTopics copies what Apply may change.
func cloneTopics(all []Topic) []Topic {
	all = slices.Clone(all)
	for i, t := range all {
		all[i].Ends, all[i].Groups = slices.Clone(t.Ends), slices.Clone(t.Groups)
		for j, g := range all[i].Groups {
			all[i].Groups[j].Next, all[i].Groups[j].Holder = slices.Clone(g.Next), slices.Clone(g.Holder)
		}
	}
	return all
}
