package queue

import (
	"context"
	"fmt"
	"math"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// looking is how long dead letters are hidden, in seconds, from others than those
// who look at them or put them back.
const looking = 10

// letters implements undertaker: they are received, and when all are here shown to
// others again. SQS keeps no order among them.
func (s *sqsSession) letters(ctx context.Context, a address, n int) (all []Letter, err error) {
	var seen []settlement
	err = s.eachDead(ctx, a, n, func(url string, m types.Message) error {
		p := sqsParcel(m, 0)
		all = append(all, Letter{
			ID: aws.ToString(m.MessageId), Why: fmt.Sprintf("received %d times and not deleted", maxTries), Tries: maxTries,
			Header: p.outside(), Body: p.body,
		})
		seen = append(seen, settlement{url: url, receipt: aws.ToString(m.ReceiptHandle)})
		return nil
	})
	for _, one := range seen {
		s.settler.say(one)
	}
	s.settler.flush()
	return all, err
}

// redrive implements undertaker.
func (s *sqsSession) redrive(ctx context.Context, a address) (n int, err error) {
	defer s.settler.flush()
	to, err := s.url(ctx, s.queue(a))
	if err != nil {
		return 0, err
	}
	err = s.eachDead(ctx, a, math.MaxInt, func(url string, m types.Message) error {
		_, err := s.ask(ctx, func(ctx context.Context) error {
			_, err := s.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &to, MessageBody: m.Body, MessageAttributes: m.MessageAttributes})
			return err
		})
		if err == nil {
			n++
			s.settler.say(settlement{url, aws.ToString(m.ReceiptHandle), forever})
		}
		return err
	})
	return n, err
}

// eachDead receives up to n dead letters of a queue, of those that are there now.
func (s *sqsSession) eachDead(ctx context.Context, a address, n int, each func(url string, m types.Message) error) error {
	if a.answers > 0 {
		return nil
	}
	ready, hidden, err := s.holds(ctx, s.queue(a)+deadWord)
	if err != nil {
		return err
	}
	url, err := s.url(ctx, s.queue(a)+deadWord)
	for left := min(int(ready+hidden), n); left > 0 && err == nil; {
		var got []types.Message
		_, err = s.ask(ctx, func(ctx context.Context) error {
			out, err := s.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
				QueueUrl: &url, MaxNumberOfMessages: int32(min(left, pollMost)), VisibilityTimeout: looking, MessageAttributeNames: []string{"All"},
			})
			if err == nil {
				got = out.Messages
			}
			return err
		})
		if len(got) == 0 {
			break
		}
		left -= len(got)
		for _, m := range got {
			if err == nil {
				err = each(url, m)
			}
		}
	}
	return err
}
