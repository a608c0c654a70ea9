package queue

import (
	"context"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/msc-sim/msc-sim/sim"
)

// letters implements undertaker.
func (s *kafkaSession) letters(ctx context.Context, a address, n int) (all []Letter, err error) {
	_, err = s.eachDead(ctx, a, func(r *kgo.Record) (bool, error) {
		l := Letter{ID: fmt.Sprintf("%d/%d", r.Partition, r.Offset), At: r.Timestamp, Body: r.Value}
		of := s.group(a)
		for _, h := range r.Headers {
			l.Header = append(l.Header, [2]string{h.Key, string(h.Value)})
			switch h.Key {
			case deadReason:
				l.Why = string(h.Value)
			case KafkaDeadGroup:
				of = string(h.Value)
			}
		}
		if of == s.group(a) {
			all = append(all, l)
		}
		return len(all) < n, nil
	})
	return all, err
}

// redrive implements undertaker: they are written into the topic once more, where
// all its groups read them, and cut off from where they lay.
func (s *kafkaSession) redrive(ctx context.Context, a address) (n int, err error) {
	behind, err := s.eachDead(ctx, a, func(r *kgo.Record) (bool, error) {
		p := (&kafkaDelivery{r: r}).parcel()
		for name := range p.header {
			if strings.HasPrefix(name, "dead-") {
				delete(p.header, name)
			}
		}
		_, err := s.send(ctx, s.topic(a), p)
		if err == nil {
			n++
		}
		return true, err
	})
	if len(behind) == 0 {
		return n, err
	}
	if cut := s.cutOff(ctx, s.topic(a)+deadSuffix, behind); err == nil {
		err = cut
	}
	return n, err
}

// eachDead reads those dead letters of a topic that are there now, while each says
// so, and returns how far it came without an error in each partition.
func (s *kafkaSession) eachDead(ctx context.Context, a address, each func(*kgo.Record) (bool, error)) (behind map[int32]int64, err error) {
	name := s.topic(a) + deadSuffix
	t, err := s.find(ctx, name)
	if err != nil {
		return nil, s.missing(ctx, err)
	}
	first, err := s.offsets(ctx, t, firstOffset)
	if err != nil {
		return nil, s.missing(ctx, err)
	}
	ends, err := s.offsets(ctx, t, nextOffset)
	if err != nil {
		return nil, s.missing(ctx, err)
	}
	from := map[int32]kgo.Offset{}
	for p, end := range ends {
		if first[p] < end {
			from[p] = kgo.NewOffset().At(first[p])
		}
	}
	behind = map[int32]int64{}
	if len(from) == 0 {
		return behind, nil
	}
	reader, err := kgo.NewClient(append(s.options(newLifeline(func() {}, func(int32) {})), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{name: from}))...)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	for more := true; more && len(from) > 0; {
		fetches := reader.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			return behind, s.trouble(ctx, err)
		}
		for _, r := range fetches.Records() {
			if !more {
				break
			}
			if more, err = each(r); err != nil {
				return behind, err
			}
			behind[r.Partition] = r.Offset + 1
			if r.Offset+1 >= ends[r.Partition] {
				delete(from, r.Partition)
			}
		}
	}
	return behind, nil
}

// cutOff removes from each partition of a topic what lies before an offset.
func (s *kafkaSession) cutOff(ctx context.Context, name string, before map[int32]int64) error {
	req := kmsg.NewPtrDeleteRecordsRequest()
	req.TimeoutMillis = int32(patience.Milliseconds())
	t := kmsg.NewDeleteRecordsRequestTopic()
	t.Topic = name
	for p, offset := range before {
		at := kmsg.NewDeleteRecordsRequestTopicPartition()
		at.Partition, at.Offset = p, offset
		t.Partitions = append(t.Partitions, at)
	}
	req.Topics = append(req.Topics, t)
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return s.trouble(ctx, err)
	}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return sim.Errorf(sim.Unavailable, "kafka: they are put back, and still among the dead letters: %w", err)
			}
		}
	}
	return nil
}
