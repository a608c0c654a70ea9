package queue

import (
	"context"
	"strings"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// rabbitPull takes messages of one queue, on a channel of its own. The broker
// never hands out more than the prefetch before they are acknowledged.
type rabbitPull struct {
	take func(delivery)

	mu      sync.Mutex
	stopped bool
}

func (s *rabbitSession) consume(a address, limit int, take func(delivery)) (stop func(), err error) {
	ctx, cancel := context.WithTimeout(context.Background(), greeting)
	defer cancel()
	ch, err := s.conn.Channel()
	if err != nil {
		return nil, s.trouble(ctx, err)
	}
	if err := ch.Qos(limit, 0, false); err != nil {
		return nil, s.trouble(ctx, err)
	}
	in, err := ch.Consume(s.queue(a), s.tag, false, false, false, false, nil)
	if err != nil {
		return nil, s.trouble(ctx, err)
	}
	p := &rabbitPull{take: take}
	go func() { // ends with the connection, or with the queue
		for d := range in {
			p.came(d)
		}
		_ = ch.Close() // the connection may be gone already
		if !s.conn.IsClosed() && !p.isStopped() {
			s.close() // the queue is gone: it is declared again with the next connection
		}
	}()
	return p.stop, nil
}

// came takes a message; after stop it goes back.
func (p *rabbitPull) came(d amqp.Delivery) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		_ = d.Nack(false, true) // unheard, it goes back with the connection
		return
	}
	p.take(&rabbitDelivery{d})
}

func (p *rabbitPull) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
}

func (p *rabbitPull) isStopped() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopped
}

// rabbitDelivery is a message in hand.
type rabbitDelivery struct{ d amqp.Delivery }

func (d *rabbitDelivery) parcel() parcel { return parcelFrom(d.d) }

// try counts as a quorum queue does, from 0. A transient one only knows whether
// it is the first time.
func (d *rabbitDelivery) try() int {
	n, counted := d.d.Headers["x-delivery-count"].(int64)
	if !counted && d.d.Redelivered {
		return 2
	}
	return int(n) + 1
}

func (d *rabbitDelivery) working() {} // heartbeats say it for all
func (d *rabbitDelivery) free()    {} // the broker counts
func (d *rabbitDelivery) ack()     { _ = d.d.Ack(false) }

// nack keeps the message in hand for a while, and then gives it back. Unheard, it
// goes back with the connection.
func (d *rabbitDelivery) nack(after time.Duration) {
	if after <= 0 {
		_ = d.d.Nack(false, true)
		return
	}
	time.AfterFunc(after, func() { _ = d.d.Nack(false, true) })
}

// parcelFrom takes a message out of AMQP.
func parcelFrom(d amqp.Delivery) parcel {
	p := parcel{header: make(map[string][]string, len(d.Headers)+4), body: d.Body}
	for k, v := range d.Headers {
		switch v := v.(type) {
		case string:
			p.set(k, v)
		case []any:
			p.header[k] = texts(v)
		}
	}
	for key, v := range map[string]string{
		headType: d.Type, headContent: d.ContentType, headCorrelation: d.CorrelationId, headReplyTo: d.ReplyTo,
	} {
		if v != "" {
			p.set(key, v)
		}
	}
	for k := range p.header {
		if strings.HasPrefix(k, "x-death") || strings.HasPrefix(k, "x-first-death") {
			delete(p.header, k)
		}
	}
	p.size = deliverBytes(d)
	return p
}

func texts(list []any) (all []string) {
	for _, v := range list {
		if s, ok := v.(string); ok {
			all = append(all, s)
		}
	}
	return all
}
