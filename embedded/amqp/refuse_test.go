package amqp_test

import (
	"testing"

	amqp091 "github.com/rabbitmq/amqp091-go"
)

func TestRefusals(t *testing.T) {
	declare := func(p *player, name string, args amqp091.Table) {
		_, err := p.channel().QueueDeclare(name, false, false, false, false, args)
		p.did("declare", err)
	}
	play(t, []scene{
		{"what is not there", func(p *player) {
			_, err := p.channel().QueueDeclarePassive("t.a", false, false, false, false, nil)
			p.did("queue", err)
			p.did("exchange", p.channel().ExchangeDeclarePassive("t.x", "direct", false, false, false, false, nil))
			_, _, err = p.channel().Get("t.a", false)
			p.did("get", err)
			_, err = p.channel().Consume("t.a", "", false, false, false, false, nil)
			p.did("consume", err)
			_, err = p.channel().QueuePurge("t.a", false)
			p.did("purge", err)
			_, err = p.channel().QueueDelete("t.a", false, false, false)
			p.did("delete", err)
			p.did("delete exchange", p.channel().ExchangeDelete("t.x", false, false))
			p.did("bind", p.channel().QueueBind("t.a", "", "amq.fanout", false, nil))
			p.queue("t.a", nil)
			p.did("bind", p.channel().QueueBind("t.a", "", "t.x", false, nil))
			p.did("bind", p.channel().ExchangeBind("t.x", "", "amq.fanout", false, nil))
			p.did("cancel", p.channel().Cancel("nobody", false))
			p.closes("publish", func(*amqp091.Channel) { p.publish("t.x", "", "1") })
		}, `queue 404 NOT_FOUND - no queue 't.a' in vhost '/'
			exchange 404 NOT_FOUND - no exchange 't.x' in vhost '/'
			get 404 NOT_FOUND - no queue 't.a' in vhost '/'
			consume 404 NOT_FOUND - no queue 't.a' in vhost '/'
			purge 404 NOT_FOUND - no queue 't.a' in vhost '/'
			delete ok
			delete exchange ok
			bind 404 NOT_FOUND - no queue 't.a' in vhost '/'
			bind 404 NOT_FOUND - no exchange 't.x' in vhost '/'
			bind 404 NOT_FOUND - no exchange 't.x' in vhost '/'
			cancel ok
			publish 404 NOT_FOUND - no exchange 't.x' in vhost '/'`},
		{"declared otherwise", func(p *player) {
			p.exchange("t.x", "direct")
			p.did("kind", p.channel().ExchangeDeclare("t.x", "topic", false, false, false, false, nil))
			p.did("durable", p.channel().ExchangeDeclare("t.x", "direct", true, false, false, false, nil))
			p.did("auto-delete", p.channel().ExchangeDeclare("t.x", "direct", false, true, false, false, nil))
			p.did("internal", p.channel().ExchangeDeclare("t.x", "direct", false, false, true, false, nil))
			p.did("alternate", p.channel().ExchangeDeclare("t.x", "direct", false, false, false, false, amqp091.Table{"alternate-exchange": "t.y"}))
			p.did("same", p.channel().ExchangeDeclare("t.x", "direct", false, false, false, false, nil))
			p.queue("t.a", amqp091.Table{"x-message-ttl": int32(1000)})
			declare(p, "t.a", nil)
			declare(p, "t.a", amqp091.Table{"x-message-ttl": int32(2000)})
			declare(p, "t.a", amqp091.Table{"x-message-ttl": int64(1000)})
			declare(p, "t.a", amqp091.Table{"x-message-ttl": int32(1000), "x-max-priority": int32(3)})
			_, err := p.channel().QueueDeclare("t.a", true, false, false, false, amqp091.Table{"x-message-ttl": int32(1000)})
			p.did("durable", err)
			_, err = p.channel().QueueDeclare("t.a", false, true, false, false, amqp091.Table{"x-message-ttl": int32(1000)})
			p.did("auto-delete", err)
		}, `kind 406 PRECONDITION_FAILED - inequivalent arg 'type' for exchange 't.x' in vhost '/': received 'topic' but current is 'direct'
			durable 406 PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 't.x' in vhost '/': received 'true' but current is 'false'
			auto-delete 406 PRECONDITION_FAILED - inequivalent arg 'auto_delete' for exchange 't.x' in vhost '/': received 'true' but current is 'false'
			internal 406 PRECONDITION_FAILED - inequivalent arg 'internal' for exchange 't.x' in vhost '/': received 'true' but current is 'false'
			alternate 406 PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange 't.x' in vhost '/': received the value 't.y' of type 'longstr' but current is none
			same ok
			declare 406 PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 't.a' in vhost '/': received none but current is the value '1000' of type 'signedint'
			declare 406 PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 't.a' in vhost '/': received '2000' but current is '1000'
			declare ok
			declare 406 PRECONDITION_FAILED - inequivalent arg 'x-max-priority' for queue 't.a' in vhost '/': received the value '3' of type 'signedint' but current is none
			durable 406 PRECONDITION_FAILED - inequivalent arg 'durable' for queue 't.a' in vhost '/': received 'true' but current is 'false'
			auto-delete 406 PRECONDITION_FAILED - inequivalent arg 'auto_delete' for queue 't.a' in vhost '/': received 'true' but current is 'false'`},
		{"arguments", func(p *player) {
			declare(p, "t.a", amqp091.Table{"x-message-ttl": int32(-1)})
			declare(p, "t.a", amqp091.Table{"x-message-ttl": "soon"})
			declare(p, "t.a", amqp091.Table{"x-expires": int32(0)})
			declare(p, "t.a", amqp091.Table{"x-max-length": int32(-1)})
			declare(p, "t.a", amqp091.Table{"x-max-priority": int32(256)})
			declare(p, "t.a", amqp091.Table{"x-overflow": "spill"})
			declare(p, "t.a", amqp091.Table{"x-dead-letter-routing-key": "k"})
			declare(p, "t.a", amqp091.Table{"x-dead-letter-exchange": int32(1)})
			p.did("exchange", p.channel().ExchangeDeclare("t.x", "direct", false, false, false, false, amqp091.Table{"alternate-exchange": int32(1)}))
		}, `declare 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 't.a' in vhost '/': {value_negative,-1}
			declare 406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 't.a' in vhost '/': "expected integer, got longstr"
			declare 406 PRECONDITION_FAILED - invalid arg 'x-expires' for queue 't.a' in vhost '/': {value_zero,0}
			declare 406 PRECONDITION_FAILED - invalid arg 'x-max-length' for queue 't.a' in vhost '/': {value_negative,-1}
			declare 406 PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 't.a' in vhost '/': {max_value_exceeded,256}
			declare 406 PRECONDITION_FAILED - invalid arg 'x-overflow' for queue 't.a' in vhost '/': invalid_overflow
			declare 406 PRECONDITION_FAILED - invalid arg 'x-dead-letter-routing-key' for queue 't.a' in vhost '/': routing_key_but_no_dlx_defined
			declare 406 PRECONDITION_FAILED - invalid type 'signedint' for arg 'x-dead-letter-exchange' in queue 't.a' in vhost '/'
			exchange 406 PRECONDITION_FAILED - invalid type 'signedint' for arg 'alternate-exchange' in exchange 't.x' in vhost '/'`},
		{"arguments of other types of queue", func(p *player) {
			quorum := func(name string, v any) {
				_, err := p.channel().QueueDeclare("t.a", true, false, false, false, amqp091.Table{"x-queue-type": "quorum", name: v})
				p.did(name, err)
			}
			quorum("x-max-priority", int32(3))
			quorum("x-queue-mode", "lazy")
			quorum("x-queue-master-locator", "min-masters")
			quorum("x-max-age", "1D")
			declare(p, "t.a", amqp091.Table{"x-delivery-limit": int32(3)})
			declare(p, "t.a", amqp091.Table{"x-quorum-initial-group-size": int32(3)})
			for _, flags := range [][3]bool{{true, true, false}, {true, false, true}, {false, false, false}} {
				_, err := p.channel().QueueDeclare("t.a", flags[0], flags[1], flags[2], false, amqp091.Table{"x-queue-type": "quorum"})
				p.did("property", err)
			}
		}, `x-max-priority 406 PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 't.a' in vhost '/' of queue type rabbit_quorum_queue
			x-queue-mode 406 PRECONDITION_FAILED - invalid arg 'x-queue-mode' for queue 't.a' in vhost '/' of queue type rabbit_quorum_queue
			x-queue-master-locator 406 PRECONDITION_FAILED - invalid arg 'x-queue-master-locator' for queue 't.a' in vhost '/' of queue type rabbit_quorum_queue
			x-max-age 406 PRECONDITION_FAILED - invalid arg 'x-max-age' for queue 't.a' in vhost '/' of queue type rabbit_quorum_queue
			declare 406 PRECONDITION_FAILED - invalid arg 'x-delivery-limit' for queue 't.a' in vhost '/' of queue type rabbit_classic_queue
			declare 406 PRECONDITION_FAILED - invalid arg 'x-quorum-initial-group-size' for queue 't.a' in vhost '/' of queue type rabbit_classic_queue
			property 406 PRECONDITION_FAILED - invalid property 'auto-delete' for queue 't.a' in vhost '/'
			property 406 PRECONDITION_FAILED - invalid property 'exclusive-owner' for queue 't.a' in vhost '/'
			property 406 PRECONDITION_FAILED - invalid property 'non-durable' for queue 't.a' in vhost '/'`},
		{"global qos of a quorum queue", func(p *player) {
			_, err := p.channel().QueueDeclare("t.a", true, false, false, false, amqp091.Table{"x-queue-type": "quorum"})
			p.must(err)
			ch := p.channel()
			p.must(ch.Qos(5, 0, true))
			_, err = ch.Consume("t.a", "", false, false, false, false, nil)
			p.did("consume", err)
		}, `consume 540 NOT_IMPLEMENTED - queue 't.a' in vhost '/' does not support global qos`},
		{"reserved names", func(p *player) {
			declare(p, "amq.mine", nil)
			p.did("exchange", p.channel().ExchangeDeclare("amq.mine", "direct", false, false, false, false, nil))
			p.did("exchange", p.channel().ExchangeDeclare("amq.direct", "direct", true, false, false, false, nil))
			p.did("delete", p.channel().ExchangeDelete("amq.direct", false, false))
			p.did("delete", p.channel().ExchangeDelete("", false, false))
			p.queue("t.a", nil)
			p.did("bind", p.channel().QueueBind("t.a", "k", "", false, nil))
			p.did("unbind", p.channel().QueueUnbind("t.a", "t.a", "", nil))
			p.did("bind", p.channel().ExchangeBind("", "k", "amq.fanout", false, nil))
			p.did("kind", p.channel().ExchangeDeclare("t.x", "star", false, false, false, false, nil))
		}, `declare 403 ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'
			exchange 403 ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'
			exchange ok
			delete 403 ACCESS_REFUSED - deletion of system exchange 'amq.direct' in vhost '/' not allowed
			delete 403 ACCESS_REFUSED - operation not permitted on the default exchange
			bind 403 ACCESS_REFUSED - operation not permitted on the default exchange
			unbind 403 ACCESS_REFUSED - operation not permitted on the default exchange
			bind 403 ACCESS_REFUSED - operation not permitted on the default exchange
			kind 503 COMMAND_INVALID - invalid exchange type 'star'`},
		{"in use", func(p *player) {
			p.queue("t.a", nil)
			p.exchange("t.x", "fanout")
			p.must(p.channel().QueueBind("t.a", "", "t.x", false, nil))
			p.did("exchange", p.channel().ExchangeDelete("t.x", true, false))
			p.confirmed("", "t.a", amqp091.Publishing{Body: []byte("1")})
			_, err := p.channel().QueueDelete("t.a", false, true, false)
			p.did("not empty", err)
			_, err = p.channel().Consume("t.a", "", false, false, false, false, nil)
			p.must(err)
			_, err = p.channel().QueueDelete("t.a", true, false, false)
			p.did("in use", err)
			n, err := p.channel().QueueDelete("t.a", false, false, false)
			p.did("delete", err)
			p.say("%d", n)
		}, `exchange 406 PRECONDITION_FAILED - exchange 't.x' in vhost '/' in use
			not empty 406 PRECONDITION_FAILED - queue 't.a' in vhost '/' not empty
			in use 406 PRECONDITION_FAILED - queue 't.a' in vhost '/' in use
			delete ok
			1`},
		{"exclusive", func(p *player) {
			_, err := p.channel().QueueDeclare("t.a", false, false, true, false, nil)
			p.must(err)
			other := &player{t: p.t, url: p.url}
			defer other.leave()
			_, err = other.channel().QueueDeclarePassive("t.a", false, false, true, false, nil)
			p.did("other connection", err)
			_, err = other.channel().QueueDelete("t.a", false, false, false)
			p.did("delete", err)
			_, err = p.channel().QueueDeclare("t.a", false, false, false, false, nil)
			p.did("not exclusive", err)
			p.leave()
			_, err = other.channel().QueueDeclarePassive("t.a", false, false, false, false, nil)
			p.did("after it left", err)
		}, `other connection 405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 't.a' in vhost '/'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.
			delete 405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 't.a' in vhost '/'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.
			not exclusive 405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 't.a' in vhost '/'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.
			after it left 404 NOT_FOUND - no queue 't.a' in vhost '/'`},
		{"exclusive consumer", func(p *player) {
			p.queue("t.a", nil)
			keep, err := p.conn().Channel()
			p.must(err)
			_, err = keep.Consume("t.a", "one", false, true, false, false, nil)
			p.must(err)
			_, err = p.channel().Consume("t.a", "", false, false, false, false, nil)
			p.did("second", err)
			p.must(keep.Cancel("one", false))
			_, err = p.channel().Consume("t.a", "two", false, false, false, false, nil)
			p.did("later", err)
			_, err = keep.Consume("t.a", "", false, true, false, false, nil)
			p.did("exclusive", err)
		}, `second 403 ACCESS_REFUSED - queue 't.a' in vhost '/' in exclusive use
			later ok
			exclusive 403 ACCESS_REFUSED - queue 't.a' in vhost '/' in exclusive use`},
		{"on a message", func(p *player) {
			p.queue("t.a", nil)
			p.closes("immediate", func(ch *amqp091.Channel) {
				p.must(ch.PublishWithContext(p.t.Context(), "", "t.a", false, true, amqp091.Publishing{}))
			})
			p.closes("expiration", func(*amqp091.Channel) { p.send("", "t.a", amqp091.Publishing{Expiration: "soon"}) })
			p.closes("user", func(*amqp091.Channel) { p.send("", "t.a", amqp091.Publishing{UserId: "me"}) })
			p.closes("ack", func(ch *amqp091.Channel) { p.must(ch.Ack(7, false)) })
			p.closes("nack", func(ch *amqp091.Channel) { p.must(ch.Nack(7, true, false)) })
			p.closes("reject", func(ch *amqp091.Channel) { p.must(ch.Reject(7, false)) })
			//lint:ignore SA1019 clients of old still say it
			p.did("recover", p.channel().Recover(false))
		}, `connection: immediate 540 NOT_IMPLEMENTED - immediate=true
			expiration 406 PRECONDITION_FAILED - invalid expiration 'soon': no_integer
			user 406 PRECONDITION_FAILED - user_id property set to 'me' but authenticated user was 'guest'
			ack 406 PRECONDITION_FAILED - unknown delivery tag 7
			nack 406 PRECONDITION_FAILED - unknown delivery tag 7
			reject 406 PRECONDITION_FAILED - unknown delivery tag 7
			recover 540 NOT_IMPLEMENTED - requeue=false`},
		{"modes", func(p *player) {
			p.must(p.channel().Tx())
			p.did("confirm", p.channel().Confirm(false))
			p.must(p.channel().Confirm(false))
			p.did("tx", p.channel().Tx())
			p.did("commit", p.channel().TxCommit())
			p.did("rollback", p.channel().TxRollback())
			p.did("flow", p.channel().Flow(true))
			p.did("flow", p.channel().Flow(false))
			p.did("qos", p.channel().Qos(1, 1, false))
			_, err := p.channel().Consume("amq.rabbitmq.reply-to", "", false, false, false, false, nil)
			p.did("replies", err)
			p.closes("fast reply", func(*amqp091.Channel) { p.send("", "t.a", amqp091.Publishing{ReplyTo: "amq.rabbitmq.reply-to"}) })
		}, `confirm 406 PRECONDITION_FAILED - cannot switch from tx to confirm mode
			tx 406 PRECONDITION_FAILED - cannot switch from confirm to tx mode
			commit 406 PRECONDITION_FAILED - channel is not transactional
			rollback 406 PRECONDITION_FAILED - channel is not transactional
			flow ok
			flow 540 NOT_IMPLEMENTED - active=false
			qos 540 NOT_IMPLEMENTED - prefetch_size!=0 (1)
			replies 406 PRECONDITION_FAILED - reply consumer cannot acknowledge
			fast reply 406 PRECONDITION_FAILED - fast reply consumer does not exist`},
		{"a tag twice", func(p *player) {
			p.queue("t.a", nil)
			p.closes("consume", func(ch *amqp091.Channel) {
				_, err := ch.Consume("t.a", "one", false, false, false, false, nil)
				p.must(err)
				_, _ = ch.Consume("t.a", "one", false, false, false, true, nil)
			})
		}, `connection: consume 530 NOT_ALLOWED - attempt to reuse consumer tag 'one'`},
	})
}
