package queue

import (
	"context"
	"errors"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/msc-sim/msc-sim/sim"
)

// measure implements measurer. AMQP tells what is ready, and not what is in hand.
func (s *rabbitSession) measure(ctx context.Context, a address) (m Measured, err error) {
	m = Measured{Unacked: sim.Unmeasured, Dead: sim.Unmeasured}
	if m.Ready, err = s.ready(ctx, s.queue(a)); err == nil && !s.transient {
		m.Dead, err = s.ready(ctx, s.queue(a)+rabbitDead)
	}
	return m, err
}

// ready is how many messages wait in a queue.
func (s *rabbitSession) ready(ctx context.Context, name string) (n int64, err error) {
	err = s.call(ctx, func(ch *amqp.Channel) error {
		q, err := ch.QueueDeclarePassive(name, true, false, false, false, nil)
		if no := new(amqp.Error); errors.As(err, &no) && no.Code == amqp.NotFound {
			return sim.Errorf(sim.NotFound, "rabbitmq has no queue %s", name)
		}
		n = int64(q.Messages)
		return err
	})
	return n, err
}
