package services_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/msc-sim/msc-sim/services"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
)

// Every kind handles what its contract says, no more and no less.
func TestKindsHandleTheirContracts(t *testing.T) {
	for _, k := range services.Kinds() {
		s := k.New(&envtest.New(k.Name).Env, sim.ServiceSpec{Name: k.Name, Kind: k.Name})
		var handled []string
		for name := range s.Handlers() {
			handled = append(handled, name)
		}
		slices.Sort(handled)
		if diff := cmp.Diff(slices.Sorted(slices.Values(k.Contracts)), handled); diff != "" {
			t.Errorf("%s (-contract +handled):\n%s", k.Name, diff)
		}
		if found, ok := services.Find(k.Name); !ok || found.Name != k.Name || found.About == "" {
			t.Errorf("Find(%s) = %v, %v", k.Name, found, ok)
		}
	}
	if k, ok := services.Find("client"); ok {
		t.Errorf("Find(client) = %v", k)
	}
}

// The routes that outside tools rely on, and what REST says about them.
func TestRoutes(t *testing.T) {
	want := []string{
		"POST /notifications 201 none", "GET /notifications",
		"POST /orders 201 /orders/{id} optional", "GET /orders/{id}", "GET /orders/preview",
		"POST /events/stock-reserved", "POST /events/stock-missing", "POST /events/payment-declined", "POST /events/stock-changed", // to order
		"POST /payments 201 /payments/{id} optional", "GET /payments/{id}", "POST /payments/{id}/refund",
		"POST /events/order-created", "POST /events/stock-missing", // to payment
		"POST /events/order-created", "POST /events/payment-charged", // to inventory
		"GET /products/{id}", "GET /products",
		"GET /inventory/{product_id}", "PUT /inventory/{product_id}",
		"POST /inventory/{product_id}/reservations 201 /inventory/{product_id}/reservations/{order_id} none",
		"GET /inventory/{product_id}/reservations/{order_id}", "DELETE /inventory/{product_id}/reservations/{order_id}",
		"POST /shipments 201 /shipments/{id} none", "GET /shipments/{id}",
		"GET /profiles/{user_id}",
		"GET /users/{id}", "POST /users 201 /users/{id} optional",
		"GET /mails", "POST /events/order-created", "POST /events/user-registered",
		"GET /report", "POST /events/order-created", "POST /events/user-registered",
		"GET /recommendations/{product_id}", "POST /events/order-created",
		"GET /points/{customer_id}", "POST /events/order-created",
		"GET /{path=**}", "POST /{path=**}",
		" ", // FollowOrder: REST has one answer for one request
	}
	var got []string
	for _, k := range services.Kinds() {
		if k.Name == "monolith" {
			continue // it takes what order takes
		}
		for _, name := range k.Contracts {
			if name == sim.TypeRaw { // every path
				continue
			}
			m, ok := contract.Find(name)
			if !ok {
				t.Errorf("%s: there is no contract %s", k.Name, name)
				continue
			}
			route := m.Verb + " " + m.Path
			if m.Created {
				route += " 201"
				if m.Location != "" {
					route += " " + m.Location
				}
				route += " " + m.Idempotency.String()
			}
			got = append(got, route)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// street is all services of the shop in one process, linked by function calls.
type street map[string]sim.Service

func open(t *testing.T) (street, map[string]*envtest.Env) {
	t.Helper()
	s, envs := street{}, map[string]*envtest.Env{}
	for _, k := range services.Kinds() {
		envs[k.Name] = envtest.New(k.Name)
		s[k.Name] = k.New(&envs[k.Name].Env, sim.ServiceSpec{Name: k.Name, Kind: k.Name})
	}
	for _, name := range []string{"product", "inventory", "payment", "shipping", "notification"} {
		envs["order"].Others.Answers(name, func(ctx context.Context, m sim.Message) (proto.Message, error) {
			return envtest.Ask[proto.Message](ctx, s[name], m.Body, m.Header)
		})
	}
	return s, envs
}

func (s street) order(t *testing.T, card string, items ...*orderv1.Item) *orderv1.Order {
	t.Helper()
	o, err := envtest.Ask[*orderv1.Order](t.Context(), s["order"], &orderv1.PlaceOrder{CustomerId: "c-1", Items: items, Card: card}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (s street) stock(t *testing.T, id string) *inventoryv1.Stock {
	t.Helper()
	st, err := envtest.Ask[*inventoryv1.Stock](t.Context(), s["inventory"], &inventoryv1.GetStock{ProductId: id}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func TestAnOrderGoesThroughTheWholeShop(t *testing.T) {
	s, envs := open(t)
	o := s.order(t, "", &orderv1.Item{ProductId: "101", Quantity: 2})
	if o.GetStatus() != orderv1.Order_CONFIRMED || o.GetTotal().Text() != "36.36 EUR" {
		t.Fatalf("%v", o)
	}
	for name, want := range map[string][]string{
		"inventory":    {"reserved 2 of 101 for o-1"},
		"payment":      {"charged c-1 36.36 EUR"},
		"order":        {"order o-1 confirmed"},
		"shipping":     {"packed o-1: 1 parcel"},
		"notification": {"wrote to c-1: order o-1 is confirmed: 36.36 EUR"},
	} {
		if diff := cmp.Diff(want, envs[name].Store.Effects()); diff != "" {
			t.Errorf("effects at %s (-want +got):\n%s", name, diff)
		}
	}
}

func TestADeclinedOrderLeavesTheShelvesAsTheyWere(t *testing.T) {
	s, envs := open(t)
	for want, o := range map[string]*orderv1.Order{
		"the card was declined":          s.order(t, "declined", &orderv1.Item{ProductId: "101", Quantity: 2}, &orderv1.Item{ProductId: "102", Quantity: 1}),
		"above the limit of 1000.00 EUR": s.order(t, "", &orderv1.Item{ProductId: "112", Quantity: 1}),
	} {
		if o.GetStatus() != orderv1.Order_DECLINED || o.GetReason() != want {
			t.Errorf("%v, want %q", o, want)
		}
	}
	for _, id := range []string{"101", "102", "112"} {
		if st := s.stock(t, id); st.GetReserved() != 0 {
			t.Errorf("%v", st)
		}
	}
	if told := append(envs["shipping"].Store.Effects(), envs["notification"].Store.Effects()...); len(told) > 0 {
		t.Errorf("told: %v", told)
	}
}

func TestTheLastOneIsSoldOnce(t *testing.T) {
	s, envs := open(t)
	_, err := envtest.Ask[*inventoryv1.Stock](t.Context(), s["inventory"], &inventoryv1.SetStock{ProductId: "101", Available: proto.Int32(1)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	one := &orderv1.Item{ProductId: "101", Quantity: 1}
	first, second := s.order(t, "", one), s.order(t, "", one)
	if first.GetStatus() != orderv1.Order_CONFIRMED || second.GetStatus() != orderv1.Order_DECLINED || second.GetReason() != "only 0 of product 101 left" {
		t.Errorf("first %v\nsecond %v", first, second)
	}
	if diff := cmp.Diff([]string{"charged c-1 18.18 EUR"}, envs["payment"].Store.Effects()); diff != "" {
		t.Errorf("charges (-want +got):\n%s", diff)
	}
}

// The monolith does what the street does, and no message leaves it.
func TestTheMonolithIsTheSameShop(t *testing.T) {
	s, envs := open(t)
	item := &orderv1.Item{ProductId: "101", Quantity: 2}
	apart := s.order(t, "", item)
	s["order"] = s["monolith"]
	whole := s.order(t, "", item)
	if whole.GetStatus() != orderv1.Order_CONFIRMED {
		t.Fatalf("the order is %v", whole)
	}
	if diff := cmp.Diff(apart, whole, cmp.Comparer(proto.Equal)); diff != "" {
		t.Errorf("(-apart +in one program):\n%s", diff)
	}
	if calls := envs["monolith"].Others.Calls(); len(calls) > 0 {
		t.Errorf("messages left the program: %v", calls)
	}
	if effects := envs["monolith"].Store.Effects(); len(effects) != 5 {
		t.Errorf("not every part has done its work in the one memory: %v", effects)
	}
}
