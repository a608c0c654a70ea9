package queue

import (
	"context"
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/msc-sim/msc-sim/sim"
)

// measure implements measurer. What waits is the lag of the group: Kafka knows
// what was committed, not what is in hand.
func (s *kafkaSession) measure(ctx context.Context, a address) (Measured, error) {
	m := Measured{Unacked: sim.Unmeasured}
	t, err := s.find(ctx, s.topic(a))
	if err != nil {
		return m, s.missing(ctx, err)
	}
	ends, err := s.offsets(ctx, t, nextOffset)
	if err != nil {
		return m, s.missing(ctx, err)
	}
	known, err := s.committed(ctx, t, s.group(a))
	if err != nil {
		return m, s.missing(ctx, err)
	}
	for p, at := range known {
		m.Ready += max(ends[p]-at.offset, 0)
	}
	if m.Dead, err = s.length(ctx, s.topic(a)+deadSuffix); sim.CodeOf(err) == sim.NotFound {
		m.Dead, err = 0, nil // it is made with the first one
	}
	return m, err
}

// length is how many records a topic keeps.
func (s *kafkaSession) length(ctx context.Context, name string) (n int64, err error) {
	t, err := s.find(ctx, name)
	if err != nil {
		return 0, s.missing(ctx, err)
	}
	first, err := s.offsets(ctx, t, firstOffset)
	if err != nil {
		return 0, s.missing(ctx, err)
	}
	ends, err := s.offsets(ctx, t, nextOffset)
	for p, end := range ends {
		n += end - first[p]
	}
	return n, s.missing(ctx, err)
}

// missing is trouble, and says of what is not there that it is not.
func (s *kafkaSession) missing(ctx context.Context, err error) error {
	if errors.Is(err, kerr.UnknownTopicOrPartition) || errors.Is(err, kerr.UnknownTopicID) {
		return sim.Errorf(sim.NotFound, "kafka has no such topic")
	}
	return s.trouble(ctx, err)
}
