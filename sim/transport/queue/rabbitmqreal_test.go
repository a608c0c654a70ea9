package queue_test

import (
	"os"
	"strings"
	"testing"

	amqp091 "github.com/rabbitmq/amqp091-go"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/conform"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// The suite once more, over the RabbitMQ at MSC_SIM_RABBITMQ
// (amqp://guest:guest@127.0.0.1:5672/), where there is one.
func TestRealRabbitMQ(t *testing.T) {
	at := os.Getenv("MSC_SIM_RABBITMQ")
	if at == "" {
		t.Skip("MSC_SIM_RABBITMQ names none")
	}
	_, addr, _ := strings.Cut(strings.TrimSuffix(at, "/"), "@")
	for _, o := range []queue.Options{{}, {Reply: true}} {
		o.Addr = func() string { return addr }
		t.Run(queue.RabbitMQ(o).Name(), func(t *testing.T) {
			conform.Run(t, conform.Subject{New: func(t *testing.T) (sim.Transport, sim.Net) {
				n := wire.New(wire.Options{})
				t.Cleanup(func() { _ = n.Close() })
				t.Cleanup(func() { sweep(t, at) })
				sweep(t, at)
				return queue.RabbitMQ(o), n
			}})
		})
	}
}

// sweep empties what the suite leaves in a broker that is not its own. The queues
// of a link stay: a quorum queue that is made again at once refuses messages.
func sweep(t *testing.T, at string) {
	c, err := amqp091.Dial(at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	do := func(what func(ch *amqp091.Channel) error) {
		ch, err := c.Channel()
		if err != nil {
			t.Fatal(err)
		}
		if err := what(ch); err == nil {
			_ = ch.Close() // an error, that a queue is not there, has closed it
		}
	}
	for _, q := range []string{"asker.server", "asker.server.reply", "asker.server.answer.1"} {
		do(func(ch *amqp091.Channel) error { _, err := ch.QueuePurge(q, false); return err })
	}
	for _, q := range []string{"events.made.mail", "events.made.stats"} {
		do(func(ch *amqp091.Channel) error { _, err := ch.QueueDelete(q, false, false, false); return err })
	}
	do(func(ch *amqp091.Channel) error { return ch.ExchangeDelete("made", false, false) })
}
