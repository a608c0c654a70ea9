package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Where a group can be moved besides an offset, numbered as Kafka does.
const (
	ToEnd   int64 = -1 // to the record that comes next
	ToFirst int64 = -2 // to the oldest record that is kept
)

// ResetGroup moves a group to an offset in all partitions of a topic, or as near
// as they reach; to ToFirst it reads its history again.
//
// A group without members is moved at once. Kafka refuses to move one that has
// members, because they would go on from where they are; here they are put out
// of the group first and come back when they notice, at their next heartbeat.
// What they have in hand they cannot commit any more, so it comes again.
func (s *Server) ResetGroup(ctx context.Context, group, topic string, to int64) error {
	if to < ToFirst {
		return fmt.Errorf("%d is no offset", to)
	}
	ps := s.partitions(topic)
	if ps == nil {
		return fmt.Errorf("there is no topic %s", topic)
	}
	req := kmsg.NewPtrOffsetCommitRequest()
	req.Group, req.Generation = group, -1
	t := kmsg.NewOffsetCommitRequestTopic()
	t.Topic = topic
	for _, p := range ps {
		at := kmsg.NewOffsetCommitRequestTopicPartition()
		at.Partition, at.Offset = int32(p.Number), p.place(to)
		t.Partitions = append(t.Partitions, at)
	}
	req.Topics = append(req.Topics, t)
	s.doors.named.Store(true)

	back, err := s.putOut(ctx, group)
	defer back()
	if err == nil {
		err = s.commit(ctx, req, t)
	}
	if err != nil {
		return fmt.Errorf("group %s cannot be moved: %w", group, err)
	}
	return nil
}

// place is the offset that to means in a partition.
func (p Partition) place(to int64) int64 {
	switch to {
	case ToFirst:
		return p.First
	case ToEnd:
		return p.End
	default:
		return min(max(to, p.First), p.End)
	}
}

// commit commits as one who is no member. The client's newest version of the
// request names topics by id; that of version 9 by name.
func (s *Server) commit(ctx context.Context, req *kmsg.OffsetCommitRequest, t kmsg.OffsetCommitRequestTopic) error {
	err := s.ask(func(c *kfake.Cluster) error {
		info := c.TopicInfo(t.Topic)
		if info == nil {
			return kerr.UnknownTopicOrPartition
		}
		req.Topics[0].TopicID = info.TopicID
		return nil
	})
	if err != nil {
		return err
	}
	resp, err := req.RequestWith(ctx, s.client)
	if err != nil {
		return err
	}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			err = errors.Join(err, kerr.ErrorForCode(p.ErrorCode))
		}
	}
	return err
}

// settle waits until a group does not share out its partitions anew: the cluster
// never answers a member that is put out while it waits for that.
func (s *Server) settle(ctx context.Context, group string) error {
	look := time.NewTicker(called)
	defer look.Stop()
	for {
		if info := s.info(group); info == nil || info.State != whileJoining && info.State != whileSharing {
			return nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// putOut puts all members out of a group and lets nobody in until back is called.
func (s *Server) putOut(ctx context.Context, group string) (back func(), err error) {
	back = func() {}
	if err := s.settle(ctx, group); err != nil {
		return back, err
	}
	var members []kfake.GroupMember
	err = s.ask(func(c *kfake.Cluster) error {
		closed := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Group: group, Err: kerr.CoordinatorLoadInProgress, Count: -1},
			kfake.Fault{Keys: []kmsg.Key{kmsg.ConsumerGroupHeartbeat}, Group: group, Err: kerr.CoordinatorLoadInProgress, Count: -1, When: joins})
		back = closed.Remove
		if info := c.GroupInfo(group); info != nil {
			members = info.Members
		}
		return nil
	})
	if err != nil || len(members) == 0 {
		return back, err
	}
	listed, err := s.listed(ctx)
	if err != nil {
		return back, err
	}
	for _, g := range listed {
		if g.Group == group && g.GroupType == "consumer" {
			return back, s.leaveConsumer(ctx, group, members)
		}
	}
	return back, s.leaveClassic(ctx, group, members)
}

// joins reports whether a heartbeat is that of somebody new.
func joins(r kmsg.Request) bool { return r.(*kmsg.ConsumerGroupHeartbeatRequest).MemberEpoch == 0 }

func (s *Server) leaveClassic(ctx context.Context, group string, members []kfake.GroupMember) error {
	req := kmsg.NewPtrLeaveGroupRequest()
	req.Group = group
	for _, m := range members {
		leaver := kmsg.NewLeaveGroupRequestMember()
		leaver.MemberID, leaver.InstanceID = m.MemberID, m.InstanceID
		req.Members = append(req.Members, leaver)
	}
	resp, err := req.RequestWith(ctx, s.client)
	if err != nil {
		return err
	}
	return kerr.ErrorForCode(resp.ErrorCode)
}

func (s *Server) leaveConsumer(ctx context.Context, group string, members []kfake.GroupMember) error {
	for _, m := range members {
		req := kmsg.NewPtrConsumerGroupHeartbeatRequest()
		req.Group, req.MemberID, req.InstanceID, req.MemberEpoch = group, m.MemberID, m.InstanceID, -1
		resp, err := req.RequestWith(ctx, s.client)
		if err != nil {
			return err
		}
		if resp.ErrorCode != kerr.UnknownMemberID.Code {
			err = kerr.ErrorForCode(resp.ErrorCode)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
