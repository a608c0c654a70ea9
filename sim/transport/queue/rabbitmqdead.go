package queue

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// letters implements undertaker: they are taken, and given back when the channel
// closes.
func (s *rabbitSession) letters(ctx context.Context, a address, n int) (all []Letter, err error) {
	err = s.eachDead(ctx, a, func(d amqp.Delivery) (bool, error) {
		l := Letter{Header: properties(d), Body: d.Body}
		if l.Why, l.At = death(d.Headers); l.Why == "delivery_limit" {
			l.Tries = maxTries // the limit of our queues: the broker counts, and does not tell
		}
		l.Why = whyDead(l.Why)
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

// properties are those of a message, then its headers.
func properties(d amqp.Delivery) (all [][2]string) {
	for _, p := range [][2]string{
		{"content-type", d.ContentType},
		{"delivery-mode", itoa(int(d.DeliveryMode))},
		{"correlation-id", d.CorrelationId},
		{"reply-to", d.ReplyTo},
		{"message-id", d.MessageId},
		{"type", d.Type},
	} {
		if p[1] != "" && p[1] != "0" {
			all = append(all, p)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(d.Headers)) {
		all = append(all, [2]string{key, shown(d.Headers[key])})
	}
	return all
}

// shown is how a field reads: {a: 1, b: [x, y]}.
func shown(v any) string {
	var parts []string
	switch v := v.(type) {
	case amqp.Table:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, key+": "+shown(v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		for _, one := range v {
			parts = append(parts, shown(one))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case time.Time:
		return v.UTC().Format(time.RFC3339)
	}
	return fmt.Sprint(v)
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
