package lab_test

import (
	"context"
	"strings"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// ended matches what the customer hears.
func ended(text string, late bool) func(sim.Event) bool {
	return func(e sim.Event) bool {
		f, ok := e.Fact.(sim.Ended)
		return ok && f.Text == text && f.Late == late
	}
}

// allSettled waits until nothing of a link is pending or on its way any more.
func allSettled(t *testing.T, l *lab.Lab, id sim.LinkID) sim.LinkStats {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for after := sim.Seq(0); ; {
		s := l.LinkStats(id)
		if s.Pending == 0 && s.InFlight == 0 && s.Draining == 0 {
			return s
		}
		e, err := l.Timeline().Await(ctx, after, func(e sim.Event) bool { return true })
		if err != nil {
			t.Fatalf("%s: %d pending, %d in flight, %d draining", id, s.Pending, s.InFlight, s.Draining)
		}
		after = max(e.Seq, l.Timeline().(interface{ Last() sim.Seq }).Last())
	}
}

func TestAnOrderByMailIsPendingFirst(t *testing.T) {
	for _, tt := range []struct{ card, later, status string }{
		{"", "confirmed", "confirmed"},
		{"declined", "declined", "declined"},
	} {
		t.Run(tt.status, func(t *testing.T) {
			l := open(t, "mail", lab.Options{})
			placed := do(t, l, sim.Send{UseCase: "order.place", Fields: map[string]string{"card": tt.card}})
			if placed.Text != "pending" {
				t.Errorf("the customer saw %q, want pending", placed.Text)
			}
			first := await(t, l, 0, ended("pending", false))
			late := await(t, l, first.Seq, ended(tt.later, true))
			if late.Trace != first.Trace {
				t.Error("the late outcome belongs to another request")
			}
			if got := do(t, l, sim.Send{UseCase: "order.get", Fields: map[string]string{"id": "o-1"}}).Text; got != tt.status {
				t.Errorf("the order is %q, want %s", got, tt.status)
			}
			s := allSettled(t, l, "order:payment")
			if s.Transport != "nats" || s.Sent != 1 || s.Accepted != 1 || s.Settled != 1 || s.Failed+s.Lost+s.Answered != 0 {
				t.Errorf("%+v", s)
			}
			if s := allSettled(t, l, "order:notification"); s.Settled != s.Accepted {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestAPublisherOutsideReachesAService(t *testing.T) {
	l := open(t, "mail", lab.Options{})
	nc, err := client.Connect("nats://" + natsAddr(t, l))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	heard, err := nc.SubscribeSync("order.notification.work")
	if err != nil {
		t.Fatal(err)
	}
	m := client.NewMsg("order.notification.work")
	m.Header.Set("type", "shop.notification.v1.Notify")
	m.Data = []byte(`{"to":"c-9","text":"from outside"}`)
	if err := nc.PublishMsg(m); err != nil {
		t.Fatal(err)
	}
	await(t, l, 0, func(e sim.Event) bool {
		f, ok := e.Fact.(sim.Effect)
		return ok && f.Text == "wrote to c-9: from outside"
	})
	if got, err := heard.NextMsg(patience); err != nil || string(got.Data) != string(m.Data) {
		t.Errorf("a subscriber outside heard %v, %v", got, err)
	}
	do(t, l, sim.Send{UseCase: "order.place"})
	if got, err := heard.NextMsg(patience); err != nil || got.Header.Get("traceparent") == "" || got.Header.Get("type") != "shop.notification.v1.Notify" {
		t.Errorf("a subscriber outside heard %v, %v", got, err)
	}
}

func natsAddr(t *testing.T, l *lab.Lab) string {
	t.Helper()
	for _, e := range l.Endpoints() {
		if e.Name == "nats" && e.Protocol == "nats" {
			return e.Addr
		}
	}
	t.Fatalf("nats has no endpoint: %v", l.Endpoints())
	return ""
}

// What waits in a queue when its reader is dead is read when it lives again.
func TestLettersWaitForADeadReader(t *testing.T) {
	l := open(t, "mail", lab.Options{})
	do(t, l, sim.Kill{Target: "notification"})
	do(t, l, sim.Send{UseCase: "order.place", N: 5})
	await(t, l, 0, func(e sim.Event) bool {
		f, ok := e.Fact.(sim.Queue)
		return ok && f.Name == "order:notification" && f.Ready == 5
	})
	do(t, l, sim.Start{Target: "notification"})
	if s := allSettled(t, l, "order:notification"); s.Accepted != 5 || s.Settled != 5 || s.Lost != 0 {
		t.Errorf("%+v", s)
	}
}

// An instance that dies with a message in hand leaves it to the next.
func TestAMessageInHandIsHandedOutAgain(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, `
name: slow mail
services:
  client:  {kind: client}
  payment: {kind: payment, instances: 2, time: fixed 300ms}
links: {"client:payment": {transport: nats}}
use_cases:
  pay: {from: client, ask: payment.Charge, body: {order_id: o-1, customer_id: c-1, amount: {currency: EUR, cents: 100}}}
`), lab.Options{})
	if got := do(t, l, sim.Send{UseCase: "pay"}).Text; got != "pending" {
		t.Errorf("the customer saw %q", got)
	}
	first := await(t, l, 0, func(e sim.Event) bool { _, ok := e.Fact.(sim.Received); return ok })
	do(t, l, sim.Kill{Target: first.Node.String() + map[bool]string{true: "#1"}[first.Node.N <= 1]})
	again := await(t, l, first.Seq, func(e sim.Event) bool { _, ok := e.Fact.(sim.Redelivered); return ok })
	if again.Span != first.Span || again.Node == first.Node || again.Fact.(sim.Redelivered).Try != 2 {
		t.Errorf("%v at %s, after %s", again.Fact, again.Node, first.Node)
	}
	await(t, l, first.Seq, ended("charged", true))
	if s := allSettled(t, l, "client:payment"); s.Settled != 1 || s.Lost != 0 {
		t.Errorf("%+v", s)
	}
}

func TestABrokerThatIsKilledAndStarted(t *testing.T) {
	t.Parallel()
	l := open(t, "mail", lab.Options{})
	do(t, l, sim.Send{UseCase: "order.place"})
	allSettled(t, l, "order:payment")
	at := natsAddr(t, l)
	do(t, l, sim.Kill{Target: "nats"})
	if got := do(t, l, sim.Send{UseCase: "order.place"}).Text; !strings.Contains(got, "connection refused") {
		t.Errorf("without a broker the customer saw %q", got)
	}
	if _, err := l.Do(t.Context(), sim.Swap{Link: "order:inventory", Transport: "nats-reply"}); sim.CodeOf(err) != sim.Conflict {
		t.Errorf("a swap to a broker that is dead: %v", err)
	}
	start := do(t, l, sim.Start{Target: "nats"})
	if start.Text != "nats started" {
		t.Errorf("%q", start.Text)
	}
	if again := natsAddr(t, l); again != at {
		t.Errorf("it came back on %s, not %s", again, at)
	}
	if got := do(t, l, sim.Send{UseCase: "order.place"}).Text; got != "pending" {
		t.Errorf("with the broker back the customer saw %q", got)
	}
	late := await(t, l, start.Seq, ended("confirmed", true))
	if took := late.At - await(t, l, start.Seq, fact[sim.Begun]("client")).At; took > 10*time.Second {
		t.Errorf("it took %s to work again", took)
	}
	for _, step := range []struct {
		c    sim.Command
		want string
	}{
		{sim.Start{Target: "nats"}, "nats was started already"},
		{sim.Pause{Target: "nats"}, "nats paused"},
		{sim.Pause{Target: "nats"}, "nats was paused already"},
		{sim.Resume{Target: "nats"}, "nats resumed"},
		{sim.Restart{Target: "nats"}, "nats restarted"},
	} {
		if got := do(t, l, step.c).Text; got != step.want {
			t.Errorf("%T: %q, want %q", step.c, got, step.want)
		}
	}
}

func TestAPausedBrokerIsSilent(t *testing.T) {
	t.Parallel()
	l := openSpec(t, parse(t, `
name: silent mail
services:
  client:  {kind: client}
  payment: {kind: payment}
links: {"client:payment": {transport: nats-reply}}
use_cases:
  pay: {from: client, ask: payment.Charge, body: {order_id: o-1, customer_id: c-1, amount: {currency: EUR, cents: 100}}, deadline: 2s}
`), lab.Options{})
	if got := do(t, l, sim.Send{UseCase: "pay"}).Text; got != "charged" {
		t.Errorf("the customer saw %q", got)
	}
	do(t, l, sim.Pause{Target: "nats"})
	if got := do(t, l, sim.Send{UseCase: "pay"}).Text; got != "no response" {
		t.Errorf("paused: the customer saw %q", got)
	}
	paused := last(t, l)
	do(t, l, sim.Resume{Target: "nats"})
	await(t, l, paused, func(e sim.Event) bool { // it had expired when it was handed out
		f, ok := e.Fact.(sim.Replied)
		return ok && f.Code == sim.Timeout
	})
	if s := allSettled(t, l, "client:payment"); s.TimedOut != 1 || s.Answered != 1 || s.Lost != 0 {
		t.Errorf("%+v", s)
	}
	if got := do(t, l, sim.Send{UseCase: "pay"}).Text; got != "charged" {
		t.Errorf("resumed: the customer saw %q", got)
	}
}

func TestSwapStartsTheBrokerItNeeds(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	for _, e := range l.Endpoints() {
		if e.Protocol == "nats" {
			t.Error("a broker runs that nobody named")
		}
	}
	do(t, l, sim.Swap{Link: "order:payment", Transport: "nats"})
	if natsAddr(t, l) == "" {
		t.Error("no broker")
	}
	if got := do(t, l, sim.Send{UseCase: "order.place"}).Text; got != "pending" && got != "confirmed" {
		t.Errorf("the customer saw %q", got)
	}
	allSettled(t, l, "order:payment")
	do(t, l, sim.Swap{Link: "order:payment", Transport: "nats-reply"})
	if got := do(t, l, sim.Send{UseCase: "order.place"}).Text; got != "confirmed" {
		t.Errorf("the customer saw %q", got)
	}
}

func TestAPoisonMessageIsBuried(t *testing.T) {
	t.Parallel()
	l := open(t, "mail", lab.Options{})
	nc, err := client.Connect("nats://" + natsAddr(t, l))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if err := nc.Publish("order.notification.work", []byte("poison")); err != nil {
		t.Fatal(err)
	}
	buried := await(t, l, 0, fact[sim.Buried]("nats")).Fact.(sim.Buried)
	if buried.Queue != "order:notification" || buried.Why == "" {
		t.Errorf("%+v", buried)
	}
	for _, q := range do(t, l, sim.Show{What: "queues"}).Data.([]lab.Queue) {
		if q.Name == "order:notification" && q.Buried != 1 {
			t.Errorf("%+v", q)
		}
	}
}
