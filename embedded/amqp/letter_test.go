package amqp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	amqp091 "github.com/rabbitmq/amqp091-go"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/queue"
)

// Dead letters can be read, and put back.
func TestLetters(t *testing.T) {
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
	p.confirmed("", "t.b", amqp091.Publishing{Body: []byte("not a dead letter")})
	p.confirmed("", "t.a", amqp091.Publishing{ContentType: "text/plain", Headers: amqp091.Table{"n": int32(7)}, Body: []byte("1")})
	p.must(p.get("t.a").Reject(false))
	if m := <-heard; m.Queue != "t.a" || m.Why != "rejected" {
		t.Errorf("heard %+v", m)
	} else if diff := cmp.Diff([][2]string{{"content-type", "text/plain"}, {"n", "7"}}, amqp.ReadHeader(m.Props)); diff != "" {
		t.Error(diff)
	}
	p.await("t.b", 2)
	got, err := s.Peek("t.a", 10)
	p.must(err)
	want := []amqp.Letter{{Key: "t.b", Body: []byte("1"), Queue: "t.a", Why: "rejected", Tries: 1}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(amqp.Letter{}, "At", "Header")); diff != "" {
		t.Error(diff)
	}
	if n, err := s.Redrive("t.a"); n != 1 || err != nil {
		t.Errorf("put back %d, %v", n, err)
	}
	p.await("t.b", 1)
	p.await("t.a", 1)
	for _, name := range []string{"t.b", "nowhere"} {
		if _, err := s.Redrive(name); err == nil {
			t.Errorf("%s has no dead letters, and no error says so", name)
		}
		if _, err := s.Peek(name, 1); err == nil {
			t.Errorf("%s has no dead letters, and no error says so", name)
		}
	}
}

// Where each dead letter keeps its key, those that the exchange leads to are looked through.
func TestLettersByAnExchange(t *testing.T) {
	s := start(t, amqp.Options{})
	p := &player{t: t, url: url(s)}
	defer p.leave()
	p.exchange("t.x", "topic")
	p.queue("t.b", nil)
	p.must(p.channel().QueueBind("t.b", "#", "t.x", false, nil))
	p.queue("t.a", amqp091.Table{"x-dead-letter-exchange": "t.x"})
	p.confirmed("", "t.a", amqp091.Publishing{Body: []byte("1")})
	p.must(p.get("t.a").Reject(false))
	p.await("t.b", 1)
	if got, err := s.Peek("t.a", 1); err != nil || len(got) != 1 || got[0].Key != "t.a" || got[0].Exchange != "t.x" {
		t.Errorf("got %+v, %v", got, err)
	}
	if n, err := s.Redrive("t.a"); n != 1 || err != nil {
		t.Errorf("put back %d, %v", n, err)
	}
	p.await("t.a", 1)
}

func TestStartRefuses(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", "example.org:5672", "127.0.0.1"} {
		if s, err := amqp.Start(t.Context(), amqp.Options{Addr: addr}); err == nil {
			_ = s.Close()
			t.Errorf("%s is served", addr)
		}
	}
}
