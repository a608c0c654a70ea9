package amqp_test

import (
	"testing"

	amqp091 "github.com/rabbitmq/amqp091-go"
)

func TestConsuming(t *testing.T) {
	consume := func(p *player, queue, tag string, noAck bool, args amqp091.Table) <-chan amqp091.Delivery {
		p.t.Helper()
		c, err := p.channel().Consume(queue, tag, noAck, false, false, false, args)
		p.must(err)
		return c
	}
	fill := func(p *player, bodies ...string) {
		p.t.Helper()
		for _, b := range bodies {
			p.confirmed("", "t.a", amqp091.Publishing{Body: []byte(b)})
		}
	}
	play(t, []scene{
		{"get and settle", func(p *player) {
			p.queue("t.a", nil)
			fill(p, "1", "2", "3")
			one := p.get("t.a")
			p.say("tag %d, %d more", one.DeliveryTag, one.MessageCount)
			two := p.get("t.a")
			p.must(one.Nack(false, true))
			again := p.get("t.a")
			p.must(again.Ack(false))
			p.must(two.Reject(true))
			p.leave()
			p.drain("t.a")
			p.get("t.a")
		}, "t.a: 1\ntag 1, 2 more\nt.a: 2\nt.a: 1 again\nt.a: 2 3\nt.a is empty"},
		{"what is in hand comes back in order", func(p *player) {
			p.queue("t.a", nil)
			fill(p, "1", "2", "3", "4")
			for range 3 {
				p.get("t.a")
			}
			p.leave()
			for range 4 {
				p.get("t.a")
			}
		}, "t.a: 1\nt.a: 2\nt.a: 3\nt.a: 1 again\nt.a: 2 again\nt.a: 3 again\nt.a: 4"},
		{"prefetch of a consumer", func(p *player) {
			p.queue("t.a", nil)
			fill(p, "1", "2", "3")
			p.must(p.channel().Qos(2, 0, false))
			c := consume(p, "t.a", "", false, nil)
			one := p.next(c)
			p.next(c)
			p.must(p.channel().Qos(2, 0, false))
			p.quiet(c)
			p.must(one.Ack(false))
			p.say("then %s", p.next(c).Body)
		}, "then 3"},
		{"prefetch of a channel", func(p *player) {
			p.queue("t.a", nil)
			p.queue("t.b", nil)
			fill(p, "1", "2")
			p.confirmed("", "t.b", amqp091.Publishing{Body: []byte("3")})
			p.must(p.channel().Qos(2, 0, true))
			a := consume(p, "t.a", "", false, nil)
			p.next(a)
			two := p.next(a)
			b := consume(p, "t.b", "", false, nil)
			p.quiet(b)
			p.must(two.Ack(true))
			p.say("then %s", p.next(b).Body)
		}, "then 3"},
		{"ack multiple", func(p *player) {
			p.queue("t.a", nil)
			fill(p, "1", "2", "3", "4")
			c := consume(p, "t.a", "", false, nil)
			p.next(c)
			two := p.next(c)
			p.must(two.Ack(true))
			p.next(c)
			p.leave()
			p.drain("t.a")
		}, "t.a: 3 4"},
		{"nack multiple", func(p *player) {
			p.queue("t.b", nil)
			p.queue("t.a", amqp091.Table{"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "t.b"})
			fill(p, "1", "2", "3")
			c := consume(p, "t.a", "c", false, nil)
			p.next(c)
			two := p.next(c)
			p.next(c)
			p.must(two.Nack(true, false))
			p.await("t.b", 2)
			p.leave()
			p.drain("t.a")
			p.drain("t.b")
		}, "t.a: 3\nt.b: 1 2"},
		{"recover", func(p *player) {
			p.queue("t.a", nil)
			fill(p, "1", "2")
			c := consume(p, "t.a", "", false, nil)
			p.next(c)
			p.next(c)
			//lint:ignore SA1019 clients of old still say it
			p.did("recover", p.channel().Recover(true))
			d := p.next(c)
			p.say("%s %t", d.Body, d.Redelivered)
			d = p.next(c)
			p.say("%s %t tag %d", d.Body, d.Redelivered, d.DeliveryTag)
		}, "recover ok\n1 true\n2 true tag 4"},
		{"cancel keeps what is in hand", func(p *player) {
			p.queue("t.a", nil)
			fill(p, "1")
			d := p.next(consume(p, "t.a", "c", false, nil))
			p.must(p.channel().Cancel("c", false))
			fill(p, "2")
			p.must(d.Ack(false))
			p.drain("t.a")
		}, "t.a: 2"},
		{"taking turns", func(p *player) {
			p.queue("t.a", nil)
			a, b := consume(p, "t.a", "", true, nil), consume(p, "t.a", "", true, nil)
			fill(p, "1", "2", "3", "4")
			p.say("%s %s and %s %s", p.next(a).Body, p.next(a).Body, p.next(b).Body, p.next(b).Body)
		}, "1 3 and 2 4"},
		{"consumer priority", func(p *player) {
			p.queue("t.a", nil)
			low := consume(p, "t.a", "", true, nil)
			high := consume(p, "t.a", "", true, amqp091.Table{"x-priority": int32(5)})
			fill(p, "1", "2")
			p.say("%s %s", p.next(high).Body, p.next(high).Body)
			p.quiet(low)
		}, "1 2"},
		{"the queue goes", func(p *player) {
			p.queue("t.a", nil)
			gone := p.channel().NotifyCancel(make(chan string, 1))
			c := consume(p, "t.a", "c", false, nil)
			_, err := p.channel().QueueDelete("t.a", false, false, false)
			p.must(err)
			p.say("cancelled %s", <-gone)
			p.next(c)
		}, "cancelled c\nno more deliveries"},
		{"auto-delete queue", func(p *player) {
			_, err := p.channel().QueueDeclare("t.a", false, true, false, false, nil)
			p.must(err)
			consume(p, "t.a", "c", false, nil)
			q, err := p.channel().QueueDeclarePassive("t.a", false, true, false, false, nil)
			p.must(err)
			p.say("%d consumers", q.Consumers)
			p.must(p.channel().Cancel("c", false))
			_, err = p.channel().QueueDeclarePassive("t.a", false, true, false, false, nil)
			p.did("is it there?", err)
		}, "1 consumers\nis it there? 404 NOT_FOUND - no queue 't.a' in vhost '/'"},
		{"the last declared queue", func(p *player) {
			q, err := p.channel().QueueDeclare("", false, false, true, false, nil)
			p.must(err)
			p.say("%.8s", q.Name)
			p.must(p.channel().QueueBind("", "", "amq.fanout", false, nil))
			p.confirmed("amq.fanout", "", amqp091.Publishing{Body: []byte("1")})
			c, err := p.channel().Consume("", "", true, false, false, false, nil)
			p.must(err)
			p.say("%s", p.next(c).Body)
		}, "amq.gen-\n1"},
		{"direct replies", func(p *player) {
			c := consume(p, "amq.rabbitmq.reply-to", "me", true, nil)
			server := &player{t: p.t, url: p.url}
			defer server.leave()
			server.queue("t.a", nil)
			p.send("", "t.a", amqp091.Publishing{ReplyTo: "amq.rabbitmq.reply-to", CorrelationId: "7", Body: []byte("ask")})
			server.await("t.a", 1)
			asked := server.get("t.a")
			p.say("address %.22s, other than that %t", asked.ReplyTo, asked.ReplyTo != "amq.rabbitmq.reply-to")
			_, err := server.channel().QueueDeclarePassive(asked.ReplyTo, false, false, false, false, nil)
			p.did("is it there?", err)
			server.send("", asked.ReplyTo, amqp091.Publishing{CorrelationId: asked.CorrelationId, Body: []byte("answer")})
			d := p.next(c)
			p.say("%s %s %q %t by %s", d.Body, d.CorrelationId, d.Exchange, d.RoutingKey == asked.ReplyTo, d.ConsumerTag)
			p.leave()
			_, err = server.channel().QueueDeclarePassive(asked.ReplyTo, false, false, false, false, nil)
			p.say("after it left %t", err != nil)
		}, `address amq.rabbitmq.reply-to., other than that true
			is it there? ok
			answer 7 "" true by me
			after it left true`},
		{"transactions", func(p *player) {
			p.queue("t.a", nil)
			other := &player{t: p.t, url: p.url, seen: nil}
			defer other.leave()
			fill(p, "0")
			p.leave()
			p.must(p.channel().Tx())
			p.publish("", "t.a", "1")
			p.publish("", "t.a", "2")
			other.await("t.a", 1)
			d, _, err := p.channel().Get("t.a", false)
			p.must(err)
			p.must(d.Ack(false))
			p.did("rollback", p.channel().TxRollback())
			p.must(d.Ack(false))
			p.publish("", "t.a", "3")
			p.did("commit", p.channel().TxCommit())
			p.leave()
			p.drain("t.a")
		}, "rollback ok\ncommit ok\nt.a: 3"},
		{"purge", func(p *player) {
			p.queue("t.a", nil)
			fill(p, "1", "2", "3")
			d := p.get("t.a")
			n, err := p.channel().QueuePurge("t.a", false)
			p.did("purge", err)
			p.say("%d", n)
			p.must(d.Nack(false, true))
			p.drain("t.a")
		}, "t.a: 1\npurge ok\n2\nt.a: 1"},
	})
}
