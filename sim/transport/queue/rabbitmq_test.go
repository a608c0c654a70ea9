package queue_test

import (
	"testing"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/conform"
	"github.com/msc-sim/msc-sim/sim/transport/queue"
	"github.com/msc-sim/msc-sim/sim/wire"
)

// rabbit starts an embedded AMQP broker for one test.
func rabbit(t *testing.T, o amqp.Options) *amqp.Server {
	t.Helper()
	s, err := amqp.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestRabbitMQConformance(t *testing.T) {
	for name, o := range map[string]queue.Options{"rabbitmq": {}, "rabbitmq-reply": {Reply: true}, "rabbitmq-reply as protobuf": {Reply: true, Binary: true}} {
		t.Run(name, func(t *testing.T) {
			conform.Run(t, conform.Subject{New: func(t *testing.T) (sim.Transport, sim.Net) {
				n := wire.New(wire.Options{})
				o.Addr = rabbit(t, amqp.Options{}).Addr
				t.Cleanup(func() { _ = n.Close() })
				return queue.RabbitMQ(o), n
			}})
		})
	}
}
