package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/kafka"
	"github.com/msc-sim/msc-sim/embedded/nats"
	"github.com/msc-sim/msc-sim/embedded/sqs"
	"github.com/msc-sim/msc-sim/embedded/stomp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
)

// Letter is what `show dead` says about one dead letter.
type Letter struct {
	ID      string      `json:"id,omitempty"` // as its broker names it
	Queue   string      `json:"queue"`
	Broker  string      `json:"broker"`
	Why     string      `json:"why"`
	Tries   int         `json:"tries,omitempty"` // how often it was handed out; 0 = nobody counted
	At      *time.Time  `json:"since,omitempty"` // since when it lies there
	Headers [][2]string `json:"headers"`
	Body    string      `json:"body"` // what is no text, in hex
}

// keptLetters is how many dead letters of a queue are shown.
const keptLetters = 100

// native is how a broker itself names a queue: of a stream of NATS also the
// consumer, of a topic of Kafka also the group.
type native struct{ queue, consumer string }

// letters are the oldest dead letters of a queue, as its broker keeps them.
func letters(ctx context.Context, run engine, at native, n int) (all []Letter, err error) {
	switch s := run.(type) {
	case *nats.Server:
		found, err := s.Peek(at.queue, at.consumer, n)
		for _, l := range found {
			all = append(all, Letter{ID: l.ID, Why: l.Why, At: &l.At, Headers: l.Headers, Body: text(l.Body)})
		}
		return all, err
	case *amqp.Server:
		found, err := s.Peek(at.queue, n)
		for _, l := range found {
			all = append(all, Letter{Why: whyDead(l.Why), At: &l.At, Headers: l.Header, Body: text(l.Body)})
		}
		return all, err
	case *stomp.Server:
		for _, l := range s.Peek(at.queue, n) {
			all = append(all, Letter{ID: l.ID, Why: l.Why, Tries: l.Tries, Headers: l.Headers, Body: text(l.Body)})
		}
	case *sqs.Server:
		for _, l := range s.Peek(at.queue, n) {
			all = append(all, Letter{ID: l.ID, Why: l.Why, Tries: l.Tries, At: &l.At, Headers: l.Headers, Body: text(l.Body)})
		}
	case *kafka.Server:
		found, err := s.Peek(ctx, at.queue, n)
		for _, l := range found {
			if of := header(l.Headers, queue.KafkaDeadGroup); of == "" || of == at.consumer {
				all = append(all, Letter{ID: l.ID, Why: header(l.Headers, "dead-reason"), At: &l.At, Headers: l.Headers, Body: text(l.Body)})
			}
		}
		return all, err
	}
	return all, nil
}

// revive puts the dead letters of a queue back into it, and says how many.
func revive(ctx context.Context, run engine, at native) (int, error) {
	switch s := run.(type) {
	case *nats.Server:
		return s.Redrive(at.queue, at.consumer)
	case *amqp.Server:
		return s.Redrive(at.queue)
	case *stomp.Server:
		return s.Redrive(at.queue)
	case *sqs.Server:
		return s.Redrive(at.queue)
	case *kafka.Server:
		return s.Redrive(ctx, at.queue)
	default:
		return 0, nil
	}
}

// whyDead says in words what RabbitMQ says in one.
func whyDead(reason string) string {
	switch reason {
	case "delivery_limit":
		return "delivered as often as its queue allows (delivery_limit)"
	case "rejected":
		return "rejected by the consumer (rejected)"
	case "expired":
		return "waited longer than it may (expired)"
	case "maxlen":
		return "its queue was full (maxlen)"
	default:
		return reason
	}
}

// text is a body for people: as it is, or where that is no text in hex.
func text(body []byte) string {
	if utf8.Valid(body) {
		return string(body)
	}
	return fmt.Sprintf("%x", body)
}

func header(all [][2]string, name string) string {
	for _, h := range all {
		if strings.EqualFold(h[0], name) {
			return h[1]
		}
	}
	return ""
}

// withDead are the queues of this name of which something was buried or, where
// only the broker knows, may have been.
func (l *Lab) withDead(name string) (all []Queue, err error) {
	var names []string
	for _, q := range l.queues.list() {
		if q.Name == name {
			all = append(all, q)
		}
		names = append(names, q.Name)
	}
	if len(all) == 0 {
		return nil, sim.Unknown("queue", name, slices.Compact(names))
	}
	return slices.DeleteFunc(all, func(q Queue) bool { return q.Buried == 0 && l.brokers.named(q.Broker).away == nil }), nil
}

// engine is what runs of a broker, nil when nothing does.
func (b *broker) engine() engine {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.run
}

// letters are the oldest dead letters of a queue; of one that does not run, none.
func (b *broker) letters(ctx context.Context, q Queue, n int) ([]Letter, error) {
	if b.away != nil {
		return b.lettersThere(ctx, q.Name, n)
	}
	run := b.engine()
	if run == nil {
		return nil, nil
	}
	return letters(ctx, run, q.at, n)
}

// revive puts the dead letters of a queue back into it, and says how many.
func (b *broker) revive(ctx context.Context, q Queue) (n int, err error) {
	run := b.engine()
	switch {
	case b.away != nil:
		n, err = b.reviveThere(ctx, q.Name)
	case run == nil:
		return 0, sim.Errorf(sim.Conflict, "%s is not running", q.Broker).WithFix("start it first: start %s", q.Broker)
	default:
		n, err = revive(ctx, run, q.at)
	}
	if err != nil {
		err = unread("redrive of", q.Name, err)
	}
	return n, err
}

// unread is why dead letters could not be looked at or put back: not now, or not
// with this broker.
func unread(what, name string, err error) error {
	code := sim.Unavailable
	if sim.CodeOf(err) == sim.Invalid {
		code = sim.Invalid
	}
	return sim.Errorf(code, "%s %s: %w", what, name, err)
}

// Dead looks at the dead letters of a queue, the oldest first, in all brokers
// that have a queue of that name.
func (l *Lab) Dead(ctx context.Context, name string) ([]Letter, error) {
	queues, err := l.withDead(name)
	if err != nil {
		return nil, err
	}
	all := []Letter{}
	for _, q := range queues {
		found, err := l.brokers.named(q.Broker).letters(ctx, q, keptLetters-len(all))
		if err != nil {
			return nil, unread("the dead letters of", name, err)
		}
		for _, one := range found {
			one.Queue, one.Broker = name, q.Broker
			all = append(all, one)
		}
	}
	return all, nil
}

// redrive puts the dead letters of a queue back into it.
func (l *Lab) redrive(ctx context.Context, c sim.Redrive) (sim.Result, error) {
	queues, err := l.withDead(c.Queue)
	if err != nil {
		return sim.Result{}, err
	}
	total := 0
	for _, q := range queues {
		n, err := l.brokers.named(q.Broker).revive(ctx, q)
		if n > 0 {
			l.queues.redriven(q, n)
			total += n
		}
		if err != nil {
			return sim.Result{}, err
		}
	}
	r := sim.Result{Seq: l.log.Last(), Text: fmt.Sprintf("%s has no dead letters", c.Queue)}
	if total > 0 {
		r.Text = fmt.Sprintf("put back into %s: %d", c.Queue, total)
	}
	return r, nil
}
