package lab_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

const farAway = `
name: far
services:
  client: {kind: client}
  order: {kind: order}
  shop: {kind: monolith}
  slow: {kind: order, time: fixed 20ms}
links:
  "client:order": {transport: grpc, distance: region}
  "client:slow": {transport: rest, connections: 1}
use_cases:
  preview: {from: client, ask: order.PreviewOrder, body: {product: "101", quantity: 3}}
  older: {from: client, ask: order.PreviewOrder, body: {product: "101", quantity: 3}, numbers: {quantity: "7"}}
  slow: {from: client, ask: slow.PreviewOrder, body: {product: "101"}}
  place: {from: client, ask: shop.PlaceOrder, body: {customer_id: c-1, items: [{product_id: "101", quantity: 1}]}}
`

func preview(t *testing.T, l *lab.Lab, to string) *orderv1.Preview {
	t.Helper()
	p, err := sim.AskFor[*orderv1.Preview](t.Context(), l.Caller("client"), to, sim.NewMessage(&orderv1.PreviewOrder{Product: "101", Quantity: 3}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAFarLinkTakesItsRoundTripLonger(t *testing.T) {
	l := openSpec(t, parse(t, farAway), lab.Options{})
	region, err := sim.ParseDistance("region")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	preview(t, l, "order")
	if took := time.Since(start); took < region.RoundTrip-time.Millisecond {
		t.Errorf("it took %s; its way alone is %s", took, region.RoundTrip)
	}
	if _, err := sim.ParseDistance("zome"); err == nil || sim.AsError(err).Fix != "did you mean zone?" {
		t.Errorf("%v", err)
	}
}

// Over one connection HTTP/1.1 takes one call after another.
func TestOneConnectionIsOneCallAtATime(t *testing.T) {
	l := openSpec(t, parse(t, farAway), lab.Options{})
	start := time.Now()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { preview(t, l, "slow") })
	}
	all.Wait()
	if took := time.Since(start); took < 75*time.Millisecond {
		t.Errorf("four calls of 20 ms took %s", took)
	}
}

// A field under a number that the receiver does not know is no field to it.
func TestAnotherNumberIsAnotherField(t *testing.T) {
	l := openSpec(t, parse(t, farAway), lab.Options{})
	total := func(useCase string) int32 {
		before := l.Timeline()
		_, cursor, _ := before.Read(0, make([]sim.Event, 4096))
		do(t, l, sim.Send{UseCase: useCase})
		e, err := l.Timeline().Await(t.Context(), cursor, func(e sim.Event) bool { return e.Fact.Kind() == sim.KindAnswered })
		if err != nil {
			t.Fatal(err)
		}
		x, _ := l.Exchange(e.Link, e.Span)
		var p orderv1.Preview
		if len(x.Response.Body) < 5 || proto.Unmarshal(x.Response.Body[5:], &p) != nil {
			t.Fatalf("%s: the answer is % x", useCase, x.Response.Body)
		}
		return p.GetTotal().GetCents()
	}
	if three, one := total("preview"), total("older"); three != 3*one || one == 0 {
		t.Errorf("three cost %d, and three under another number %d", three, one)
	}
	_, err := lab.Open(t.Context(), parse(t, strings.Replace(farAway, `{quantity: "7"}`, `{amount: "7"}`, 1)), lab.Options{})
	if err == nil || !strings.Contains(err.Error(), `"amount"`) {
		t.Errorf("a field that is not there: %v", err)
	}
	do(t, l, sim.Swap{Link: "client:order", Transport: "rest"})
	if _, err := l.Do(t.Context(), sim.Send{UseCase: "older"}); sim.CodeOf(err) != sim.Conflict {
		t.Errorf("over REST: %v", err)
	}
}

func TestAMonolithTakesOrders(t *testing.T) {
	l := openSpec(t, parse(t, farAway), lab.Options{})
	if r := do(t, l, sim.Send{UseCase: "place"}); r.Text != "confirmed" {
		t.Errorf("the customer sees %q", r.Text)
	}
}
