package queue

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of one queue, and of what a stream keeps.
const (
	maxQueued      = 100_000
	maxQueuedBytes = 64 << 20
)

func (s *natsSession) place(a address) string { return s.subject(a) }

// declare makes the stream and, where messages are taken, its consumer.
func (s *natsSession) declare(ctx context.Context, a address) error {
	return s.insist(ctx, func(ctx context.Context) error {
		if a.group != "" {
			return s.enrol(ctx, a, sim.FromNow)
		}
		_, err := s.js.CreateStream(ctx, s.streamOf(a))
		if a.topic != "" && errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // it was altered while it did not travel this way
			_, err = s.js.UpdateStream(ctx, s.streamOf(a))
		}
		if err == nil && a.topic == "" {
			_, err = s.js.CreateOrUpdateConsumer(ctx, s.stream(a), s.consumerOf(a))
		}
		return err
	})
}

// streamOf is the stream of a queue, with those of its answers, or of a topic. A
// queue forgets what was handled, a topic what all its groups have handled; who
// keeps forgets the oldest when there is no room.
func (s *natsSession) streamOf(a address) jetstream.StreamConfig {
	c := jetstream.StreamConfig{
		Name: s.stream(a), Description: a.String(), Subjects: []string{s.subject(a)},
		Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew, MaxMsgs: maxQueued, MaxBytes: maxQueuedBytes,
	}
	if a.topic != "" {
		c.Retention = jetstream.InterestPolicy
	} else if !a.reply {
		c.Description = string(a.link)
		c.Subjects = []string{s.subject(address{link: a.link}), s.anyAnswer(a.link)}
	}
	if s.keeps {
		c.Retention, c.Discard, c.Replicas = jetstream.LimitsPolicy, jetstream.DiscardOld, s.topics(a.topic).Replicas
	}
	return c
}

func (j jetStream) anyAnswer(l sim.LinkID) string {
	one := j.subject(address{link: l, answers: 1})
	return one[:len(one)-1] + "*"
}

func (s *natsSession) consumerOf(a address) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable: s.consumer(a), FilterSubject: s.subject(a), AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: patience, MaxDeliver: maxTries,
	}
}

// enrol makes a group take part in a topic, unless it does already. "From now on"
// is said as a number: a node that dies before it has written down how far a new
// consumer has come finds its beginning again, and "new" would be later by then.
func (s *natsSession) enrol(ctx context.Context, a address, from sim.From) error {
	_, err := s.js.Consumer(ctx, s.stream(a), s.consumer(a))
	if !errors.Is(err, jetstream.ErrConsumerNotFound) {
		return err
	}
	c := s.consumerOf(a)
	if from == sim.FromNow {
		stream, err := s.js.Stream(ctx, s.stream(a))
		if err != nil {
			return err
		}
		c.DeliverPolicy, c.OptStartSeq = jetstream.DeliverByStartSequencePolicy, stream.CachedInfo().State.LastSeq+1
	}
	_, err = s.js.CreateOrUpdateConsumer(ctx, s.stream(a), c)
	return err
}

// drop implements leaver.
func (s *natsSession) drop(ctx context.Context, a address) error {
	return s.insist(ctx, func(ctx context.Context) error {
		err := s.js.DeleteConsumer(ctx, s.stream(a), s.consumer(a))
		if errors.Is(err, jetstream.ErrConsumerNotFound) {
			return nil
		}
		return err
	})
}

// remove implements cleaner. Consumers go with their stream.
func (s *natsSession) remove(ctx context.Context, a address) error {
	return s.insist(ctx, func(ctx context.Context) error {
		err := s.js.DeleteStream(ctx, s.stream(a))
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return nil
		}
		return err
	})
}

// keptSession is a session with streams that keep what was handled.
type keptSession struct{ *natsSession }

// rewind implements rewinder: the group's consumer is made anew, from the first.
func (s keptSession) rewind(ctx context.Context, a address) error {
	if err := s.drop(ctx, a); err != nil {
		return err
	}
	return s.insist(ctx, func(ctx context.Context) error { return s.enrol(ctx, a, sim.FromBeginning) })
}
