package amqp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	amqp091 "github.com/rabbitmq/amqp091-go"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// What is told of a message that dies has its properties and headers.
func TestHeadersOfABurial(t *testing.T) {
	heard := make(chan queue.Move, 64)
	s := start(t, amqp.Options{Observe: func(m queue.Move) {
		if m.What == queue.Buried {
			heard <- m
		}
	}})
	p := &player{t: t, url: url(s)}
	defer p.leave()
	p.queue("t.b", nil)
	p.queue("t.a", amqp091.Table{"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "t.b"})
	p.confirmed("", "t.a", amqp091.Publishing{ContentType: "text/plain", Headers: amqp091.Table{"n": int32(7)}, Body: []byte("1")})
	p.must(p.get("t.a").Reject(false))
	if m := <-heard; m.Queue != "t.a" || m.Why != "rejected" {
		t.Errorf("heard %+v", m)
	} else if diff := cmp.Diff([][2]string{{"content-type", "text/plain"}, {"n", "7"}}, amqp.ReadHeader(m.Props)); diff != "" {
		t.Error(diff)
	}
}

func TestStartRefuses(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", "example.org:5672", "127.0.0.1"} {
		if s, err := amqp.Start(t.Context(), amqp.Options{Addr: addr}); err == nil {
			_ = s.Close()
			t.Errorf("%s is served", addr)
		}
	}
}
