package queue

import (
	"context"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/msc-sim/msc-sim/sim"
)

var _ alterer = (*kafkaSession)(nil)

// alter implements alterer: it adds partitions. Whoever writes or reads learns of
// them when what it knows of the topic is too old: see stale and learnTopic.
// Groups begin in them at the beginning, so nothing is missed.
func (s *kafkaSession) alter(ctx context.Context, a address, t sim.TopicSpec) error {
	if t.Replicas > 0 {
		return sim.Invalidf("on how many brokers Kafka keeps a topic is decided when it is made, or by moving its partitions one by one").
			WithFix("let it travel by nats-stream, whose replicas can be changed")
	}
	if err := s.declare(ctx, a); err != nil { // nobody may have used it yet
		return err
	}
	s.forget(s.topic(a))
	known, err := s.find(ctx, s.topic(a))
	if err != nil {
		return s.trouble(ctx, err)
	}
	switch has := len(known.leaders); {
	case t.Partitions < has:
		return sim.Invalidf("%s has %d partitions, and Kafka takes none away: what lies in them would have no place", a.topic, has).
			WithFix("more can be added: topic %s partitions=%d", a.topic, 2*has)
	case t.Partitions == has:
		return nil
	}
	return s.trouble(ctx, s.extend(ctx, known.name, t.Partitions))
}

// extend asks for more partitions, and returns when brokers know them.
func (s *kafkaSession) extend(ctx context.Context, name string, partitions int) error {
	req := kmsg.NewPtrCreatePartitionsRequest()
	req.TimeoutMillis = int32(greeting.Milliseconds())
	rt := kmsg.NewCreatePartitionsRequestTopic()
	rt.Topic, rt.Count = name, int32(partitions)
	req.Topics = append(req.Topics, rt)
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return err
	}
	for _, t := range resp.Topics {
		if err := kerr.ErrorForCode(t.ErrorCode); err != nil {
			return err
		}
	}
	return repeat(ctx, greeting, func() error {
		s.forget(name)
		t, err := s.find(ctx, name)
		if err == nil && len(t.leaders) < partitions {
			return kerr.UnknownTopicOrPartition
		}
		return err
	})
}
