package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

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

// text is a body for people: as it is, or where that is no text in hex.
func text(body []byte) string {
	if utf8.Valid(body) {
		return string(body)
	}
	return fmt.Sprintf("%x", body)
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
	all = slices.DeleteFunc(all, func(q Queue) bool { return q.Buried == 0 && l.brokers.named(q.Broker).away == nil })
	if i := slices.IndexFunc(all, func(q Queue) bool { return q.Link == "" }); i >= 0 {
		return nil, sim.Invalidf("%s belongs to another program, which alone knows where its dead letters are", name).
			WithFix("read them with a client of %s", all[i].Broker)
	}
	return all, nil
}

// engine is what runs of a broker, nil when nothing does.
func (b *broker) engine() engine {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.run
}

// letters are the oldest dead letters of a queue; of a broker that does not run, none.
func (b *broker) letters(ctx context.Context, name string, n int) (all []Letter, err error) {
	if b.away == nil && b.engine() == nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, errand)
	defer cancel()
	err = b.errand(ctx, func(net sim.Net, t *queue.Transport) error {
		found, err := t.Letters(ctx, net, name, n-len(all))
		for _, l := range found {
			one := Letter{ID: l.ID, Why: l.Why, Tries: l.Tries, Headers: l.Header, Body: text(l.Body)}
			if !l.At.IsZero() {
				one.At = &l.At
			}
			all = append(all, one)
		}
		return err
	})
	return all, err
}

// revive puts the dead letters of a queue back into it, and says how many.
func (b *broker) revive(ctx context.Context, name string) (total int, err error) {
	if b.away == nil && b.engine() == nil {
		return 0, b.notRunning()
	}
	err = b.errand(ctx, func(n sim.Net, t *queue.Transport) error {
		back, err := t.Redrive(ctx, n, name)
		total += back
		return err
	})
	if err != nil {
		err = unread("redrive of", name, err)
	}
	return total, err
}

// errand does something over the protocol along every way through a broker, as
// nobody of this world.
func (b *broker) errand(ctx context.Context, do func(sim.Net, *queue.Transport) error) error {
	n := b.outside()
	var errs []error
	for _, t := range b.carried() {
		errs = append(errs, do(n, t))
	}
	return errors.Join(append(errs, n.Close())...)
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
		found, err := l.brokers.named(q.Broker).letters(ctx, q.Name, keptLetters-len(all))
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
		n, err := l.brokers.named(q.Broker).revive(ctx, q.Name)
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
