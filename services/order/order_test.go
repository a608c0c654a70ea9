package order_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	inventoryv1 "github.com/msc-sim/msc-sim/services/inventory/v1"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	notificationv1 "github.com/msc-sim/msc-sim/services/notification/v1"
	"github.com/msc-sim/msc-sim/services/order"
	orderv1 "github.com/msc-sim/msc-sim/services/order/v1"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	productv1 "github.com/msc-sim/msc-sim/services/product/v1"
	shippingv1 "github.com/msc-sim/msc-sim/services/shipping/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func eur(cents int32) *moneyv1.Money { return &moneyv1.Money{Currency: "EUR", Cents: cents} }

// says answers everything in the same way.
func says(reply proto.Message, err error) envtest.Answer {
	return func(context.Context, sim.Message) (proto.Message, error) { return reply, err }
}

// shop is an order service whose neighbours all say yes. Everything costs 10 EUR.
func shop() (*envtest.Env, sim.Service) {
	env := envtest.New("order")
	env.Others.Answers("product", says(&productv1.Product{Price: eur(1000)}, nil))
	env.Others.Answers("inventory", says(&inventoryv1.Reservation{}, nil))
	env.Others.Answers("payment", says(&paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED}, nil))
	env.Others.Answers("shipping", says(&shippingv1.Shipment{}, nil))
	env.Others.Answers("notification", says(&notificationv1.Notification{}, nil))
	return env, order.New(&env.Env, sim.ServiceSpec{})
}

// two of 101 and one of 102.
func basket() *orderv1.PlaceOrder {
	return &orderv1.PlaceOrder{CustomerId: "c-1", Items: []*orderv1.Item{{ProductId: "101", Quantity: 2}, {ProductId: "102", Quantity: 1}}}
}

func place(ctx context.Context, s sim.Service, req *orderv1.PlaceOrder, key string) (*orderv1.Order, error) {
	header := sim.Header{}
	if key != "" {
		header = header.With(sim.HeaderIdempotencyKey, key)
	}
	return envtest.Ask[*orderv1.Order](ctx, s, req, header)
}

// kept is the order as the store has it.
func kept(t *testing.T, s sim.Service, id string) *orderv1.Order {
	t.Helper()
	o, err := envtest.Ask[*orderv1.Order](context.WithoutCancel(t.Context()), s, &orderv1.GetOrder{Id: id}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestPlaceConfirms(t *testing.T) {
	env, s := shop()
	said := map[string]sim.Message{}
	for _, name := range []string{"inventory", "payment", "shipping", "notification"} {
		before := map[string]proto.Message{
			"inventory": &inventoryv1.Reservation{}, "shipping": &shippingv1.Shipment{}, "notification": &notificationv1.Notification{},
			"payment": &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED},
		}[name]
		env.Others.Answers(name, func(_ context.Context, m sim.Message) (proto.Message, error) {
			said[name] = m
			return before, nil
		})
	}
	got, err := place(t.Context(), s, basket(), "")
	want := &orderv1.Order{
		Id: "o-1", Status: orderv1.Order_CONFIRMED, CustomerId: "c-1", Items: basket().GetItems(), Total: eur(3000), PaymentId: proto.String("p-1"),
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" || err != nil {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff(want, kept(t, s, "o-1"), protocmp.Transform()); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	wantCalls := []string{
		"ask product GetProduct", "ask product GetProduct", "ask inventory Reserve", "ask inventory Reserve",
		"ask payment Charge", "tell shipping Ship", "tell notification Notify",
	}
	if diff := cmp.Diff(wantCalls, env.Others.Calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"order o-1 confirmed"}, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
	for name, want := range map[string]proto.Message{
		"inventory":    &inventoryv1.Reserve{ProductId: "102", OrderId: "o-1", Quantity: 1}, // the last one
		"payment":      &paymentv1.Charge{OrderId: "o-1", CustomerId: "c-1", Amount: eur(3000)},
		"shipping":     &shippingv1.Ship{OrderId: "o-1", CustomerId: "c-1", Pieces: 3},
		"notification": &notificationv1.Notify{To: "c-1", Text: "order o-1 is confirmed: 30.00 EUR"},
	} {
		if diff := cmp.Diff(want, said[name].Body, protocmp.Transform()); diff != "" {
			t.Errorf("to %s (-want +got):\n%s", name, diff)
		}
	}
	if key := said["payment"].Header.Get(sim.HeaderIdempotencyKey); key != "o-1" {
		t.Errorf("payment is asked with the key %q", key)
	}
}

func TestPlaceSkipsWhatTheWorldDoesNotHave(t *testing.T) {
	for _, tt := range []struct {
		name  string
		links []string
		total int32
		calls []string
	}{
		{"nobody", nil, 3 * 1818, nil},
		{"product", []string{"product"}, 3000, []string{"ask product GetProduct", "ask product GetProduct"}},
		{"payment", []string{"payment"}, 3 * 1818, []string{"ask payment Charge"}},
		{"notification", []string{"notification"}, 3 * 1818, []string{"tell notification Notify"}},
		{"inventory and shipping", []string{"inventory", "shipping"}, 3 * 1818, []string{"ask inventory Reserve", "ask inventory Reserve", "tell shipping Ship"}},
	} {
		env := envtest.New("order")
		all := map[string]proto.Message{
			"product": &productv1.Product{Price: eur(1000)}, "inventory": &inventoryv1.Reservation{},
			"payment":  &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED},
			"shipping": &shippingv1.Shipment{}, "notification": &notificationv1.Notification{},
		}
		for _, name := range tt.links {
			env.Others.Answers(name, says(all[name], nil))
		}
		got, err := place(t.Context(), order.New(&env.Env, sim.ServiceSpec{}), basket(), "")
		if err != nil || got.GetStatus() != orderv1.Order_CONFIRMED || got.GetTotal().GetCents() != tt.total {
			t.Errorf("linked to %s: %v, %v", tt.name, got, err)
		}
		if diff := cmp.Diff(tt.calls, env.Others.Calls()); diff != "" {
			t.Errorf("linked to %s: calls (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestPlaceRefuses(t *testing.T) {
	item := func(id string, n int32) *orderv1.Item { return &orderv1.Item{ProductId: id, Quantity: n} }
	many := make([]*orderv1.Item, 51)
	for want, req := range map[string]*orderv1.PlaceOrder{
		"customer_id: is missing":                         {Items: []*orderv1.Item{item("101", 1)}},
		`customer_id: "c 1" is not an id`:                 {CustomerId: "c 1", Items: []*orderv1.Item{item("101", 1)}},
		"items: 0 is out of bounds":                       {CustomerId: "c-1"},
		"items: 51 is out of bounds":                      {CustomerId: "c-1", Items: many},
		"items[0].product_id: is missing":                 {CustomerId: "c-1", Items: []*orderv1.Item{item("", 1)}},
		"items[1].quantity: 0 is out of bounds":           {CustomerId: "c-1", Items: []*orderv1.Item{item("101", 1), item("102", 0)}},
		"items[0].quantity: 100 is out of bounds":         {CustomerId: "c-1", Items: []*orderv1.Item{item("101", 100)}},
		"items[0].quantity: -1 is out of bounds":          {CustomerId: "c-1", Items: []*orderv1.Item{item("101", -1)}},
		"items[2].product_id: 101 is in items[0] already": {CustomerId: "c-1", Items: []*orderv1.Item{item("101", 1), item("102", 1), item("101", 1)}},
	} {
		env, s := shop()
		_, err := place(t.Context(), s, req, "")
		if sim.CodeOf(err) != sim.Invalid || err.Error() != want {
			t.Errorf("%v, want %q", err, want)
		}
		if calls := env.Others.Calls(); len(calls) > 0 || len(env.Store.Effects()) > 0 {
			t.Errorf("%s: calls %v, effects %v", want, calls, env.Store.Effects())
		}
	}
}

func TestThereIsNoSuchOrder(t *testing.T) {
	_, s := shop()
	_, err := envtest.Ask[*orderv1.Order](t.Context(), s, &orderv1.GetOrder{Id: "o-9"}, nil)
	if sim.CodeOf(err) != sim.NotFound || err.Error() != "there is no order o-9" {
		t.Errorf("%v", err)
	}
}
