package queue

import (
	"context"
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

var _ cleaner = (*kafkaSession)(nil)

// remove implements cleaner: the groups of a topic go first, then the topic with
// that of its dead letters.
func (s *kafkaSession) remove(ctx context.Context, a address) error {
	if a.topic == "" || a.group != "" {
		if err := s.drop(ctx, a); err != nil {
			return err
		}
	}
	if a.group != "" {
		return nil // the topic is an address of its own
	}
	req := kmsg.NewPtrDeleteTopicsRequest()
	req.TimeoutMillis = int32(greeting.Milliseconds())
	for _, name := range []string{s.topic(a), s.topic(a) + deadSuffix} {
		t := kmsg.NewDeleteTopicsRequestTopic()
		t.Topic = &name
		req.Topics, req.TopicNames = append(req.Topics, t), append(req.TopicNames, name)
	}
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return s.trouble(ctx, err)
	}
	for _, t := range resp.Topics {
		if err := kerr.ErrorForCode(t.ErrorCode); err != nil && !errors.Is(err, kerr.UnknownTopicOrPartition) {
			return s.trouble(ctx, err)
		}
	}
	return nil
}
