package queue

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const (
	pollTime = 20 * time.Second // the longest that SQS lets a poll wait
	pollMost = 10               // messages in one answer
)

// sqsPull takes messages of one queue by long polls, one at a time, each for as
// many messages as there is room for, ten at most.
type sqsPull struct {
	s     *sqsSession
	url   string
	limit int
	take  func(delivery)
	freed chan struct{} // there is room again

	stopped chan struct{}

	mu     sync.Mutex
	inHand int
}

func (s *sqsSession) consume(a address, limit int, take func(delivery)) (stop func(), err error) {
	ctx, cancel := context.WithCancel(context.Background())
	url, err := s.url(ctx, s.queue(a))
	if err != nil {
		cancel()
		return nil, err
	}
	p := &sqsPull{s: s, url: url, limit: limit, take: take, freed: make(chan struct{}, 1), stopped: make(chan struct{})}
	done := make(chan struct{})
	go func() { // ends with stop, or with the session
		defer close(done)
		p.run(ctx)
	}()
	return func() {
		defer cancel()
		p.stop(cancel, done)
	}, nil
}

// stop ends the poll that is under way. It hangs up rather than to break the
// connection: a broker that hands out a message in this moment would not see
// that, and would keep it from others for a while.
func (p *sqsPull) stop(cancel func(), done <-chan struct{}) {
	close(p.stopped)
	p.s.pollWire.hangUp()
	late := time.NewTimer(greeting)
	defer late.Stop()
	select {
	case <-done:
	case <-late.C:
		cancel()
		<-done
	}
}

func (p *sqsPull) run(ctx context.Context) {
	for {
		n, ok := p.room()
		if !ok {
			return
		}
		messages, size, err := p.poll(ctx, n)
		select {
		case <-p.stopped:
			for _, m := range messages {
				p.s.settler.say(settlement{p.url, aws.ToString(m.ReceiptHandle), 0})
			}
			return
		default:
		}
		if err != nil {
			p.s.lose() // whatever it is, a new session may find it better
			return
		}
		for _, m := range messages {
			p.mu.Lock()
			p.inHand++
			p.mu.Unlock()
			p.take(&sqsDelivery{pull: p, m: m, in: sqsParcel(m, size/int64(len(messages)))})
		}
	}
}

// room waits until there is some, and says how much.
func (p *sqsPull) room() (n int, ok bool) {
	for {
		select {
		case <-p.stopped:
			return 0, false
		default:
		}
		p.mu.Lock()
		n = min(p.limit-p.inHand, pollMost)
		p.mu.Unlock()
		if n > 0 {
			return n, true
		}
		select {
		case <-p.freed:
		case <-p.s.gone():
			return 0, false
		case <-p.stopped:
		}
	}
}

// poll waits for messages; size is what the answer took on the wire.
func (p *sqsPull) poll(ctx context.Context, n int) (messages []types.Message, size int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, pollTime+greeting)
	defer cancel()
	crossed, err := p.s.ask(ctx, func(ctx context.Context) error {
		out, err := p.s.polls.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &p.url, MaxNumberOfMessages: int32(n), WaitTimeSeconds: int32(pollTime / time.Second),
			MessageAttributeNames:       []string{"All"},
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameApproximateReceiveCount},
		})
		if err == nil {
			messages = out.Messages
		}
		return err
	})
	return messages, crossed.in, err
}

// sqsDelivery is a message of a pull, hidden from others for a while.
type sqsDelivery struct {
	pull *sqsPull
	m    types.Message
	in   parcel
}

func (d *sqsDelivery) parcel() parcel { return d.in }

func (d *sqsDelivery) try() int {
	n, err := strconv.Atoi(d.m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)])
	if err != nil {
		return 1
	}
	return n
}

func (d *sqsDelivery) say(hidden time.Duration) {
	seconds := int((hidden + time.Second - 1) / time.Second) // SQS knows whole ones only
	d.pull.s.settler.say(settlement{d.pull.url, aws.ToString(d.m.ReceiptHandle), seconds})
}

func (d *sqsDelivery) working()                 { d.say(patience) }
func (d *sqsDelivery) nack(after time.Duration) { d.say(after) }

func (d *sqsDelivery) ack() {
	d.pull.s.settler.say(settlement{d.pull.url, aws.ToString(d.m.ReceiptHandle), forever})
}

func (d *sqsDelivery) free() {
	d.pull.mu.Lock()
	d.pull.inHand--
	d.pull.mu.Unlock()
	select {
	case d.pull.freed <- struct{}{}:
	default:
	}
}
