package amqp_test

import (
	"os"
	"testing"

	amqp091 "github.com/rabbitmq/amqp091-go"

	"github.com/msc-sim/msc-sim/embedded/amqp"
)

// benchmark measures against our broker, in memory and on disk, and against the
// real one where there is one.
func benchmark(b *testing.B, run func(b *testing.B, ch *amqp091.Channel)) {
	play := func(name, at string) {
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
			if _, err := ch.QueueDeclare("t.bench", true, false, false, false, nil); err != nil {
				b.Fatal(err)
			}
			defer ch.QueueDelete("t.bench", false, false, false)
			if err := ch.Confirm(false); err != nil {
				b.Fatal(err)
			}
			run(b, ch)
		})
	}
	play("ours in memory", url(start(b, amqp.Options{})))
	play("ours on disk", url(start(b, amqp.Options{Dir: b.TempDir()})))
	if real := os.Getenv(realBroker); real != "" {
		play("RabbitMQ", real)
	}
}

var order = amqp091.Publishing{DeliveryMode: amqp091.Persistent, ContentType: "application/json", Body: make([]byte, 488)}

func send(b *testing.B, ch *amqp091.Channel) *amqp091.DeferredConfirmation {
	c, err := ch.PublishWithDeferredConfirm("", "t.bench", false, false, order)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// One publisher that waits for each confirm.
func BenchmarkPublishConfirm(b *testing.B) {
	benchmark(b, func(b *testing.B, ch *amqp091.Channel) {
		for b.Loop() {
			send(b, ch).Wait()
		}
	})
}

// One publisher with up to 100 messages that wait for theirs.
func BenchmarkPublishConfirmPipelined(b *testing.B) {
	benchmark(b, func(b *testing.B, ch *amqp091.Channel) {
		var open []*amqp091.DeferredConfirmation
		for b.Loop() {
			if open = append(open, send(b, ch)); len(open) == 100 {
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
	benchmark(b, func(b *testing.B, ch *amqp091.Channel) {
		in, err := ch.Consume("t.bench", "", false, false, false, false, nil)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			send(b, ch)
			d := <-in
			if err := d.Ack(false); err != nil {
				b.Fatal(err)
			}
		}
	})
}
