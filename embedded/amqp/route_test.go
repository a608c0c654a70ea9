package amqp_test

import (
	"testing"

	amqp091 "github.com/rabbitmq/amqp091-go"
)

func TestRouting(t *testing.T) {
	bind := func(p *player, queue, key, exchange string, args amqp091.Table) {
		p.t.Helper()
		p.must(p.channel().QueueBind(queue, key, exchange, false, args))
	}
	abc := func(p *player) {
		for _, q := range []string{"t.a", "t.b", "t.c"} {
			p.queue(q, nil)
		}
	}
	drain := func(p *player) {
		for _, q := range []string{"t.a", "t.b", "t.c"} {
			p.drain(q)
		}
	}
	play(t, []scene{
		{"default exchange", func(p *player) {
			abc(p)
			p.publish("", "t.b", "1")
			p.confirmed("", "t.b", amqp091.Publishing{Body: []byte("2")})
			drain(p)
		}, "t.a:\nt.b: 1 2\nt.c:"},
		{"direct", func(p *player) {
			abc(p)
			p.exchange("t.x", "direct")
			bind(p, "t.a", "red", "t.x", nil)
			bind(p, "t.b", "red", "t.x", nil)
			bind(p, "t.b", "blue", "t.x", nil)
			bind(p, "t.b", "blue", "t.x", nil)
			for _, key := range []string{"red", "blue", "green"} {
				p.confirmed("t.x", key, amqp091.Publishing{Body: []byte(key)})
			}
			drain(p)
		}, "t.a: red\nt.b: red blue\nt.c:"},
		{"fanout", func(p *player) {
			abc(p)
			p.exchange("t.x", "fanout")
			bind(p, "t.a", "", "t.x", nil)
			bind(p, "t.c", "whatever", "t.x", nil)
			p.confirmed("t.x", "key", amqp091.Publishing{Body: []byte("1")})
			drain(p)
		}, "t.a: 1\nt.b:\nt.c: 1"},
		{"topic", func(p *player) {
			abc(p)
			p.exchange("t.x", "topic")
			bind(p, "t.a", "order.*.eu", "t.x", nil)
			bind(p, "t.b", "order.#", "t.x", nil)
			bind(p, "t.c", "#.eu", "t.x", nil)
			for _, key := range []string{"order.new.eu", "order", "order.new.us", "eu", "a.b.c.eu", "order.x.y.eu", "", "ordere"} {
				p.confirmed("t.x", key, amqp091.Publishing{Body: []byte("[" + key + "]")})
			}
			drain(p)
		}, "t.a: [order.new.eu]\nt.b: [order.new.eu] [order] [order.new.us] [order.x.y.eu]\nt.c: [order.new.eu] [eu] [a.b.c.eu] [order.x.y.eu]"},
		{"headers", func(p *player) {
			abc(p)
			p.exchange("t.x", "headers")
			bind(p, "t.a", "", "t.x", amqp091.Table{"x-match": "all", "kind": "order", "eu": true})
			bind(p, "t.b", "", "t.x", amqp091.Table{"x-match": "any", "kind": "order", "n": int32(7)})
			bind(p, "t.c", "", "t.x", amqp091.Table{"kind": "order"})
			for body, h := range map[string]amqp091.Table{"both": {"kind": "order", "eu": true}} {
				p.confirmed("t.x", "", amqp091.Publishing{Headers: h, Body: []byte(body)})
			}
			p.confirmed("t.x", "", amqp091.Publishing{Headers: amqp091.Table{"kind": "order"}, Body: []byte("kind")})
			p.confirmed("t.x", "", amqp091.Publishing{Headers: amqp091.Table{"n": int64(7)}, Body: []byte("n")})
			p.confirmed("t.x", "", amqp091.Publishing{Headers: amqp091.Table{"kind": "other"}, Body: []byte("other")})
			p.confirmed("t.x", "", amqp091.Publishing{Body: []byte("none")})
			drain(p)
		}, "t.a: both\nt.b: both kind n\nt.c: both kind"},
		{"headers, badly asked", func(p *player) {
			p.queue("t.a", nil)
			p.exchange("t.x", "headers")
			p.did("bind", p.channel().QueueBind("t.a", "", "t.x", false, amqp091.Table{"x-match": "some"}))
		}, `bind 406 PRECONDITION_FAILED - Invalid x-match field value <<"some">>; expected all, any, all-with-x, or any-with-x`},
		{"exchange to exchange", func(p *player) {
			abc(p)
			p.exchange("t.x", "topic")
			p.exchange("t.y", "fanout")
			p.must(p.channel().ExchangeBind("t.y", "a.*", "t.x", false, nil))
			p.must(p.channel().ExchangeBind("t.x", "", "t.y", false, nil)) // a circle
			bind(p, "t.a", "", "t.y", nil)
			bind(p, "t.b", "a.b", "t.x", nil)
			p.confirmed("t.x", "a.b", amqp091.Publishing{Body: []byte("1")})
			p.confirmed("t.x", "b.b", amqp091.Publishing{Body: []byte("2")})
			p.must(p.channel().ExchangeUnbind("t.y", "a.*", "t.x", false, nil))
			p.confirmed("t.x", "a.b", amqp091.Publishing{Body: []byte("3")})
			drain(p)
		}, "t.a: 1\nt.b: 1 3\nt.c:"},
		{"alternate exchange", func(p *player) {
			abc(p)
			p.exchange("t.y", "fanout")
			p.must(p.channel().ExchangeDeclare("t.x", "direct", false, false, false, false, amqp091.Table{"alternate-exchange": "t.y"}))
			bind(p, "t.a", "known", "t.x", nil)
			bind(p, "t.b", "", "t.y", nil)
			p.confirmed("t.x", "known", amqp091.Publishing{Body: []byte("1")})
			p.confirmed("t.x", "unknown", amqp091.Publishing{Body: []byte("2")})
			drain(p)
		}, "t.a: 1\nt.b: 2\nt.c:"},
		{"carbon copies", func(p *player) {
			abc(p)
			h := amqp091.Table{"CC": []any{"t.b"}, "BCC": []any{"t.c"}}
			p.confirmed("", "t.a", amqp091.Publishing{Headers: h, Body: []byte("1")})
			d := p.get("t.c")
			p.say("%v", d.Headers)
			p.must(d.Ack(false))
			drain(p)
		}, "t.c: 1\nmap[CC:[t.b]]\nt.a: 1\nt.b: 1\nt.c:"},
		{"unbind", func(p *player) {
			abc(p)
			p.exchange("t.x", "fanout")
			bind(p, "t.a", "", "t.x", nil)
			p.did("unbind", p.channel().QueueUnbind("t.a", "", "t.x", nil))
			p.did("unbind", p.channel().QueueUnbind("t.a", "", "t.x", nil))
			p.confirmed("t.x", "", amqp091.Publishing{Body: []byte("1")})
			drain(p)
		}, "unbind ok\nunbind ok\nt.a:\nt.b:\nt.c:"},
		{"mandatory", func(p *player) {
			back := p.channel().NotifyReturn(make(chan amqp091.Return, 1))
			p.must(p.channel().Confirm(false))
			d, err := p.channel().PublishWithDeferredConfirmWithContext(p.t.Context(), "", "t.nowhere", true, false, amqp091.Publishing{Body: []byte("1")})
			p.must(err)
			ok, err := d.WaitContext(p.t.Context())
			p.must(err)
			r := <-back
			p.say("confirmed %t, returned %d %s %q %q %s", ok, r.ReplyCode, r.ReplyText, r.Exchange, r.RoutingKey, r.Body)
		}, `confirmed true, returned 312 NO_ROUTE "" "t.nowhere" 1`},
		{"auto-delete exchange", func(p *player) {
			p.queue("t.a", nil)
			p.must(p.channel().ExchangeDeclare("t.x", "fanout", false, true, false, false, nil))
			bind(p, "t.a", "", "t.x", nil)
			p.must(p.channel().QueueUnbind("t.a", "", "t.x", nil))
			p.did("is it there?", p.channel().ExchangeDeclarePassive("t.x", "fanout", false, true, false, false, nil))
		}, "is it there? 404 NOT_FOUND - no exchange 't.x' in vhost '/'"},
		{"internal exchange", func(p *player) {
			p.must(p.channel().ExchangeDeclare("t.x", "fanout", false, false, true, false, nil))
			p.closes("publish", func(*amqp091.Channel) { p.publish("t.x", "", "1") })
		}, "publish 403 ACCESS_REFUSED - cannot publish to internal exchange 't.x' in vhost '/'"},
	})
}
