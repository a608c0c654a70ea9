package amqp_test

import (
	"os"
	"testing"

	amqp091 "github.com/rabbitmq/amqp091-go"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// benchmark measures against our broker and against the real one, where there is
// one: messages that need not survive, and such that must. RabbitMQ writes the
// latter through to the disk before it confirms, as ours does with Always.
func benchmark(b *testing.B, run func(b *testing.B, ch *amqp091.Channel, m amqp091.Publishing)) {
	play := func(name, at string, durable bool) {
		b.Run(name, func(b *testing.B) {
			c, err := amqp091.Dial(at)
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			ch, err := c.Channel()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := ch.QueueDeclare("t.bench", durable, false, false, false, nil); err != nil {
				b.Fatal(err)
			}
			defer ch.QueueDelete("t.bench", false, false, false)
			if err := ch.Confirm(false); err != nil {
				b.Fatal(err)
			}
			m := amqp091.Publishing{ContentType: "application/json", Body: make([]byte, 488)}
			if durable {
				m.DeliveryMode = amqp091.Persistent
			}
			run(b, ch, m)
		})
	}
	play("ours transient", url(start(b, amqp.Options{})), false)
	play("ours written", url(start(b, amqp.Options{Dir: b.TempDir()})), true)
	play("ours always", url(start(b, amqp.Options{Dir: b.TempDir(), Sync: queue.Always})), true)
	if real := os.Getenv(realBroker); real != "" {
		play("RabbitMQ transient", real, false)
		play("RabbitMQ durable", real, true)
	}
}

func send(b *testing.B, ch *amqp091.Channel, m amqp091.Publishing) *amqp091.DeferredConfirmation {
	c, err := ch.PublishWithDeferredConfirm("", "t.bench", false, false, m)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// One publisher that waits for each confirm.
func BenchmarkPublishConfirm(b *testing.B) {
	benchmark(b, func(b *testing.B, ch *amqp091.Channel, m amqp091.Publishing) {
		for b.Loop() {
			send(b, ch, m).Wait()
		}
	})
}

// One publisher with up to 100 messages that wait for theirs.
func BenchmarkPublishConfirmPipelined(b *testing.B) {
	benchmark(b, func(b *testing.B, ch *amqp091.Channel, m amqp091.Publishing) {
		var open []*amqp091.DeferredConfirmation
		for b.Loop() {
			if open = append(open, send(b, ch, m)); len(open) == 100 {
				for _, c := range open {
					c.Wait()
				}
				open = open[:0]
			}
		}
		for _, c := range open {
			c.Wait()
		}
	})
}

// From the publisher to a consumer that acknowledges, one after another.
func BenchmarkPublishConsume(b *testing.B) {
	benchmark(b, func(b *testing.B, ch *amqp091.Channel, m amqp091.Publishing) {
		in, err := ch.Consume("t.bench", "", false, false, false, false, nil)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			send(b, ch, m)
			d := <-in
			if err := d.Ack(false); err != nil {
				b.Fatal(err)
			}
		}
	})
}
