package lab

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/embedded/kafka"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

func kafkaCluster() product {
	return product{
		name: "kafka", protocol: "kafka", port: 9092, wired: true, endless: "its log makes room by dropping what is oldest", sizes: []int{3, 1, 2, 4, 5},
		schemes: []string{"kafka"}, example: "docker run -p 9092:9092 apache/kafka", deadTogether: true,
		fidelity: append(kafkaLimits(),
			"a crashed member is detected after 2 s, not 45 s",
		),
		start: func(ctx context.Context, l *Lab, at place) (engine, error) {
			return kafka.Start(ctx, kafka.Options{Brokers: at.nodes, Addr: at.addr, Dir: at.dir, SyncAlways: at.always, Listen: at.listen, Observe: l.queues.kafkaMoved})
		},
		cluster: func(e engine) nodes { return kafkaNodes{e.(*kafka.Server)} },
		ways:    func(o queue.Options) []sim.Transport { return []sim.Transport{queue.Kafka(o)} },
	}
}

// kafkaLimits are those of the cluster itself, a line of a list each.
func kafkaLimits() (all []string) {
	for _, sentence := range kafka.Limits() {
		first, n := utf8.DecodeRuneInString(sentence)
		all = append(all, string(unicode.ToLower(first))+strings.TrimSuffix(sentence[n:], "."))
	}
	return all
}

// kafkaNodes are the brokers of a Kafka cluster, which counts them from 0.
type kafkaNodes struct{ *kafka.Server }

func (k kafkaNodes) running() (all []int) {
	for _, n := range k.Brokers() {
		all = append(all, n+1)
	}
	return all
}

func (k kafkaNodes) mayStop(n int) error {
	if n-1 == k.Controller() {
		return sim.Invalidf("kafka#%d makes the topics and cannot be ended here", n).WithFix("end another node, or all: kill kafka")
	}
	return nil
}

// stop implements nodes. Back gives the broker the partitions that it led, as a
// preferred leader gets them.
func (k kafkaNodes) stop(ctx context.Context, n int) (back func(context.Context) error, err error) {
	led, err := k.led(ctx, n)
	if err != nil {
		return nil, err
	}
	if err := k.StopBroker(ctx, n-1); err != nil {
		return nil, sim.Errorf(sim.Unavailable, "%w", err)
	}
	return func(ctx context.Context) error {
		if err := k.StartBroker(ctx, n-1); err != nil {
			return err
		}
		for _, p := range led {
			_ = k.MoveLeader(p.Topic, p.Partition, n-1) // it may be gone by now
		}
		return nil
	}, nil
}

// led are the partitions that a node leads.
func (k kafkaNodes) led(ctx context.Context, n int) (led []kafka.TopicPartition, err error) {
	topics, err := k.Topics(ctx)
	if err != nil {
		return nil, sim.Errorf(sim.Unavailable, "%w", err)
	}
	for _, t := range topics {
		for _, p := range t.Partitions {
			if p.Leader == n-1 {
				led = append(led, kafka.TopicPartition{Topic: t.Name, Partition: p.Number})
			}
		}
	}
	return led, nil
}

func (k kafkaNodes) leader(ctx context.Context, topic string, partition int) (int, error) {
	topics, err := k.Topics(ctx)
	if err != nil {
		return 0, sim.Errorf(sim.Unavailable, "%w", err)
	}
	i := slices.IndexFunc(topics, func(t kafka.Topic) bool { return t.Name == topic })
	if i < 0 {
		return 0, noTopic(topic)
	}
	if all := topics[i].Partitions; partition >= len(all) {
		return 0, sim.Errorf(sim.NotFound, "there are %d partitions, from 0 on", len(all))
	}
	return topics[i].Partitions[partition].Leader + 1, nil
}

func (k kafkaNodes) lead(_ context.Context, topic string, partition, n int) error {
	if err := k.MoveLeader(topic, partition, n-1); err != nil {
		return sim.Errorf(sim.NotFound, "%w", err).WithFix("to= one of %d nodes", len(k.Brokers()))
	}
	return nil
}

// noTopic is the error for what nobody has used so far.
func noTopic(topic string) error {
	return sim.Errorf(sim.Conflict, "there is no topic %s yet", topic).WithFix("send something first")
}
