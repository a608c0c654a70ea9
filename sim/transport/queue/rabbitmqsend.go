package queue

import (
	"context"
	"strconv"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/msc-sim/msc-sim/sim"
)

func (s *rabbitSession) place(a address) string { return s.queue(a) }

// declare makes a queue and that of its dead letters, or the exchange of a topic.
func (s *rabbitSession) declare(ctx context.Context, a address) error {
	name := s.queue(a)
	return s.call(ctx, func(ch *amqp.Channel) error {
		if a.topic != "" && a.group == "" {
			return ch.ExchangeDeclare(name, amqp.ExchangeFanout, true, false, false, false, nil)
		}
		if s.transient {
			_, err := ch.QueueDeclare(name, false, false, false, false, nil)
			return err
		}
		_, err := ch.QueueDeclare(name+rabbitDead, true, false, false, false, nil)
		if err == nil {
			_, err = ch.QueueDeclare(name, true, false, false, false, amqp.Table{
				amqp.QueueTypeArg: amqp.QueueTypeQuorum, "x-delivery-limit": int32(maxTries - 1),
				"x-dead-letter-exchange": "", "x-dead-letter-routing-key": name + rabbitDead,
				amqp.QueueMaxLenArg: int32(maxQueued), amqp.QueueMaxLenBytesArg: int32(maxQueuedBytes),
				amqp.QueueOverflowArg: amqp.QueueOverflowRejectPublish,
			})
		}
		if err == nil && a.topic != "" {
			err = ch.QueueBind(name, "", s.queue(address{topic: a.topic}), false, nil)
		}
		return err
	})
}

// drop implements leaver. What was buried stays.
func (s *rabbitSession) drop(ctx context.Context, a address) error {
	return s.call(ctx, func(ch *amqp.Channel) error {
		_, err := ch.QueueDelete(s.queue(a), false, false, false)
		return err
	})
}

// remove implements cleaner.
func (s *rabbitSession) remove(ctx context.Context, a address) error {
	name := s.queue(a)
	return s.call(ctx, func(ch *amqp.Channel) error {
		if a.topic != "" && a.group == "" {
			return ch.ExchangeDelete(name, false, false)
		}
		_, err := ch.QueueDelete(name, false, false, false)
		if err == nil {
			_, err = ch.QueueDelete(name+rabbitDead, false, false, false)
		}
		return err
	})
}

// send publishes and waits for the confirmation, but for what is transient.
func (s *rabbitSession) send(ctx context.Context, to string, p parcel) (traffic, error) {
	exchange, key := s.leads(to)
	wait, number, crossed, err := s.publish(ctx, exchange, key, p)
	if err != nil {
		if ctx.Err() == nil {
			s.end()
		}
		return traffic{}, s.trouble(ctx, err)
	}
	defer func() {
		s.mu.Lock()
		delete(s.waits, number)
		s.mu.Unlock()
	}()
	if s.transient {
		return crossed, nil
	}
	select {
	case v := <-wait:
		crossed.in = ackBytes
		switch {
		case v.returned:
			return crossed, sim.Errorf(sim.Unavailable, "rabbitmq: there is no queue %s", to)
		case !v.stored:
			return crossed, sim.Errorf(sim.Exhausted, "rabbitmq: the queue is full")
		}
		return crossed, nil
	case <-s.over:
		return crossed, errGone()
	case <-ctx.Done():
		return crossed, sim.AsError(ctx.Err())
	}
}

// publish publishes, and says where its receipt will come. A queue must be there;
// a topic may have nobody who listens.
func (s *rabbitSession) publish(ctx context.Context, exchange, key string, p parcel) (<-chan receipt, uint64, traffic, error) {
	wait := make(chan receipt, 1)
	s.publishing.Lock()
	defer s.publishing.Unlock()
	number := s.out.GetNextPublishSeqNo()
	s.mu.Lock()
	s.waits[number] = wait
	s.mu.Unlock()
	m := p.publishing()
	m.MessageId = messageID(number)
	if s.transient {
		m.DeliveryMode = amqp.Transient
	}
	err := s.out.PublishWithContext(ctx, exchange, key, key != "", false, m)
	if err != nil {
		s.mu.Lock()
		delete(s.waits, number)
		s.mu.Unlock()
	}
	return wait, number, traffic{out: publishBytes(exchange, key, m)}, err
}

func messageID(number uint64) string { return strconv.FormatUint(number, 10) }

// hand gives an answer to the address that the broker wrote into its request.
func (s *rabbitSession) hand(to string, p parcel) error {
	return s.plain.PublishWithContext(context.Background(), "", to, false, false, p.publishing())
}

// directReply is where a channel hears the answers to what it publishes.
const directReply = "amq.rabbitmq.reply-to"

func (s *rabbitSession) inbox(answer func(parcel)) (string, error) {
	in, err := s.out.Consume(directReply, s.tag, true, false, false, false, nil)
	if err != nil {
		return "", err
	}
	go func() { // ends with the connection
		for d := range in {
			answer(parcelFrom(d))
		}
	}()
	return directReply, nil
}
