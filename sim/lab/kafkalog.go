package lab

import (
	"cmp"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/embedded/kafka"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// Partition is what `show topics` says about one partition. Nodes are counted from
// 1: node 2 of kafka is kafka#2.
type Partition struct {
	Topic     string           `json:"topic"`
	Transport string           `json:"transport"`
	Partition int              `json:"partition"`
	Leader    int              `json:"leader"`   // the node that takes what is published; 0 = nobody does now
	Replicas  []int            `json:"replicas"` // the nodes that have a copy
	Current   []int            `json:"current"`  // those of them that run and have everything
	First     int64            `json:"first"`    // the oldest offset that is kept
	End       int64            `json:"end"`      // the offset that is written next
	Groups    map[string]Place `json:"groups"`   // by service
}

// Place is how far a group has come in a partition.
type Place struct {
	Next int64  `json:"next"`              // the offset it handles next
	Lag  int64  `json:"lag"`               // so many are before it
	Held string `json:"held_by,omitempty"` // the instance that has the partition
}

// kafkaLog is what is known of the partitions in Kafka.
type kafkaLog struct {
	parts map[kafka.TopicPartition]*Partition
	// held are the partitions that a group had given out, by topic and group.
	held map[[2]string]map[int]string
}

// kafkaMoved hears of a move in the Kafka cluster.
func (q *queues) kafkaMoved(m kafka.Move) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch m.What {
	case kafka.Grown:
		if topic, dead := strings.CutSuffix(m.Topic, kafka.DeadSuffix); dead {
			q.buriedInKafka(topic, m)
		}
		p := q.log.of(m.Topic, m.Number)
		p.Leader, p.First, p.End = m.Leader+1, m.First, m.End
		p.Replicas, p.Current = []int{p.Leader}, []int{p.Leader}
		q.partition(m.Topic, sim.Position{Topic: m.Topic, Partition: m.Number, End: m.End})
	case kafka.Advanced:
		q.advanced(m)
	case kafka.Shared:
		q.shared(m)
	case kafka.Gone:
		if m.Group == "" {
			for k := range q.log.parts {
				if k.Topic == m.Topic {
					delete(q.log.parts, k)
				}
			}
		}
	}
}

// of finds a partition, or lets it appear.
func (l *kafkaLog) of(topic string, n int) *Partition {
	key := kafka.TopicPartition{Topic: topic, Partition: n}
	if l.parts == nil {
		l.parts, l.held = map[kafka.TopicPartition]*Partition{}, map[[2]string]map[int]string{}
	}
	if l.parts[key] == nil {
		l.parts[key] = &Partition{Topic: topic, Transport: "kafka", Partition: n, Groups: map[string]Place{}}
	}
	return l.parts[key]
}

// advanced: a group has another position. Its lag over all partitions is the
// depth of its queue.
func (q *queues) advanced(m kafka.Move) {
	name, link := q.kafkaQueue(m.Topic, m.Group)
	service := serviceOf(m.Group)
	p := q.log.of(m.Topic, m.Number)
	place := p.Groups[service]
	place.Next, place.Lag = m.Offset, m.Lag
	p.Groups[service] = place
	q.partition(m.Topic, sim.Position{Topic: m.Topic, Group: service, Partition: m.Number, Next: m.Offset, End: m.Offset + m.Lag})
	total := int64(0)
	for k, p := range q.log.parts {
		if k.Topic == m.Topic {
			total += p.Groups[service].Lag
		}
	}
	at := native{m.Topic, m.Group}
	q.depth(q.of("kafka", name, link, at), at, held{ready: total})
}

// buriedInKafka: a topic of dead letters has grown. Each letter says which group
// gave it up; one that does not, or could not be read, belongs to the topic.
func (q *queues) buriedInKafka(topic string, m kafka.Move) {
	added := m.End - max(q.log.of(m.Topic, m.Number).End, m.First)
	read := m.Letters[max(int64(len(m.Letters))-added, 0):]
	for i := range added {
		name, link, group, parent := topic, sim.LinkID(""), "", ""
		if i < int64(len(read)) {
			group, parent = header(read[i].Headers, queue.KafkaDeadGroup), header(read[i].Headers, traceparent)
		}
		if group != "" {
			name, link = q.kafkaQueue(topic, group)
		}
		q.buried(q.of("kafka", name, link, native{topic, group}), "delivered as often as its topic allows, and not acknowledged", parent)
	}
}

// kafkaQueue is how people see a group in a topic, and the link it belongs to.
func (q *queues) kafkaQueue(topic, group string) (name string, link sim.LinkID) {
	name, link = queue.KafkaQueueOf(topic, group)
	if link == "" && q.world != nil && isTopic(q.lab.spec, topic) {
		link = sim.Link(topic, serviceOf(group))
	}
	return name, link
}

// shared: a group shares out its partitions otherwise.
func (q *queues) shared(m kafka.Move) {
	now := map[string]map[int]string{}
	for _, member := range m.Members {
		for _, p := range member.Partitions {
			if now[p.Topic] == nil {
				now[p.Topic] = map[int]string{}
			}
			now[p.Topic][p.Partition] = member.Client
		}
	}
	service := serviceOf(m.Group)
	for key := range q.log.parts {
		if _, of, ours := strings.Cut(m.Group, "@"); ours && of != key.Topic {
			continue
		}
		had := q.log.held[[2]string{key.Topic, m.Group}]
		to := now[key.Topic][key.Partition]
		if to == had[key.Partition] {
			continue
		}
		if had == nil {
			had = map[int]string{}
			q.log.held[[2]string{key.Topic, m.Group}] = had
		}
		had[key.Partition] = to
		p := q.log.of(key.Topic, key.Partition)
		place := p.Groups[service]
		place.Held = to
		p.Groups[service] = place
		q.partition(key.Topic, sim.Assigned{Topic: key.Topic, Group: service, Partition: key.Partition, To: to})
	}
}

// partition records what happened in a topic.
func (q *queues) partition(topic string, f sim.Fact) {
	at := sim.Instance{Service: "kafka", N: 1}
	q.lab.log.Shard(at).Record(sim.Event{Node: at, Fact: f})
}

// serviceOf is the service that a group belongs to: groups of ours are named
// SERVICE@TOPIC.
func serviceOf(group string) string {
	service, _, _ := strings.Cut(group, "@")
	return service
}

func isTopic(w *sim.WorldSpec, name string) bool {
	_, ok := w.Topic(name)
	return ok
}

func (q *queues) partitions() []Partition {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := make([]Partition, 0, len(q.log.parts))
	for _, p := range q.log.parts {
		c := *p
		c.Groups = make(map[string]Place, len(p.Groups))
		for k, v := range p.Groups {
			c.Groups[k] = v
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Partition) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	return all
}
