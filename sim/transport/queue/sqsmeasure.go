package queue

import (
	"context"
	"errors"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/msc-sim/msc-sim/sim"
)

// measure implements measurer. What SQS counts is approximate, as it says itself.
func (s *sqsSession) measure(ctx context.Context, a address) (m Measured, err error) {
	if m.Ready, m.Unacked, err = s.holds(ctx, s.queue(a)); err != nil {
		return m, err
	}
	m.Dead = sim.Unmeasured
	if a.answers == 0 {
		m.Dead, _, err = s.holds(ctx, s.queue(a)+deadWord)
	}
	return m, err
}

// holds is how many messages of a queue can be received, now or after their
// delay, and how many are hidden because somebody has received them.
func (s *sqsSession) holds(ctx context.Context, name string) (ready, inHand int64, err error) {
	const (
		visible = types.QueueAttributeNameApproximateNumberOfMessages
		delayed = types.QueueAttributeNameApproximateNumberOfMessagesDelayed
		hidden  = types.QueueAttributeNameApproximateNumberOfMessagesNotVisible
	)
	url, err := s.url(ctx, name)
	if err == nil {
		_, err = s.ask(ctx, func(ctx context.Context) error {
			out, err := s.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
				QueueUrl: &url, AttributeNames: []types.QueueAttributeName{visible, delayed, hidden},
			})
			if err == nil {
				n := func(name types.QueueAttributeName) int64 {
					n, _ := strconv.ParseInt(out.Attributes[string(name)], 10, 64)
					return n
				}
				ready, inHand = n(visible)+n(delayed), n(hidden)
			}
			return err
		})
	}
	if missing := new(types.QueueDoesNotExist); errors.As(err, &missing) {
		err = sim.Errorf(sim.NotFound, "sqs has no queue %s", name)
	}
	return ready, inHand, err
}
