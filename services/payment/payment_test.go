package payment_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/services/internal/envtest"
	moneyv1 "github.com/msc-sim/msc-sim/services/money/v1"
	"github.com/msc-sim/msc-sim/services/payment"
	paymentv1 "github.com/msc-sim/msc-sim/services/payment/v1"
	"github.com/msc-sim/msc-sim/sim"
)

func eur(cents int32) *moneyv1.Money { return &moneyv1.Money{Currency: "EUR", Cents: cents} }

func TestCharge(t *testing.T) {
	for _, tt := range []struct {
		name   string
		amount int32
		card   string
		reason string // "" = charged
		effect string
	}{
		{"a mug or two", 3636, "", "", "charged c-1 36.36 EUR"},
		{"the least", 1, "", "", "charged c-1 0.01 EUR"},
		{"just the limit", payment.Limit, "visa", "", "charged c-1 1000.00 EUR"},
		{"above the limit", payment.Limit + 1, "", "above the limit of 1000.00 EUR", "declined c-1 1000.01 EUR"},
		{"a bad card", 3636, "declined", "the card was declined", "declined c-1 36.36 EUR"},
	} {
		env := envtest.New("payment")
		s := payment.New(&env.Env, sim.ServiceSpec{})
		got, err := envtest.Ask[*paymentv1.Receipt](t.Context(), s,
			&paymentv1.Charge{OrderId: "o-1", CustomerId: "c-1", Amount: eur(tt.amount), Card: tt.card}, nil)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		want := &paymentv1.Receipt{Id: "p-1", Status: paymentv1.Receipt_CHARGED, OrderId: "o-1", CustomerId: "c-1", Amount: eur(tt.amount)}
		if tt.reason != "" {
			want.Status, want.Reason = paymentv1.Receipt_DECLINED, proto.String(tt.reason)
		}
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff([]string{tt.effect}, env.Store.Effects()); diff != "" {
			t.Errorf("%s: effects (-want +got):\n%s", tt.name, diff)
		}
		kept, err := envtest.Ask[*paymentv1.Receipt](t.Context(), s, &paymentv1.GetPayment{Id: "p-1"}, nil)
		if diff := cmp.Diff(want, kept, protocmp.Transform()); diff != "" || err != nil {
			t.Errorf("%s: kept %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
}

func TestChargedTwiceIsChargedTwice(t *testing.T) {
	env := envtest.New("payment")
	s := payment.New(&env.Env, sim.ServiceSpec{})
	req := &paymentv1.Charge{OrderId: "o-1", CustomerId: "c-1", Amount: eur(3636)}
	for _, want := range []string{"p-1", "p-2"} {
		got, err := envtest.Ask[*paymentv1.Receipt](t.Context(), s, req, sim.Header{sim.HeaderIdempotencyKey: {"k"}})
		if got.GetId() != want || err != nil {
			t.Errorf("%v, %v; want %s", got, err, want)
		}
	}
	if diff := cmp.Diff([]string{"charged c-1 36.36 EUR", "charged c-1 36.36 EUR"}, env.Store.Effects()); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}

func TestChargeRefuses(t *testing.T) {
	for want, req := range map[string]*paymentv1.Charge{
		"order_id: is missing":                         {CustomerId: "c-1", Amount: eur(1)},
		"customer_id: is missing":                      {OrderId: "o-1", Amount: eur(1)},
		`amount.currency: "" is not charged here`:      {OrderId: "o-1", CustomerId: "c-1"},
		`amount.currency: "USD" is not charged here`:   {OrderId: "o-1", CustomerId: "c-1", Amount: &moneyv1.Money{Currency: "USD", Cents: 1}},
		"amount.cents: 0 is not an amount to charge":   {OrderId: "o-1", CustomerId: "c-1", Amount: eur(0)},
		"amount.cents: -10 is not an amount to charge": {OrderId: "o-1", CustomerId: "c-1", Amount: eur(-10)},
	} {
		env := envtest.New("payment")
		_, err := envtest.Ask[*paymentv1.Receipt](t.Context(), payment.New(&env.Env, sim.ServiceSpec{}), req, nil)
		if sim.CodeOf(err) != sim.Invalid || err.Error() != want {
			t.Errorf("%v: %v, want %q", req, err, want)
		}
		if effects := env.Store.Effects(); len(effects) > 0 {
			t.Errorf("%v: effects %v", req, effects)
		}
	}
}

func TestNothingIsChargedWhenTheReceiptCannotBeKept(t *testing.T) {
	env := envtest.New("payment")
	env.Store.Break(sim.ErrKilled)
	_, err := envtest.Ask[*paymentv1.Receipt](t.Context(), payment.New(&env.Env, sim.ServiceSpec{}),
		&paymentv1.Charge{OrderId: "o-1", CustomerId: "c-1", Amount: eur(1)}, nil)
	if !errors.Is(err, sim.ErrKilled) || len(env.Store.Effects()) > 0 {
		t.Errorf("%v, effects %v", err, env.Store.Effects())
	}
}

func TestThereIsNoSuchPayment(t *testing.T) {
	env := envtest.New("payment")
	_, err := envtest.Ask[*paymentv1.Receipt](t.Context(), payment.New(&env.Env, sim.ServiceSpec{}), &paymentv1.GetPayment{Id: "p-9"}, nil)
	if sim.CodeOf(err) != sim.NotFound || err.Error() != "there is no payment p-9" {
		t.Errorf("%v", err)
	}
}
