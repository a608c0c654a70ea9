package queue

import (
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// publishing makes an AMQP message of a parcel: what AMQP has a property for goes
// there, the rest into its headers.
func (p parcel) publishing() amqp.Publishing {
	m := amqp.Publishing{
		DeliveryMode: amqp.Persistent, Type: p.get(headType), ContentType: p.get(headContent),
		CorrelationId: p.get(headCorrelation), ReplyTo: p.get(headReplyTo), Body: p.body,
	}
	for k, v := range p.header {
		switch k {
		case headType, headContent, headCorrelation, headReplyTo:
			continue
		}
		if m.Headers == nil {
			m.Headers = make(amqp.Table, len(p.header))
		}
		if len(v) == 1 {
			m.Headers[k] = v[0]
			continue
		}
		list := make([]any, len(v))
		for i, s := range v {
			list[i] = s
		}
		m.Headers[k] = list
	}
	return m
}

// Sizes of AMQP 0-9-1 in bytes. A frame takes 8 besides its payload: type,
// channel, size, end; a payload of a method begins with its class and number.
const (
	frameBytes   = 8
	methodBytes  = frameBytes + 4
	ackBytes     = methodBytes + 8 + 1         // basic.ack: delivery tag, multiple
	headerBytes  = frameBytes + 2 + 2 + 8 + 2  // class, weight, body size, flags
	mostInFrame  = 128<<10 - frameBytes        // of a body
	publishFixed = methodBytes + 2 + 1 + 1 + 1 // reserved, lengths of exchange and key, flags
	deliverFixed = methodBytes + 1 + 8 + 1 + 1 + 1
)

// publishBytes is how many bytes a message takes to the broker.
func publishBytes(exchange, key string, m amqp.Publishing) int64 {
	n := publishFixed + len(exchange) + len(key)
	n += contentBytes(m.Headers, m.Body, m.DeliveryMode, m.Priority, m.Timestamp, m.ContentType, m.ContentEncoding,
		m.CorrelationId, m.ReplyTo, m.Expiration, m.MessageId, m.Type, m.UserId, m.AppId)
	return int64(n)
}

// deliverBytes is how many bytes a message took from the broker.
func deliverBytes(d amqp.Delivery) int64 {
	n := deliverFixed + len(d.ConsumerTag) + len(d.Exchange) + len(d.RoutingKey)
	n += contentBytes(d.Headers, d.Body, d.DeliveryMode, d.Priority, d.Timestamp, d.ContentType, d.ContentEncoding,
		d.CorrelationId, d.ReplyTo, d.Expiration, d.MessageId, d.Type, d.UserId, d.AppId)
	return int64(n)
}

// contentBytes are those of a header and a body.
func contentBytes(h amqp.Table, body []byte, mode, priority uint8, at time.Time, properties ...string) int {
	n := headerBytes + len(body) + frameBytes*((len(body)+mostInFrame-1)/mostInFrame)
	for _, s := range properties {
		if s != "" {
			n += 1 + len(s)
		}
	}
	if mode != 0 {
		n++
	}
	if priority != 0 {
		n++
	}
	if !at.IsZero() {
		n += 8
	}
	if len(h) > 0 {
		n += 4 + tableBytes(h)
	}
	return n
}

func tableBytes(t amqp.Table) (n int) {
	for k, v := range t {
		n += 1 + len(k) + fieldBytes(v)
	}
	return n
}

// fieldBytes are those of a field of the kinds that occur, with its type.
func fieldBytes(v any) int {
	switch v := v.(type) {
	case string:
		return 5 + len(v)
	case []any:
		n := 5
		for _, e := range v {
			n += fieldBytes(e)
		}
		return n
	case amqp.Table:
		return 5 + tableBytes(v)
	case int32, float32:
		return 5
	case bool, int8, byte:
		return 2
	default:
		return 9
	}
}
