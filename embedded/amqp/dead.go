package amqp

import (
	"errors"
	"slices"
	"time"

	"github.com/msc-sim/msc-sim/embedded/amqp/wire"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// bury sends what left a queue unconsumed to the queue's dead-letter exchange:
//
//	orders ──rejected, expired, maxlen, delivery_limit──▶ x-dead-letter-exchange ──▶ …
//
// Without one, or when nothing is bound there, the message is gone, as in RabbitMQ.
func (b *broker) bury(d queue.Burial) {
	q, ok := b.queue(d.Queue.Name())
	if !ok || !q.policy.dead {
		return
	}
	b.deadLetter(q, opened(d.Message), string(d.Reason), d.At)
}

func (b *broker) deadLetter(q *boundQueue, m *message, reason string, at time.Time) {
	died(m, q.name, reason, at)
	m.exchange = q.policy.deadExchange
	if q.policy.deadKey != "" {
		m.key = q.policy.deadKey
		delete(m.props.Headers, "CC")
	}
	to, err := b.route(m)
	if err != nil {
		return
	}
	if reason != string(queue.Rejected) {
		to = slices.DeleteFunc(to, func(q *boundQueue) bool { return cycles(m, q.name) })
	}
	_ = b.put(to, m) // a full queue refuses dead letters too
}

// died notes in the headers where, when and why a message died. Deaths are
// counted by queue and reason, the latest first.
func died(m *message, in, reason string, at time.Time) {
	h := m.props.Headers
	if h == nil {
		h = wire.Table{}
		m.props.Headers = h
	}
	var keys []any
	for _, key := range m.routing() {
		keys = append(keys, key)
	}
	death := wire.Table{
		"count": int64(1), "reason": reason, "queue": in, "time": at.UTC().Truncate(time.Second),
		"exchange": m.exchange, "routing-keys": keys,
	}
	if m.props.Expiration != "" {
		death["original-expiration"] = m.props.Expiration
		m.props.Expiration = ""
	}
	before := deaths(h)
	if i := slices.IndexFunc(before, func(d wire.Table) bool { return d["queue"] == in && d["reason"] == reason }); i >= 0 {
		n, _ := before[i].Int("count")
		death = before[i]
		death["count"] = n + 1
		before = slices.Delete(before, i, i+1)
	}
	all := []any{death}
	for _, d := range before {
		all = append(all, d)
	}
	h["x-death"] = all
	if _, again := h["x-first-death-reason"]; !again {
		h["x-first-death-reason"], h["x-first-death-queue"], h["x-first-death-exchange"] = reason, in, m.exchange
	}
	m.raw = nil
}

// deaths are the entries of x-death.
func deaths(h wire.Table) (all []wire.Table) {
	list, _ := h["x-death"].([]any)
	for _, e := range list {
		if d, ok := e.(wire.Table); ok {
			all = append(all, d)
		}
	}
	return all
}

// cycles reports whether a message would come back to a queue it has died in,
// though nobody rejected it since: it would circle for ever.
func cycles(m *message, to string) bool {
	for _, d := range deaths(m.props.Headers) {
		if d["reason"] == string(queue.Rejected) {
			return false
		}
		if d["queue"] == to {
			return true
		}
	}
	return false
}

// put puts a message into queues and returns [queue.ErrFull] when one of them
// refused it. A queue that is just gone is no trouble.
func (b *broker) put(to []*boundQueue, m *message) error {
	if len(to) == 0 {
		return nil
	}
	ttl, err := m.ttl()
	if err != nil {
		return err
	}
	out := queue.Message{
		Body: m.body, Props: m.outside(), TTL: ttl, Priority: m.props.Priority,
		Persistent: m.props.DeliveryMode == wire.Persistent,
	}
	var full error
	for _, q := range to {
		into := out
		into.Persistent = out.Persistent || q.policy.quorum
		_, err := q.Put(into)
		switch {
		case err == nil || errors.Is(err, queue.ErrClosed):
		case errors.Is(err, queue.ErrFull):
			full = err
			if q.policy.buryRefused {
				b.deadLetter(q, opened(into), string(queue.MaxLen), time.Now())
			}
		default:
			return stored(err)
		}
	}
	return full
}
