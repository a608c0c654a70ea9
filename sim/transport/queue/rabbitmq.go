package queue

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// rabbitSession is one connection to RabbitMQ. One channel of it publishes and
// hears direct replies, one gives answers, and each queue it consumes has one.
type rabbitSession struct {
	rabbitMQ

	tag   string // what its consumers are called, one in each channel
	conn  *amqp.Connection
	out   *amqp.Channel // confirms
	plain *amqp.Channel // does not
	over  chan struct{}

	publishing sync.Mutex // one after another, so that each knows its number

	mu    sync.Mutex
	waits map[uint64]chan receipt // by that number
	back  map[string]bool         // message ids that no queue wanted, until they are confirmed
}

// receipt is what the broker says of a message.
type receipt struct{ stored, returned bool }

// connect opens one connection, which stays gone when it breaks.
func (q rabbitMQ) connect(ctx context.Context, d *dialer, addr string) (session, error) {
	s := &rabbitSession{rabbitMQ: q, tag: d.route.From.String(), over: make(chan struct{}), waits: map[uint64]chan receipt{}, back: map[string]bool{}}
	var stop func() bool
	dial := func(network, addr string) (net.Conn, error) {
		c, err := d.Dial(network, addr)
		if err != nil {
			return nil, err
		}
		_ = c.SetDeadline(time.Now().Add(greeting)) // until it is open; a closed connection says so itself
		stop = context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
		return c, nil
	}
	properties := amqp.NewConnectionProperties()
	properties.SetClientConnectionName(d.route.From.String())
	user, password := q.login("guest", "guest")
	vhost := q.VHost
	if vhost == "" {
		vhost = "/"
	}
	var err error
	s.conn, err = amqp.DialConfig("amqp://"+addr, amqp.Config{
		Dial: dial, Heartbeat: patience, Properties: properties, Vhost: vhost,
		SASL: []amqp.Authentication{&amqp.PlainAuth{Username: user, Password: password}},
	})
	if stop != nil {
		defer stop()
	}
	if err != nil && d.err != nil {
		err = d.err
	}
	var refused *amqp.Error // or what the library makes of any end in these steps: our own refuses nobody
	if q.Prefix != "" && errors.As(err, &refused) && (refused.Code == amqp.AccessRefused || refused.Code == amqp.NotAllowed) {
		return nil, refuses("rabbitmq", refused.Reason)
	}
	if err != nil {
		return nil, unreachable(ctx, err)
	}
	if err := s.open(); err != nil {
		_ = s.conn.CloseDeadline(time.Now())
		return nil, unreachable(ctx, err)
	}
	return s, nil
}

// open opens the channels that every session has.
func (s *rabbitSession) open() (err error) {
	if s.out, err = s.conn.Channel(); err != nil {
		return err
	}
	if s.plain, err = s.conn.Channel(); err != nil {
		return err
	}
	if err := s.out.Confirm(false); err != nil {
		return err
	}
	returns := s.out.NotifyReturn(make(chan amqp.Return))
	confirms := s.out.NotifyPublish(make(chan amqp.Confirmation))
	go s.listen(returns, confirms) // ends with the connection
	return nil
}

// listen hears what becomes of what was published. Nothing is buffered on the
// way, so a message that comes back does so before it is confirmed.
func (s *rabbitSession) listen(returns <-chan amqp.Return, confirms <-chan amqp.Confirmation) {
	for returns != nil || confirms != nil {
		select {
		case r, ok := <-returns:
			if !ok {
				returns = nil
				continue
			}
			s.mu.Lock()
			s.back[r.MessageId] = true
			s.mu.Unlock()
		case c, ok := <-confirms:
			if !ok {
				confirms = nil
				continue
			}
			s.confirmed(c)
		}
	}
	_ = s.conn.CloseDeadline(time.Now()) // a channel that is refused ends the session
	close(s.over)
}

func (s *rabbitSession) confirmed(c amqp.Confirmation) {
	id := messageID(c.DeliveryTag)
	s.mu.Lock()
	defer s.mu.Unlock()
	if wait, ok := s.waits[c.DeliveryTag]; ok {
		wait <- receipt{stored: c.Ack, returned: s.back[id]}
	}
	delete(s.waits, c.DeliveryTag)
	delete(s.back, id)
}

// version implements knower.
func (s *rabbitSession) version(context.Context) (string, error) {
	v, _ := s.conn.Properties["version"].(string)
	return v, nil
}

func (s *rabbitSession) gone() <-chan struct{} { return s.over }

func (s *rabbitSession) close() { s.closeBy(time.Now().Add(greeting)) }

// end ends a connection that is broken: whoever comes next opens another.
func (s *rabbitSession) end() { s.closeBy(time.Now()) }

func (s *rabbitSession) closeBy(deadline time.Time) {
	_ = s.conn.CloseDeadline(deadline) // it may be gone already
	<-s.over
}

// flush asks for something, whose answer comes after all that was said before.
func (s *rabbitSession) flush() {
	ctx, cancel := context.WithTimeout(context.Background(), greeting)
	defer cancel()
	_ = s.call(ctx, func(*amqp.Channel) error { return nil }) // a broker that is gone hears nothing
}

// call asks something on a channel of its own, as a refusal closes the channel.
func (s *rabbitSession) call(ctx context.Context, ask func(*amqp.Channel) error) error {
	done := make(chan error, 1)
	go func() { // ends with the answer, or with the connection
		ch, err := s.conn.Channel()
		if err == nil {
			err = ask(ch)
			_ = ch.Close() // a refusal has closed it
		}
		done <- err
	}()
	select {
	case err := <-done:
		return s.trouble(ctx, err)
	case <-ctx.Done():
		return sim.AsError(ctx.Err())
	}
}

// trouble says why something that was asked of the broker did not happen.
func (s *rabbitSession) trouble(ctx context.Context, err error) error {
	var known *sim.Error
	var refused *amqp.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case s.conn.IsClosed():
		return errGone()
	case ctx.Err() != nil:
		return sim.AsError(ctx.Err())
	case errors.As(err, &refused):
		return &sim.Error{Code: sim.Unavailable, Message: "rabbitmq: " + share.Visible(refused.Reason), Err: err}
	}
	return &sim.Error{Code: sim.Unavailable, Message: "rabbitmq: " + share.Visible(err.Error()), Err: err}
}
