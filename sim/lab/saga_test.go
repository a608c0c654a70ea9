package lab_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

// saga is a world in which an order is paid before anybody looks at the shelf.
const saga = `
name: saga
services:
  client:       {kind: client}
  order:        {kind: order, saga: %s}
  inventory:    {kind: inventory}
  payment:      {kind: payment}
  notification: {kind: notification}
topics:
  order-created:    {to: [%s]}
  payment-charged:  {to: [inventory]}
  payment-declined: {to: [order]}
  stock-reserved:   {to: [order]}
  stock-missing:    {to: [order, payment]}
links:
  "client:order":              {transport: rest}
  "client:inventory":          {transport: rest}
  "order:payment":             {transport: nats-reply}
  "order:inventory":           {transport: rest}
  "order:notification":        {transport: nats}
  "order:order-created":       {transport: nats}
  "payment:payment-charged":   {transport: nats}
  "payment:payment-declined":  {transport: nats}
  "inventory:stock-reserved":  {transport: nats}
  "inventory:stock-missing":   {transport: nats}
use_cases:
  place: {from: client, ask: order.PlaceOrder, body: {customer_id: c-1, items: [{product_id: $item, quantity: $qty}]}, fields: {item: "101", qty: "1"}, deadline: 5s}
  look:  {from: client, ask: order.GetOrder, body: {id: o-1}, deadline: 5s}
  stock: {from: client, ask: inventory.SetStock, body: {product_id: "101", available: $n}, fields: {n: "0"}, deadline: 5s}
`

// Paid, and nothing on the shelf: the money goes back, whoever leads.
func TestPaidAndNotThere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, saga, hears string
		lines             []string
		said              string
		effects           []string // of payment
	}{
		{"order leads", "pay-first", "", []string{"send stock", "send place"}, "declined", []string{"charged c-1", "refunded c-1"}},
		{"facts lead", "facts", "payment", []string{"send stock", "send place"}, "declined", []string{"charged c-1", "refunded c-1"}},
		{"facts lead, all is well", "facts", "payment", []string{"send place"}, "confirmed", []string{"charged c-1"}},
		{"facts lead, no money", "facts", "payment", []string{"send place item=107 qty=99"}, "declined", []string{"declined c-1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := openSpec(t, parse(t, fmt.Sprintf(saga, c.saga, c.hears)), lab.Options{})
			say(t, l, c.lines...)
			await(t, l, 0, func(e sim.Event) bool {
				f, ok := e.Fact.(sim.Effect)
				return ok && e.Node.Service == "order" && strings.HasPrefix(f.Text, "order o-1 "+c.said)
			})
			for _, k := range l.AllStats() {
				allSettled(t, l, k.Link)
			}
			if got := say(t, l, "send look").Text; got != c.said {
				t.Errorf("the order is %s", got)
			}
			if diff := cmp.Diff(c.effects, effectsOf(t, l, "payment")); diff != "" {
				t.Error(diff)
			}
			if letters := effectsOf(t, l, "notification"); c.saga == "facts" && len(letters) != 1 {
				t.Errorf("who was told %q heard %q later", "pending", letters)
			}
		})
	}
}

// effectsOf are the first two words of what a service has changed.
func effectsOf(t *testing.T, l *lab.Lab, service string) (all []string) {
	t.Helper()
	for _, e := range events(t, l) {
		if f, ok := e.Fact.(sim.Effect); ok && e.Node.Service == service {
			words := strings.Fields(f.Text)
			all = append(all, strings.Join(words[:min(2, len(words))], " "))
		}
	}
	return all
}
