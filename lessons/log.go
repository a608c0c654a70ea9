package lessons

import (
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// kept is what is known of a topic that a broker keeps in partitions, beyond one
// step: where each partition ends, and how far each group has come.
//
//	partition 0  ▪▪▪▪▪▪▪▪▪▪ end
//	email        ──────▶ next     lag 4
type kept struct {
	ends   map[int]int64 // the offset that is written next
	groups map[string]*reading
	led    sim.Led       // by whom, where a cluster copies it
	since  time.Duration // when nobody led any more; while nobody does
}

// reading is a group of one service that reads a topic.
type reading struct {
	next   map[int]int64  // the offset it handles next
	behind map[int]int64  // its lag, when it was last heard of
	holder map[int]string // the instance that has the partition; "" = nobody
}

// keptIn finds a topic, or lets it appear.
func (e *evidence) keptIn(topic string) *kept {
	k := e.topics[topic]
	if k == nil {
		k = &kept{ends: map[int]int64{}, groups: map[string]*reading{}}
		e.topics[topic] = k
	}
	return k
}

func (k *kept) group(name string) *reading {
	g := k.groups[name]
	if g == nil {
		g = &reading{next: map[int]int64{}, behind: map[int]int64{}, holder: map[int]string{}}
		k.groups[name] = g
	}
	return g
}

// was is how many records a group had before it, when it was last heard of. Where a
// partition ends is often heard of before it.
func (g *reading) was() (n int64) {
	for _, lag := range g.behind {
		n += lag
	}
	return n
}

// lag is how many records a group has still before it, as far as is known.
func (k *kept) lag(g *reading) (n int64) {
	for p, next := range g.next {
		n += max(k.ends[p]-next, 0)
	}
	return n
}

// written counts what was written to a topic in one step, by partition, and the
// longest lags in it, by group.
type written struct {
	in   map[int]int64
	most map[string]int64
	gap  time.Duration // the longest time in which nobody led
}

func (w *window) topic(name string) *written {
	t := w.topics[name]
	if t == nil {
		t = &written{in: map[int]int64{}, most: map[string]int64{}}
		w.topics[name] = t
	}
	return t
}

// noteTopic folds where partitions end, and who reads them how far.
func (e *evidence) noteTopic(ev sim.Event) {
	switch f := ev.Fact.(type) {
	case sim.Position:
		k := e.keptIn(f.Topic)
		grown := f.End - k.ends[f.Partition]
		k.ends[f.Partition] = max(f.End, k.ends[f.Partition])
		now := ev.Seq > e.window.from
		if now {
			e.window.topic(f.Topic).in[f.Partition] += max(grown, 0)
		}
		if f.Group == "" {
			return
		}
		g := k.group(f.Group)
		g.next[f.Partition], g.behind[f.Partition] = f.Next, max(f.End-f.Next, 0)
		if now {
			most := e.window.topic(f.Topic).most
			most[f.Group] = max(most[f.Group], g.was())
		}
	case sim.Led:
		e.noteLeader(ev, f)
	case sim.Assigned:
		e.keptIn(f.Topic).group(f.Group).holder[f.Partition] = f.To
	}
}

// noteLeader folds who leads a topic, and how long nobody did.
func (e *evidence) noteLeader(ev sim.Event, f sim.Led) {
	k := e.keptIn(f.Topic)
	switch was := k.led; {
	case f.Leader == 0 && was.Leader > 0:
		k.since = ev.At
	case f.Leader > 0 && was.Leader == 0 && was.Copies > 0 && ev.Seq > e.window.from:
		w := e.window.topic(f.Topic)
		w.gap = max(w.gap, ev.At-k.since)
	}
	k.led = f
}

// topicLog is a topic as expressions see it.
type topicLog struct {
	Partitions int `expr:"partitions" about:"number of partitions"`
	Records    int `expr:"records" about:"records written since the topic was created"`
	Written    int `expr:"written" about:"records written in this step"`
	Used       int `expr:"used" about:"partitions that received records in this step"`

	Leader  int           `expr:"leader" about:"node that leads the topic; 0 without a leader"`
	Copies  int           `expr:"copies" about:"nodes with a replica"`
	Current int           `expr:"current" about:"replicas that are running and up to date"`
	Gap     time.Duration `expr:"gap" about:"longest time without a leader in this step"`
}

// topicGroup is a service that reads a topic, as expressions see it.
type topicGroup struct {
	Lag     int `expr:"lag" about:"records that the group has not handled yet"`
	Most    int `expr:"most" about:"longest lag in this step"`
	Members int `expr:"members" about:"instances that have a partition"`
}

// topic is what is known of a topic. Of one that no broker keeps nothing is.
func (q *query) topic(name string) (topicLog, error) {
	k := q.topics[name]
	if k == nil {
		return topicLog{}, errNothing
	}
	t := topicLog{Partitions: len(k.ends), Leader: k.led.Leader, Copies: k.led.Copies, Current: k.led.Current}
	for _, end := range k.ends {
		t.Records += int(end)
	}
	if w := q.window.topics[name]; w != nil {
		t.Gap = w.gap
		for _, n := range w.in {
			if n > 0 {
				t.Written, t.Used = t.Written+int(n), t.Used+1
			}
		}
	}
	return t, nil
}

// group is how far a service has come in a topic.
func (q *query) group(topic, service string) (topicGroup, error) {
	k := q.topics[topic]
	if k == nil || k.groups[service] == nil {
		return topicGroup{}, errNothing
	}
	g := k.groups[service]
	v := topicGroup{Lag: int(k.lag(g))}
	var holders []string
	for _, h := range g.holder {
		if h != "" && !slices.Contains(holders, h) {
			holders = append(holders, h)
		}
	}
	v.Members = len(holders)
	if w := q.window.topics[topic]; w != nil {
		v.Most = int(w.most[service])
	}
	return v, nil
}

// overtaken counts what came to a group after something that was published later.
func (q *query) overtaken(link string) int {
	id := sim.LinkID(link)
	published := map[sim.TraceID]*hop{}
	for _, h := range q.window.hops {
		if h.link.To() == id.From() {
			published[h.trace] = h
		}
	}
	n, latest := 0, (*hop)(nil)
	for _, h := range q.window.hops {
		p := published[h.trace]
		switch {
		case h.link != id || p == nil || h.try > 1:
		case latest != nil && p.sent < latest.sent:
			n++
		default:
			latest = p
		}
	}
	return n
}
