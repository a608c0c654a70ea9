package tui

import (
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/tuitest"
	"github.com/msc-sim/msc-sim/sim"
)

// waits lets letters wait in the RabbitMQ of a rig's world.
func (r *rig) waits() {
	r.w.SetUnder(tuitest.Waiting())
	at := func(f sim.Fact) sim.Event {
		return sim.Event{At: r.w.Now(), Node: sim.Instance{Service: "rabbitmq", N: 1}, Fact: f}
	}
	r.w.Log.Add(
		at(sim.Started{Addr: "127.0.0.1:45672"}),
		at(sim.Queue{Name: "order:mail", Ready: 1204, Unacked: 30}),
		at(sim.Queue{Name: "order:audit"}),
		at(sim.Buried{Queue: "order:mail", Why: "delivery_limit"}),
		at(sim.Buried{Queue: "order:mail", Why: "delivery_limit"}),
	)
	r.hurry(3 * time.Second)
}

func TestDeadLettersAreOpenedAndPutBack(t *testing.T) {
	everySize(t, inPlayground, func(r *rig, size string) {
		r.waits()
		r.press("6", "tab")
		r.hurry(300 * time.Millisecond)
		r.sees("order:mail", "rabbitmq", "1,204", "default exchange", "enter dead-letter queue")
		r.press("down", "down", "enter")
		r.sees("order:audit: its dead-letter queue is empty")
		r.press("up")
		r.golden("panel-kept-" + size)
		r.press("enter")
		r.settle()
		r.sees("dead-letter queue of order:mail", "delivery_limit", "15:04:05", `"to": "c-1"`, "shop.mail.v1.Notify", "r redrive all")
		r.golden("dead-" + size)
		r.press("down")
		r.sees("no JSON")
		r.press("r")
		r.settle()
		r.does(sim.Redrive{Queue: "order:mail"})
		r.sees("put back into order:mail: 2", "the dead-letter queue is empty")
		r.press("r")
		r.sees("its dead-letter queue is empty")
		r.press("esc")
		r.sees("1,204")
		r.press("enter")
		r.sees("order:mail: its dead-letter queue is empty")
	})
}
