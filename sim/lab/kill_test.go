package lab_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

const slowPayment = `
name: slow
services:
  client:  {kind: client}
  payment: {kind: payment, time: fixed 300ms}
use_cases:
  pay: {from: client, ask: payment.Charge, body: {order_id: o-1, customer_id: c-1, amount: {currency: EUR, cents: 100}}}
`

// A kill in the middle of a handler: the peer sees a reset, nothing is charged
// later, and the next incarnation has another port and an empty memory.
func TestKillInTheMiddleOfAHandler(t *testing.T) {
	l := openSpec(t, parse(t, slowPayment), lab.Options{})
	old := addr(t, l, "payment")
	failed := make(chan error, 1)
	go func() {
		c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		res, err := c.Post("http://"+old+"/payments", "application/json", strings.NewReader(`{"order_id":"o-1","customer_id":"c-1","amount":{"currency":"EUR","cents":100}}`))
		if err == nil {
			_, err = io.ReadAll(res.Body)
			_ = res.Body.Close()
		}
		failed <- err
	}()
	await(t, l, 0, fact[sim.Received]("payment"))
	do(t, l, sim.Kill{Target: "payment"})
	if err := <-failed; !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
		t.Errorf("the peer saw %v, want a reset", err)
	} else if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the peer saw a clean end (%v), want a reset", err)
	}

	r := do(t, l, sim.Start{Target: "payment"})
	if now := addr(t, l, "payment"); now == old {
		t.Errorf("it came back on the same port %s", now)
	}
	if got := do(t, l, sim.Send{UseCase: "pay"}).Text; got != "charged" { // takes as long as the killed handler would have
		t.Errorf("the customer saw %q, want charged", got)
	}
	charged := 0
	for _, e := range events(t, l) {
		if _, ok := e.Fact.(sim.Effect); ok {
			charged++
			if e.Seq <= r.Seq {
				t.Errorf("an effect of the killed incarnation: %v", e.Fact)
			}
		}
	}
	if charged != 1 {
		t.Errorf("%d effects, want only the one of the new incarnation", charged)
	}
}

func TestKilledCallerFails(t *testing.T) {
	l := openSpec(t, parse(t, slowPayment), lab.Options{})
	done := make(chan sim.Result, 1)
	go func() {
		r, _ := l.Do(context.WithoutCancel(t.Context()), sim.Send{UseCase: "pay"})
		done <- r
	}()
	await(t, l, 0, fact[sim.Received]("payment"))
	do(t, l, sim.Kill{Target: "payment"})
	if got := (<-done).Text; !strings.Contains(got, "reset") {
		t.Errorf("the customer saw %q, want a reset", got)
	}
	s := l.LinkStats("client:payment")
	if s.Sent != 1 || s.Failed != 1 || s.InFlight != 0 {
		t.Errorf("%+v", s)
	}
	if got := do(t, l, sim.Send{UseCase: "pay"}).Text; !strings.Contains(got, "refused") {
		t.Errorf("a killed service: the customer saw %q, want refused", got)
	}
}

func TestPausedServiceIsSilent(t *testing.T) {
	l := openSpec(t, parse(t, strings.Replace(slowPayment, "cents: 100}}}", "cents: 100}}, deadline: 200ms}", 1)), lab.Options{})
	do(t, l, sim.Pause{Target: "payment"})
	if got := do(t, l, sim.Send{UseCase: "pay"}).Text; got != "no response" {
		t.Errorf("the customer saw %q, want no answer", got)
	}
	if s := l.LinkStats("client:payment"); s.TimedOut != 1 || s.Failed != 1 {
		t.Errorf("timed out %d, failed %d", s.TimedOut, s.Failed)
	}
	resumed := do(t, l, sim.Resume{Target: "payment"})
	if resumed.Text != "payment resumed" {
		t.Errorf("%q", resumed.Text)
	}
}

func TestStartStopWordsAreIdempotent(t *testing.T) {
	l := open(t, "catalog", lab.Options{})
	for _, step := range []struct {
		c    sim.Command
		want string
	}{
		{sim.Start{Target: "product"}, "product was started already"},
		{sim.Kill{Target: "product"}, "product killed"},
		{sim.Kill{Target: "product"}, "product was killed already"},
		{sim.Restart{Target: "product"}, "product restarted"},
		{sim.Pause{Target: "product"}, "product paused"},
		{sim.Pause{Target: "product"}, "product was paused already"},
		{sim.Restart{Target: "product"}, "product restarted"},
		{sim.Scale{Service: "product", N: 3}, "3 instances of product run"},
		{sim.Kill{Target: "product#2"}, "product#2 killed"},
		{sim.Send{UseCase: "product.get", N: 4}, "answered 4"},
		{sim.Scale{Service: "product", N: 1}, "1 instance of product runs"},
		{sim.ResetWorld{}, "everything started again"},
		{sim.Send{UseCase: "product.get"}, "answered"},
	} {
		if got := do(t, l, step.c).Text; got != step.want {
			t.Errorf("%T%v: %q, want %q", step.c, step.c, got, step.want)
		}
	}
	for _, c := range []sim.Command{
		sim.Kill{Target: "prodcut"},
		sim.Kill{Target: "client"},
		sim.Pause{Target: "product#9"},
		sim.Scale{Service: "product", N: 1000},
		sim.Send{UseCase: "product.gte"},
		sim.Send{UseCase: "product.get", Fields: map[string]string{"itme": "1"}},
		sim.Show{What: "order:prodct"},
		sim.Next{},
	} {
		if _, err := l.Do(t.Context(), c); err == nil || sim.AsError(err).Fix == "" && sim.CodeOf(err) != sim.NotFound {
			t.Errorf("%T%v: %v without a fix", c, c, err)
		}
	}
}

func TestPauseEndsWithTheWorld(t *testing.T) {
	l := open(t, "checkout", lab.Options{})
	do(t, l, sim.Pause{Target: "payment"})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if r, err := l.Do(ctx, sim.Send{UseCase: "order.place"}); err == nil && r.Text == "confirmed" {
		t.Error("an order was confirmed without payment")
	}
}
