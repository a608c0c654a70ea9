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
	err = s.alone(ctx, func(ch *amqp.Channel) error {
		q, err := ch.QueueDeclarePassive(name, true, false, false, false, nil)
		if no := new(amqp.Error); errors.As(err, &no) && no.Code == amqp.NotFound {
			return sim.Errorf(sim.NotFound, "rabbitmq has no queue %s", name)
		}
		n = int64(q.Messages)
		return err
	})
	return n, err
}

// alone says something on a channel of its own, for whoever has the session for
// himself: with ctx it ends.
func (s *rabbitSession) alone(ctx context.Context, do func(*amqp.Channel) error) error {
	stop := context.AfterFunc(ctx, s.end)
	defer stop()
	ch, err := s.conn.Channel()
	if err == nil {
		err = do(ch)
		_ = ch.Close() // a refusal has closed it
	}
	return s.trouble(ctx, err)
}
