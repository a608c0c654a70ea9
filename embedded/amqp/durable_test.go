package amqp_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	amqp091 "github.com/rabbitmq/amqp091-go"

	"github.com/msc-sim/msc-sim/embedded/amqp"
)

// What is durable is there after the broker ended and came back; the rest is not.
func TestDurable(t *testing.T) {
	dir := t.TempDir()
	first := start(t, amqp.Options{Dir: dir})
	p := &player{t: t, url: url(first)}
	ch := p.channel()
	must := p.must
	must(ch.ExchangeDeclare("t.x", "topic", true, false, false, false, amqp091.Table{"alternate-exchange": "t.y"}))
	must(ch.ExchangeDeclare("t.y", "fanout", true, false, false, false, nil))
	must(ch.ExchangeDeclare("t.z", "fanout", false, false, false, false, nil))
	declare := func(name string, durable, exclusive bool, args amqp091.Table) {
		_, err := ch.QueueDeclare(name, durable, false, exclusive, false, args)
		must(err)
	}
	declare("t.a", true, false, amqp091.Table{"x-max-priority": int32(3)})
	declare("t.b", false, false, nil)
	declare("t.c", true, true, nil)
	must(ch.QueueBind("t.a", "order.*", "t.x", false, nil))
	must(ch.QueueBind("t.a", "gone", "t.x", false, nil))
	must(ch.QueueUnbind("t.a", "gone", "t.x", nil))
	must(ch.QueueBind("t.b", "order.*", "t.x", false, nil))
	must(ch.ExchangeBind("t.y", "", "t.x", false, nil))
	for body, m := range map[string]amqp091.Publishing{
		"kept": {DeliveryMode: amqp091.Persistent, Headers: amqp091.Table{"mine": int64(7)}}, "transient": {}, "taken": {DeliveryMode: amqp091.Persistent},
	} {
		m.Body = []byte(body)
		if !p.confirmed("t.x", "order.new", m) {
			t.Fatal("it was refused")
		}
	}
	for range 3 {
		d, _, err := ch.Get("t.a", false)
		must(err)
		if string(d.Body) == "taken" {
			must(d.Ack(false))
		}
	}
	must(ch.Qos(1, 0, false)) // the ack has been heard
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	p.leave()

	second := start(t, amqp.Options{Dir: dir})
	want := amqp.Topology{
		Exchanges: []amqp.Exchange{
			{Name: "t.x", Kind: "topic", Durable: true, Alternate: "t.y", Bindings: []amqp.Binding{{To: "t.a", Key: "order.*"}, {To: "t.y", ToExchange: true}}},
			{Name: "t.y", Kind: "fanout", Durable: true},
		},
		Queues: []amqp.Queue{{Name: "t.a", Durable: true, Ready: 1, Arguments: [][2]string{{"x-max-priority", "3"}}}},
	}
	got := second.Topology()
	sortBindings(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	p.url = url(second)
	defer p.leave()
	d := p.get("t.a")
	if string(d.Body) != "kept" || !d.Redelivered || d.Headers["mine"] != int64(7) {
		t.Errorf("got %s, again %t, %v", d.Body, d.Redelivered, d.Headers)
	}
	if !p.confirmed("t.x", "order.old", amqp091.Publishing{Body: []byte("by its binding")}) {
		t.Error("it was refused")
	}
	p.await("t.a", 1)
}

// sortBindings brings bindings into the order in which the test names them.
func sortBindings(t amqp.Topology) {
	for _, e := range t.Exchanges {
		if len(e.Bindings) == 2 && e.Bindings[0].ToExchange {
			e.Bindings[0], e.Bindings[1] = e.Bindings[1], e.Bindings[0]
		}
	}
}

// childDir makes the test binary a broker over this directory, and nothing else.
const childDir = "AMQP_TEST_BROKER_OVER"

func TestBrokerProcess(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		t.Skip("it is started by the test of a killed broker")
	}
	fmt.Println(start(t, amqp.Options{Dir: dir}).Addr())
	_, _ = bufio.NewReader(os.Stdin).ReadByte() // until the parent ends, or kills us
}

// Every message that was confirmed survives a killed process, whatever it was
// doing in that moment.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestBrokerProcess$")
	child.Env = append(os.Environ(), childDir+"="+dir)
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	confirmed := publishUntilKilled(t, "amqp://guest:guest@"+strings.TrimSpace(addr)+"/", child.Process)
	_ = child.Wait() // it was killed

	p := &player{t: t, url: url(start(t, amqp.Options{Dir: dir}))}
	defer p.leave()
	there := map[int]bool{}
	for {
		d, ok, err := p.channel().Get("t.a", true)
		p.must(err)
		if !ok {
			break
		}
		n, _ := strconv.Atoi(string(d.Body))
		there[n] = true
	}
	for n := range confirmed {
		if !there[n] {
			t.Fatalf("message %d of %d confirmed is gone; %d are there", n, confirmed, len(there))
		}
	}
}

// publishUntilKilled kills the broker in the midst of messages, and says how many
// had been confirmed.
func publishUntilKilled(t *testing.T, url string, broker *os.Process) (confirmed int) {
	p := &player{t: t, url: url}
	defer p.leave()
	ch := p.channel()
	_, err := ch.QueueDeclare("t.a", true, false, false, false, nil)
	p.must(err)
	p.must(ch.Confirm(false))
	heard := ch.NotifyPublish(make(chan amqp091.Confirmation, 10_000))
	const killAfter = 500
	for n := 0; n < 10_000 && !ch.IsClosed(); n++ {
		m := amqp091.Publishing{DeliveryMode: amqp091.Persistent, Body: []byte(strconv.Itoa(n))}
		if ch.PublishWithContext(t.Context(), "", "t.a", false, false, m) != nil {
			break
		}
		for len(heard) > 0 {
			if c := <-heard; c.Ack {
				confirmed++
			}
			if confirmed == killAfter {
				p.must(broker.Kill())
			}
		}
	}
	for c := range heard { // until the connection is gone
		if c.Ack {
			confirmed++
		}
		if confirmed == killAfter {
			p.must(broker.Kill())
		}
	}
	if confirmed < killAfter {
		t.Fatalf("only %d messages were confirmed", confirmed)
	}
	return confirmed
}
