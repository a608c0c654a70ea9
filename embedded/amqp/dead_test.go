package amqp_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	amqp091 "github.com/rabbitmq/amqp091-go"
)

// deaths is x-death without its times, which must be near now.
func (p *player) deaths(d amqp091.Delivery) string {
	p.t.Helper()
	var all []string
	list, _ := d.Headers["x-death"].([]any)
	for _, e := range list {
		death := e.(amqp091.Table)
		if at, ok := death["time"].(time.Time); !ok || time.Since(at).Abs() > time.Minute {
			p.t.Errorf("the time of a death is %v", death["time"])
		}
		delete(death, "time")
		all = append(all, fmt.Sprint(death))
	}
	return strings.Join(all, " ")
}

func TestDeadLetters(t *testing.T) {
	dead := func(p *player, args amqp091.Table) {
		p.t.Helper()
		p.queue("t.b", nil)
		all := amqp091.Table{"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "t.b"}
		for k, v := range args {
			all[k] = v
		}
		p.queue("t.a", all)
	}
	play(t, []scene{
		{"rejected", func(p *player) {
			dead(p, nil)
			p.confirmed("", "t.a", amqp091.Publishing{Headers: amqp091.Table{"mine": "kept"}, ContentType: "text/plain", Body: []byte("1")})
			p.must(p.get("t.a").Reject(false))
			p.await("t.b", 1)
			d := p.get("t.b")
			p.say("%s", p.deaths(d))
			p.say("%v %v %v %v", d.Headers["mine"], d.ContentType, d.Headers["x-first-death-reason"], d.Headers["x-first-death-queue"])
			p.say("%q %q, first %q", d.Exchange, d.RoutingKey, d.Headers["x-first-death-exchange"])
		}, `t.a: 1
			t.b: 1
			map[count:1 exchange: queue:t.a reason:rejected routing-keys:[t.a]]
			kept text/plain rejected t.a
			"" "t.b", first ""`},
		{"twice", func(p *player) {
			dead(p, nil)
			p.confirmed("", "t.a", amqp091.Publishing{Body: []byte("1")})
			p.must(p.get("t.a").Nack(false, false))
			p.await("t.b", 1)
			d := p.get("t.b")
			p.must(d.Ack(false))
			p.confirmed("", "t.a", amqp091.Publishing{Headers: d.Headers, Body: d.Body})
			p.must(p.get("t.a").Nack(false, false))
			p.await("t.b", 1)
			p.say("%s", p.deaths(p.get("t.b")))
		}, "t.a: 1\nt.b: 1\nt.a: 1\nt.b: 1\nmap[count:2 exchange: queue:t.a reason:rejected routing-keys:[t.a]]"},
		{"expired by its own time", func(p *player) {
			dead(p, nil)
			p.confirmed("", "t.a", amqp091.Publishing{Expiration: "20", Body: []byte("1")})
			p.await("t.b", 1)
			d := p.get("t.b")
			p.say("%s %q", p.deaths(d), d.Expiration)
		}, `t.b: 1
			map[count:1 exchange: original-expiration:20 queue:t.a reason:expired routing-keys:[t.a]] ""`},
		{"a short time behind a long one", func(p *player) {
			dead(p, nil)
			p.queue("t.c", amqp091.Table{"x-message-ttl": int32(60), "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "t.b"})
			p.confirmed("", "t.a", amqp091.Publishing{Expiration: "60000", Body: []byte("long")})
			p.confirmed("", "t.a", amqp091.Publishing{Expiration: "20", Body: []byte("short")})
			p.confirmed("", "t.c", amqp091.Publishing{Body: []byte("60 ms have passed")})
			p.await("t.b", 1)
			p.get("t.b")
			p.await("t.a", 2)
			p.get("t.a")
			p.await("t.b", 1)
			p.get("t.b")
		}, "t.b: 60 ms have passed\nt.a: long\nt.b: short"},
		{"expired by the queue's time", func(p *player) {
			dead(p, amqp091.Table{"x-message-ttl": int32(20)})
			p.confirmed("", "t.a", amqp091.Publishing{Body: []byte("1")})
			p.await("t.b", 1)
			p.say("%s", p.deaths(p.get("t.b")))
		}, "t.b: 1\nmap[count:1 exchange: queue:t.a reason:expired routing-keys:[t.a]]"},
		{"too many", func(p *player) {
			dead(p, amqp091.Table{"x-max-length": int32(2)})
			for _, b := range []string{"1", "2", "3", "4"} {
				p.confirmed("", "t.a", amqp091.Publishing{Body: []byte(b)})
			}
			p.await("t.b", 2)
			p.say("%s", p.deaths(p.get("t.b")))
			p.drain("t.a")
			p.drain("t.b")
		}, "t.b: 1\nmap[count:1 exchange: queue:t.a reason:maxlen routing-keys:[t.a]]\nt.a: 3 4\nt.b: 2"},
		{"too many bytes", func(p *player) {
			p.queue("t.a", amqp091.Table{"x-max-length-bytes": int32(1000)})
			for _, b := range []string{"1", "2", "3"} {
				p.confirmed("", "t.a", amqp091.Publishing{Body: []byte(strings.Repeat(b, 400))})
			}
			for range 2 {
				d, _, err := p.channel().Get("t.a", true)
				p.must(err)
				p.say("%.1s", d.Body)
			}
			p.get("t.a")
		}, "2\n3\nt.a is empty"},
		{"reject-publish", func(p *player) {
			p.queue("t.a", amqp091.Table{"x-max-length": int32(2), "x-overflow": "reject-publish"})
			for _, b := range []string{"1", "2", "3"} {
				p.say("%s %t", b, p.confirmed("", "t.a", amqp091.Publishing{Body: []byte(b)}))
			}
			p.drain("t.a")
		}, "1 true\n2 true\n3 false\nt.a: 1 2"},
		{"reject-publish-dlx", func(p *player) {
			dead(p, amqp091.Table{"x-max-length": int32(1), "x-overflow": "reject-publish-dlx"})
			for _, b := range []string{"1", "2"} {
				p.say("%s %t", b, p.confirmed("", "t.a", amqp091.Publishing{Body: []byte(b)}))
			}
			p.await("t.b", 1)
			p.say("%s", p.deaths(p.get("t.b")))
			p.drain("t.a")
		}, "1 true\n2 false\nt.b: 2\nmap[count:1 exchange: queue:t.a reason:maxlen routing-keys:[t.a]]\nt.a: 1"},
		{"by an exchange, with its own key", func(p *player) {
			p.exchange("t.x", "direct")
			p.queue("t.b", nil)
			p.must(p.channel().QueueBind("t.b", "t.a", "t.x", false, nil))
			p.queue("t.a", amqp091.Table{"x-dead-letter-exchange": "t.x"})
			p.confirmed("", "t.a", amqp091.Publishing{Body: []byte("1")})
			p.must(p.get("t.a").Reject(false))
			p.await("t.b", 1)
			d := p.get("t.b")
			p.say("%q %q", d.Exchange, d.RoutingKey)
		}, "t.a: 1\nt.b: 1\n\"t.x\" \"t.a\""},
		{"around and back, then no more", func(p *player) {
			p.queue("t.b", amqp091.Table{"x-message-ttl": int32(10), "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "t.a"})
			p.queue("t.a", amqp091.Table{"x-message-ttl": int32(10), "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "t.b"})
			p.queue("t.c", nil)
			p.confirmed("", "t.a", amqp091.Publishing{Body: []byte("1")})
			p.confirmed("", "t.c", amqp091.Publishing{Expiration: "100", Body: []byte("clock")})
			p.await("t.c", 0)
			p.drain("t.a")
			p.drain("t.b")
		}, "t.a:\nt.b:"},
		{"a wait and back", func(p *player) {
			p.queue("t.b", amqp091.Table{"x-message-ttl": int32(10), "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "t.a"})
			p.queue("t.a", amqp091.Table{"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "t.b"})
			p.confirmed("", "t.a", amqp091.Publishing{Body: []byte("1")})
			for range 2 {
				p.await("t.a", 1)
				p.must(p.get("t.a").Reject(false))
			}
			p.await("t.a", 1)
			p.say("%s", p.deaths(p.get("t.a")))
		}, `t.a: 1
			t.a: 1
			t.a: 1
			map[count:2 exchange: queue:t.b reason:expired routing-keys:[t.b]] map[count:2 exchange: queue:t.a reason:rejected routing-keys:[t.a]]`},
		{"delivery limit", func(p *player) {
			p.queue("t.b", nil)
			_, err := p.channel().QueueDeclare("t.a", true, false, false, false, amqp091.Table{
				"x-queue-type": "quorum", "x-delivery-limit": int32(2), "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "t.b",
			})
			p.must(err)
			p.confirmed("", "t.a", amqp091.Publishing{Body: []byte("1")})
			c, err := p.channel().Consume("t.a", "", false, false, false, false, nil)
			p.must(err)
			for range 3 {
				d := p.next(c)
				p.say("%s %t, count %v", d.Body, d.Redelivered, d.Headers["x-delivery-count"])
				p.must(d.Nack(false, true))
			}
			p.await("t.b", 1)
			d := p.get("t.b")
			p.say("%s %v", p.deaths(d), d.Headers["x-delivery-count"])
		}, `1 false, count <nil>
			1 true, count 1
			1 true, count 2
			t.b: 1
			map[count:1 exchange: queue:t.a reason:delivery_limit routing-keys:[t.a]] <nil>`},
		{"priorities", func(p *player) {
			p.queue("t.a", amqp091.Table{"x-max-priority": int32(5)})
			for i, n := range []uint8{0, 3, 9, 5, 3} {
				p.confirmed("", "t.a", amqp091.Publishing{Priority: n, Body: fmt.Append(nil, n, "#", i)})
			}
			p.drain("t.a")
		}, "t.a: 9#2 5#3 3#1 3#4 0#0"},
		{"an unused queue expires", func(p *player) {
			p.queue("t.b", nil)
			p.queue("t.a", amqp091.Table{"x-expires": int32(300)})
			c, err := p.channel().Consume("t.a", "c", true, false, false, false, nil)
			p.must(err)
			p.confirmed("", "t.b", amqp091.Publishing{Expiration: "400", Body: []byte("clock")})
			p.await("t.b", 0)
			p.confirmed("", "t.a", amqp091.Publishing{Body: []byte("still there")})
			p.say("%s", p.next(c).Body)
			p.must(p.channel().Cancel("c", false))
			p.confirmed("", "t.b", amqp091.Publishing{Expiration: "600", Body: []byte("clock")})
			p.await("t.b", 0)
			_, err = p.channel().QueueDeclarePassive("t.a", false, false, false, false, nil)
			p.did("is it there?", err)
		}, "still there\nis it there? 404 NOT_FOUND - no queue 't.a' in vhost '/'"},
	})
}
