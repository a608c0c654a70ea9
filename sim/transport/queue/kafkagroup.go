package queue

import (
	"context"
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Offsets that are no numbers of records, as Kafka writes them.
const (
	nextOffset  int64 = -1 // after the last one
	firstOffset int64 = -2 // the oldest that is kept
)

// declare makes the topic and gives its group a position, from which on what
// comes waits for it: the beginning of a queue, the end of a topic.
func (s *kafkaSession) declare(ctx context.Context, a address) error {
	n := s.partitions
	switch {
	case a.group != "":
		return s.trouble(ctx, s.enrol(ctx, a, nextOffset))
	case a.topic != "":
		if spec := s.d.topic(a.topic); spec.Partitions > 0 {
			n = spec.Partitions
		}
	case a.answers > 0:
		n = 1
	}
	err := s.create(ctx, s.topic(a), n)
	if err == nil && a.topic == "" {
		err = s.enrol(ctx, a, firstOffset)
	}
	return s.trouble(ctx, err)
}

// create makes a topic unless it is there, and returns when brokers know it.
func (s *kafkaSession) create(ctx context.Context, name string, partitions int) error {
	if _, err := s.find(ctx, name); !errors.Is(err, kerr.UnknownTopicOrPartition) {
		return err
	}
	req := kmsg.NewPtrCreateTopicsRequest()
	t := kmsg.NewCreateTopicsRequestTopic()
	t.Topic, t.NumPartitions, t.ReplicationFactor = name, int32(partitions), -1
	req.Topics = append(req.Topics, t)
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return err
	}
	for _, t := range resp.Topics {
		if err := kerr.ErrorForCode(t.ErrorCode); err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
			return err
		}
	}
	return repeat(ctx, greeting, func() error {
		_, err := s.find(ctx, name)
		return err
	})
}

// repeat tries again, so long, what brokers do not do yet: they hear of each
// other's news, and groups come to rest.
func repeat(ctx context.Context, long time.Duration, try func() error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	for {
		var no *kerr.Error
		if err = try(); !errors.As(err, &no) || ctx.Err() != nil {
			return err
		}
		wait, stop := context.WithTimeout(ctx, again/5)
		<-wait.Done()
		stop()
	}
}

// enrol gives a group a position in every partition where it has none. Where
// that is the end is asked before whether there is one: what is stored
// meanwhile is read, and not skipped.
func (s *kafkaSession) enrol(ctx context.Context, a address, from int64) error {
	t, err := s.find(ctx, s.topic(a))
	if err != nil {
		return err
	}
	start, err := s.offsets(ctx, t, from)
	if err != nil {
		return err
	}
	known, err := s.committed(ctx, t, s.group(a))
	if err != nil {
		return err
	}
	for p := range known {
		delete(start, p)
	}
	if len(start) == 0 {
		return nil
	}
	err = s.commit(ctx, t, s.group(a), start)
	if errors.Is(err, kerr.UnknownMemberID) || errors.Is(err, kerr.IllegalGeneration) || errors.Is(err, kerr.RebalanceInProgress) {
		return nil // somebody belongs to it already, and begins at the beginning
	}
	return err
}

// offsets are places in all partitions of a topic.
func (s *kafkaSession) offsets(ctx context.Context, t *kafkaTopic, at int64) (map[int32]int64, error) {
	req := kmsg.NewPtrListOffsetsRequest()
	rt := kmsg.NewListOffsetsRequestTopic()
	rt.Topic = t.name
	for p := range t.leaders {
		rp := kmsg.NewListOffsetsRequestTopicPartition()
		rp.Partition, rp.Timestamp = int32(p), at
		rt.Partitions = append(rt.Partitions, rp)
	}
	req.Topics = append(req.Topics, rt)
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return nil, err
	}
	all := map[int32]int64{}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return nil, err
			}
			all[p.Partition] = p.Offset
		}
	}
	return all, nil
}

// position is how far a group has come in a partition, and what it noted there.
type position struct {
	offset int64
	note   string
}

// committed are the positions of a group in a topic, where it has one.
func (s *kafkaSession) committed(ctx context.Context, t *kafkaTopic, group string) (map[int32]position, error) {
	req := kmsg.NewPtrOffsetFetchRequest()
	rg := kmsg.NewOffsetFetchRequestGroup()
	rt := kmsg.NewOffsetFetchRequestGroupTopic()
	rt.Topic, rt.TopicID = t.name, t.id
	for p := range t.leaders {
		rt.Partitions = append(rt.Partitions, int32(p))
	}
	rg.Group, rg.Topics = group, append(rg.Topics, rt)
	req.Groups = append(req.Groups, rg)
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return nil, err
	}
	all := map[int32]position{}
	for _, g := range resp.Groups {
		if err := kerr.ErrorForCode(g.ErrorCode); err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
			return nil, err
		}
		for _, t := range g.Topics {
			for _, p := range t.Partitions {
				if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
					return nil, err
				}
				if p.Offset < 0 {
					continue
				}
				at := position{offset: p.Offset}
				if p.Metadata != nil {
					at.note = *p.Metadata
				}
				all[p.Partition] = at
			}
		}
	}
	return all, nil
}

// commit gives a group positions, as one who does not belong to it.
func (s *kafkaSession) commit(ctx context.Context, t *kafkaTopic, group string, to map[int32]int64) error {
	req := commitOf(t, group)
	for p, offset := range to {
		req.Topics[0].Partitions = append(req.Topics[0].Partitions, commitAt(p, offset, ""))
	}
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return err
	}
	return refused(resp)
}

func commitOf(t *kafkaTopic, group string) *kmsg.OffsetCommitRequest {
	req := kmsg.NewPtrOffsetCommitRequest()
	req.Group, req.Generation = group, -1
	rt := kmsg.NewOffsetCommitRequestTopic()
	rt.Topic, rt.TopicID = t.name, t.id
	req.Topics = append(req.Topics, rt)
	return req
}

func commitAt(partition int32, offset int64, note string) kmsg.OffsetCommitRequestTopicPartition {
	at := kmsg.NewOffsetCommitRequestTopicPartition()
	at.Partition, at.Offset = partition, offset
	if note != "" {
		at.Metadata = &note
	}
	return at
}

// refused is the first no in the answer to a commit.
func refused(resp *kmsg.OffsetCommitResponse) error {
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return err
			}
		}
	}
	return nil
}

// rewind implements rewinder. Kafka moves no group that has members: so they are
// put out, and come back when they notice; what they have in hand comes again.
func (s *kafkaSession) rewind(ctx context.Context, a address) error {
	t, err := s.find(ctx, s.topic(a))
	if err != nil {
		return s.trouble(ctx, err)
	}
	first, err := s.offsets(ctx, t, firstOffset)
	if err != nil {
		return s.trouble(ctx, err)
	}
	return s.trouble(ctx, repeat(ctx, rebalance, func() error {
		if err := s.putOut(ctx, s.group(a)); err != nil {
			return err
		}
		return s.commit(ctx, t, s.group(a), first)
	}))
}

// drop implements leaver.
func (s *kafkaSession) drop(ctx context.Context, a address) error {
	return s.trouble(ctx, repeat(ctx, rebalance, func() error {
		if err := s.putOut(ctx, s.group(a)); err != nil {
			return err
		}
		req := kmsg.NewPtrDeleteGroupsRequest()
		req.Groups = []string{s.group(a)}
		resp, err := req.RequestWith(ctx, s.cl)
		if err != nil {
			return err
		}
		for _, g := range resp.Groups {
			if err := kerr.ErrorForCode(g.ErrorCode); err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
				return err
			}
		}
		return nil
	}))
}

// putOut puts all members out of a group, which must not be shared out anew just
// now: whoever waits in it for that may wait for ever when he is put out.
func (s *kafkaSession) putOut(ctx context.Context, group string) error {
	describe := kmsg.NewPtrDescribeGroupsRequest()
	describe.Groups = []string{group}
	described, err := describe.RequestWith(ctx, s.cl)
	if err != nil {
		return err
	}
	req := kmsg.NewPtrLeaveGroupRequest()
	req.Group = group
	for _, g := range described.Groups {
		if g.State == "PreparingRebalance" || g.State == "CompletingRebalance" {
			return kerr.RebalanceInProgress
		}
		for _, m := range g.Members {
			leaver := kmsg.NewLeaveGroupRequestMember()
			leaver.MemberID, leaver.InstanceID = m.MemberID, m.InstanceID
			req.Members = append(req.Members, leaver)
		}
	}
	if len(req.Members) == 0 {
		return nil
	}
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return err
	}
	return kerr.ErrorForCode(resp.ErrorCode)
}

var (
	_ rewinder = (*kafkaSession)(nil)
	_ leaver   = (*kafkaSession)(nil)
)
