package kafka

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Group is a consumer group: each partition of its topics is read by one member.
type Group struct {
	Name      string
	Type      string // "classic": its members share out the partitions; "consumer": the broker does (KIP-848)
	Protocol  string // how they are shared out, "cooperative-sticky"; "" where nobody has joined
	State     string // "Empty", "Stable", "PreparingRebalance", …
	Members   []Member
	Positions []Position
}

// Member is one consumer of a group.
type Member struct {
	ID         string
	Client     string // what it calls itself
	Partitions []TopicPartition
}

// TopicPartition names a partition.
type TopicPartition struct {
	Topic     string
	Partition int
}

func (p TopicPartition) String() string { return fmt.Sprintf("%s/%d", p.Topic, p.Partition) }

// Position is how far a group has come in a partition: it has committed what
// lies before Offset, and Lag records lie after that.
type Position struct {
	TopicPartition
	Offset, Lag int64
}

// Groups are all groups by name, as they are now.
func (s *Server) Groups(ctx context.Context) ([]Group, error) {
	listed, err := s.listed(ctx)
	if err != nil {
		return nil, err
	}
	var all []Group
	for _, l := range listed {
		g, ok := s.group(l.Group, s.ends())
		if !ok {
			continue
		}
		g.Type = l.GroupType
		if g.Protocol, err = s.protocol(ctx, l); err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}

// listed are the groups as the brokers list them, by name.
func (s *Server) listed(ctx context.Context) ([]kmsg.ListGroupsResponseGroup, error) {
	resp, err := kmsg.NewPtrListGroupsRequest().RequestWith(ctx, s.client)
	if err != nil {
		return nil, fmt.Errorf("the groups: %w", err)
	}
	slices.SortFunc(resp.Groups, func(a, b kmsg.ListGroupsResponseGroup) int { return strings.Compare(a.Group, b.Group) })
	return resp.Groups, nil
}

// protocol is how a group shares out its partitions.
func (s *Server) protocol(ctx context.Context, g kmsg.ListGroupsResponseGroup) (string, error) {
	if g.GroupType == "consumer" {
		req := kmsg.NewPtrConsumerGroupDescribeRequest()
		req.Groups = []string{g.Group}
		resp, err := req.RequestWith(ctx, s.client)
		if err != nil || len(resp.Groups) == 0 {
			return "", err
		}
		return resp.Groups[0].AssignorName, nil
	}
	req := kmsg.NewPtrDescribeGroupsRequest()
	req.Groups = []string{g.Group}
	resp, err := req.RequestWith(ctx, s.client)
	if err != nil || len(resp.Groups) == 0 {
		return "", err
	}
	return resp.Groups[0].Protocol, nil
}

// ends knows the end of every partition that it was asked for once.
func (s *Server) ends() func(TopicPartition) int64 {
	known := map[string][]Partition{}
	return func(at TopicPartition) int64 {
		ps, ok := known[at.Topic]
		if !ok {
			ps = s.partitions(at.Topic)
			known[at.Topic] = ps
		}
		if at.Partition >= len(ps) {
			return 0
		}
		return ps[at.Partition].End
	}
}

// group is one group, without what only the brokers' lists say.
func (s *Server) group(name string, end func(TopicPartition) int64) (g Group, ok bool) {
	info := s.info(name)
	if info == nil {
		return g, false
	}
	g.Name, g.State = name, info.State
	for _, m := range info.Members {
		g.Members = append(g.Members, Member{ID: m.MemberID, Client: m.ClientID, Partitions: assigned(m)})
	}
	for _, topic := range slices.Sorted(maps.Keys(info.Commits)) {
		for _, p := range slices.Sorted(maps.Keys(info.Commits[topic])) {
			at := TopicPartition{topic, int(p)}
			offset := info.Commits[topic][p].Offset
			g.Positions = append(g.Positions, Position{TopicPartition: at, Offset: offset, Lag: max(end(at)-offset, 0)})
		}
	}
	return g, true
}

func assigned(m kfake.GroupMember) (all []TopicPartition) {
	for _, topic := range slices.Sorted(maps.Keys(m.Assignment)) {
		for _, p := range slices.Sorted(slices.Values(m.Assignment[topic])) {
			all = append(all, TopicPartition{topic, int(p)})
		}
	}
	return all
}
