package payment_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	eventsv1 "github.com/msc-sim/msc-sim/services/events/v1"
	"github.com/msc-sim/msc-sim/services/internal/envtest"
	"github.com/msc-sim/msc-sim/services/payment"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

// Money goes back once, however often it is asked for, and only what was taken.
func TestRefund(t *testing.T) {
	env := envtest.New("payment")
	s := payment.New(&env.Env, sim.ServiceSpec{})
	for _, card := range []string{"", "declined"} {
		if _, err := envtest.Ask[*paymentv1.Receipt](t.Context(), s, &paymentv1.Charge{OrderId: "o-1", CustomerId: "c-1", Amount: eur(100), Card: card}, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		id   string
		want paymentv1.Receipt_Status
		code sim.Code
	}{
		{"p-1", paymentv1.Receipt_REFUNDED, sim.OK},
		{"p-1", paymentv1.Receipt_REFUNDED, sim.OK},
		{"p-2", paymentv1.Receipt_DECLINED, sim.OK},
		{"p-9", 0, sim.NotFound},
		{"", 0, sim.Invalid},
	} {
		r, err := envtest.Ask[*paymentv1.Receipt](t.Context(), s, &paymentv1.Refund{Id: c.id}, nil)
		if sim.CodeOf(err) != c.code || err == nil && r.GetStatus() != c.want {
			t.Errorf("refund of %q: %v, %v", c.id, r, err)
		}
	}
	if diff := cmp.Diff([]string{"charged c-1 1.00 EUR", "declined c-1 1.00 EUR", "refunded c-1 1.00 EUR"}, env.Store.Effects()); diff != "" {
		t.Error(diff)
	}
}

// What was paid for and is not there is paid back, once.
func TestStockMissing(t *testing.T) {
	env := envtest.New("payment")
	s := payment.New(&env.Env, sim.ServiceSpec{})
	placed := &eventsv1.OrderCreated{OrderId: "o-1", CustomerId: "c-1", Total: eur(100)}
	if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, placed, nil); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := envtest.Ask[*eventsv1.Heard](t.Context(), s, &eventsv1.StockMissing{OrderId: "o-1", PaymentId: "p-1"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"charged c-1 1.00 EUR", "refunded c-1 1.00 EUR"}, env.Store.Effects()); diff != "" {
		t.Error(diff)
	}
}
