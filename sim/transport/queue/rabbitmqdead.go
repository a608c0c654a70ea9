package queue

import (
	"context"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// letters implements undertaker: they are taken, and given back when the channel
// closes.
func (s *rabbitSession) letters(ctx context.Context, a address, n int) (all []Letter, err error) {
	err = s.eachDead(ctx, a, func(d amqp.Delivery) (bool, error) {
		p := parcelFrom(d)
		l := Letter{Header: p.outside(), Body: p.body}
		l.Why, l.At = death(d.Headers)
		all = append(all, l)
		return len(all) < n, nil
	})
	return all, err
}

// redrive implements undertaker.
func (s *rabbitSession) redrive(ctx context.Context, a address) (n int, err error) {
	err = s.eachDead(ctx, a, func(d amqp.Delivery) (bool, error) {
		if _, err := s.send(ctx, s.place(a), parcelFrom(d)); err != nil {
			return false, err
		}
		n++
		return true, d.Ack(false)
	})
	return n, err
}

// eachDead takes those dead letters of a queue that are there now, one after
// another, while each says so. What it does not acknowledge goes back.
func (s *rabbitSession) eachDead(ctx context.Context, a address, each func(amqp.Delivery) (bool, error)) error {
	if s.transient {
		return nil
	}
	name := s.queue(a) + rabbitDead
	left, err := s.ready(ctx, name)
	if err != nil {
		return err
	}
	return s.alone(ctx, func(ch *amqp.Channel) error {
		for more := true; more && left > 0; left-- {
			d, ok, err := ch.Get(name, false)
			if err != nil || !ok {
				return err
			}
			if more, err = each(d); err != nil {
				return err
			}
		}
		return nil
	})
}

// death is why and when a message died last, as x-death says.
func death(h amqp.Table) (why string, at time.Time) {
	deaths, _ := h["x-death"].([]any)
	if len(deaths) == 0 {
		return "", at
	}
	last, _ := deaths[0].(amqp.Table)
	why, _ = last["reason"].(string)
	at, _ = last["time"].(time.Time)
	return why, at
}
