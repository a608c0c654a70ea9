package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Topic is a log in several partitions.
type Topic struct {
	Name       string
	Partitions []Partition
}

// Partition is one log. It holds the records First, First+1, … End-1.
type Partition struct {
	Number     int
	Leader     int   // the broker that serves it
	First, End int64 // offsets
	Bytes      int64 // what it keeps
}

// CreateTopic makes a topic, with settings in Kafka's words such as
// retention.ms and retention.bytes. Partitions 0 means as many as the cluster
// gives by default. A topic of that name that is there already is an error for
// which errors.Is(err, kerr.TopicAlreadyExists).
func (s *Server) CreateTopic(ctx context.Context, name string, partitions int, config map[string]string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if partitions > maxPartitions {
		return fmt.Errorf("topic %s: %d partitions are too many, %d are the most", name, partitions, maxPartitions)
	}
	err := checkName(name)
	for key, value := range config {
		err = errors.Join(err, checkConfig(key, &value))
	}
	if err == nil {
		err = s.ask(func(c *kfake.Cluster) error { return c.CreateTopic(name, int32(partitions), config) })
	}
	s.doors.named.Store(true)
	if err != nil {
		return fmt.Errorf("topic %s: %w", name, err)
	}
	return nil
}

// DeleteTopic removes a topic and the positions of all groups in it.
func (s *Server) DeleteTopic(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := s.ask(func(c *kfake.Cluster) error { return c.DeleteTopic(name) })
	s.doors.named.Store(true)
	if err != nil {
		return fmt.Errorf("topic %s: %w", name, err)
	}
	return nil
}

// Topics are all topics by name, as they are now.
func (s *Server) Topics(ctx context.Context) ([]Topic, error) {
	names, err := s.topicNames(ctx)
	if err != nil {
		return nil, err
	}
	var all []Topic
	for _, name := range names {
		if ps := s.partitions(name); ps != nil {
			all = append(all, Topic{Name: name, Partitions: ps})
		}
	}
	return all, nil
}

func (s *Server) topicNames(ctx context.Context) ([]string, error) {
	resp, err := kmsg.NewPtrMetadataRequest().RequestWith(ctx, s.client)
	if err != nil {
		return nil, fmt.Errorf("the topics: %w", err)
	}
	var names []string
	for _, t := range resp.Topics {
		if t.Topic != nil {
			names = append(names, *t.Topic)
		}
	}
	slices.Sort(names)
	return names, nil
}

// partitions are those of one topic; nil when there is none of that name.
func (s *Server) partitions(topic string) (all []Partition) {
	_ = s.ask(func(c *kfake.Cluster) error { // who closed it does not want to know
		for _, p := range c.PartitionInfos(topic) {
			all = append(all, Partition{
				Number: int(p.Partition), Leader: int(p.Leader),
				First: p.LogStartOffset, End: p.HighWatermark, Bytes: p.NumBytes,
			})
		}
		return nil
	})
	return all
}
