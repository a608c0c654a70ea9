package amqp_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	amqp091 "github.com/rabbitmq/amqp091-go"
	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/embedded/amqp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// realBroker names the address of a RabbitMQ, amqp://user:password@host:port/, that
// every scene is played against as well. Both must show the same.
const realBroker = "MSC_SIM_RABBITMQ"

// start starts a broker for one test.
func start(t testing.TB, o amqp.Options) *amqp.Server {
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

func url(s *amqp.Server) string { return "amqp://guest:guest@" + s.Addr() + "/" }

// scene is something a client does, and what it sees, line by line.
type scene struct {
	name string
	play func(p *player)
	want string
}

// play plays scenes against our broker, and against a real one where there is one.
func play(t *testing.T, scenes []scene) {
	brokers := []struct{ name, url string }{{"ours", url(start(t, amqp.Options{}))}}
	if real := os.Getenv(realBroker); real != "" {
		brokers = append(brokers, struct{ name, url string }{"RabbitMQ", real})
	}
	for _, b := range brokers {
		for _, s := range scenes {
			t.Run(b.name+"/"+s.name, func(t *testing.T) {
				p := &player{t: t, url: b.url}
				defer p.leave()
				p.clean()
				s.play(p)
				p.clean()
				if diff := cmp.Diff(lines(s.want), p.seen); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		}
	}
}

func lines(s string) (all []string) {
	for l := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		all = append(all, strings.TrimSpace(l))
	}
	return all
}

// player is a client that writes down what it sees. What it names begins with
// "t." and is removed before and after a scene.
type player struct {
	t    *testing.T
	url  string
	c    *amqp091.Connection
	ch   *amqp091.Channel
	seen []string
}

var names = []string{"t.a", "t.b", "t.c", "t.x", "t.y", "t.z"}

func (p *player) clean() {
	p.leave()
	for _, n := range names {
		_, err := p.channel().QueueDelete(n, false, false, false)
		p.must(err)
		p.must(p.channel().ExchangeDelete(n, false, false))
	}
	p.leave()
}

func (p *player) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *player) leave() {
	if p.c != nil && !p.c.IsClosed() {
		_ = p.c.Close() // it may be broken, which is what some scenes are about
	}
	p.c, p.ch = nil, nil
}

// conn is a connection; a new one when the last was closed.
func (p *player) conn() *amqp091.Connection {
	p.t.Helper()
	if p.c == nil || p.c.IsClosed() {
		var err error
		p.c, err = amqp091.Dial(p.url)
		p.must(err)
		p.ch = nil
	}
	return p.c
}

// channel is a channel; a new one when the last was closed.
func (p *player) channel() *amqp091.Channel {
	p.t.Helper()
	if c := p.conn(); p.ch == nil || p.ch.IsClosed() {
		var err error
		p.ch, err = c.Channel()
		p.must(err)
	}
	return p.ch
}

func (p *player) say(format string, args ...any) {
	p.seen = append(p.seen, fmt.Sprintf(format, args...))
}

// did writes down how something ended.
func (p *player) did(what string, err error) {
	p.t.Helper()
	var e *amqp091.Error
	switch {
	case err == nil:
		p.say("%s ok", what)
	case errors.As(err, &e):
		p.say("%s %d %s", what, e.Code, e.Reason)
	default:
		p.say("%s %v", what, err)
	}
}

// closes writes down why the channel, or its connection, is closed by what do does.
func (p *player) closes(what string, do func(ch *amqp091.Channel)) {
	p.t.Helper()
	ch := p.channel()
	channel := ch.NotifyClose(make(chan *amqp091.Error, 1))
	connection := p.conn().NotifyClose(make(chan *amqp091.Error, 1))
	do(ch)
	e := p.wait(what, channel)
	select {
	case hard := <-connection:
		if hard != nil {
			p.did("connection: "+what, hard)
			return
		}
	default:
	}
	p.did(what, e)
}

func (p *player) wait(what string, c <-chan *amqp091.Error) *amqp091.Error {
	p.t.Helper()
	select {
	case e := <-c:
		return e
	case <-time.After(5 * time.Second):
		p.t.Fatalf("%s: nothing happened", what)
		return nil
	}
}

func (p *player) queue(name string, args amqp091.Table) {
	p.t.Helper()
	_, err := p.channel().QueueDeclare(name, false, false, false, false, args)
	p.must(err)
}

func (p *player) exchange(name, kind string) {
	p.t.Helper()
	p.must(p.channel().ExchangeDeclare(name, kind, false, false, false, false, nil))
}

func (p *player) publish(exchange, key, body string) {
	p.t.Helper()
	p.send(exchange, key, amqp091.Publishing{Body: []byte(body)})
}

func (p *player) send(exchange, key string, m amqp091.Publishing) {
	p.t.Helper()
	p.must(p.channel().PublishWithContext(p.t.Context(), exchange, key, false, false, m))
}

// confirmed publishes, and waits until the broker has said what became of it.
func (p *player) confirmed(exchange, key string, m amqp091.Publishing) bool {
	p.t.Helper()
	p.must(p.channel().Confirm(false))
	d, err := p.channel().PublishWithDeferredConfirmWithContext(p.t.Context(), exchange, key, false, false, m)
	p.must(err)
	ok, err := d.WaitContext(p.t.Context())
	p.must(err)
	return ok
}

// get takes a message, and writes it down.
func (p *player) get(queue string) amqp091.Delivery {
	p.t.Helper()
	d, ok, err := p.channel().Get(queue, false)
	p.must(err)
	if !ok {
		p.say("%s is empty", queue)
		return d
	}
	again := ""
	if d.Redelivered {
		again = " again"
	}
	p.say("%s: %s%s", queue, d.Body, again)
	return d
}

// drain takes and acknowledges what is in a queue, and writes down all of it.
func (p *player) drain(queue string) {
	p.t.Helper()
	var all []string
	for {
		d, ok, err := p.channel().Get(queue, true)
		p.must(err)
		if !ok {
			break
		}
		all = append(all, string(d.Body))
	}
	p.say("%s", strings.TrimSpace(queue+": "+strings.Join(all, " ")))
}

// await waits until a queue has so many messages ready.
func (p *player) await(queue string, n int) {
	p.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; {
		q, err := p.channel().QueueDeclarePassive(queue, false, false, false, false, nil)
		p.must(err)
		if q.Messages == n {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%s has %d messages, want %d", queue, q.Messages, n)
		}
	}
}

// next is the next delivery of a consumer.
func (p *player) next(c <-chan amqp091.Delivery) amqp091.Delivery {
	p.t.Helper()
	select {
	case d, ok := <-c:
		if !ok {
			p.say("no more deliveries")
		}
		return d
	case <-time.After(5 * time.Second):
		p.t.Fatal("nothing is delivered")
		return amqp091.Delivery{}
	}
}

// quiet writes down when a consumer gets something it should not. What the broker
// sent before it answered here would have come.
func (p *player) quiet(c <-chan amqp091.Delivery) {
	p.t.Helper()
	p.must(p.channel().Flow(true))
	select {
	case d := <-c:
		p.say("unexpected: %s", d.Body)
	default:
	}
}
